package ai.bharatbuild.agents.documents;

import ai.bharatbuild.agents.documents.Generations.Wanted;
import ai.bharatbuild.http.BodyReader;
import ai.bharatbuild.http.Caller;
import ai.bharatbuild.http.Replies;
import ai.bharatbuild.http.Routes;
import ai.bharatbuild.http.Sse;
import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.problem.FieldError;
import ai.bharatbuild.projects.Projects;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Calls that make documents. */
public final class GenerateRoutes implements Routes {
  private static final long MAX_BODY = 16 << 10;
  private static final Pattern UUID_FORM =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  private final Projects projects;
  private final Generations generations;
  private final BodyReader bodies;

  public GenerateRoutes(Projects projects, Generations generations, BodyReader bodies) {
    this.projects = projects;
    this.generations = generations;
    this.bodies = bodies;
  }

  @Override
  public void mount(Router router) {
    router.get("/api/v1/documents/types").handler(GenerateRoutes::types);
    router.post("/api/v1/documents/generate/stream").handler(this::generate);
  }

  private static void types(RoutingContext context) {
    List<Map<String, Object>> types =
        Arrays.stream(DocumentKind.values()).map(GenerateRoutes::view).toList();
    Replies.json(context, 200, Map.of("types", types));
  }

  private static Map<String, Object> view(DocumentKind kind) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("type", kind.text());
    view.put("title", kind.title());
    view.put("description", kind.description());
    view.put("formats", kind.formats().stream().map(Format::text).toList());
    view.put("completes_project", DocumentKind.COMPLETING.contains(kind));
    return view;
  }

  private record Asked(UUID project, List<Wanted> wanted) {}

  private void generate(RoutingContext context) {
    Caller caller = Caller.of(context);
    bodies
        .json(context, MAX_BODY, GenerateRoutes::read)
        .compose(
            asked ->
                projects
                    .get(asked.project(), caller.account())
                    .map(
                        project ->
                            generations.begin(
                                project, caller.account(), caller.userId(), asked.wanted())))
        .onComplete(log -> Sse.send(context, log.reader()), context::fail);
  }

  private static Asked read(JsonNode body) {
    List<FieldError> errors = new ArrayList<>();
    String id = body.path("project_id").asText("");
    if (!UUID_FORM.matcher(id).matches()) {
      errors.add(error("project_id", "must be the id of a project"));
    }
    Set<DocumentKind> kinds = several(body, "types", DocumentKind::of, errors);
    Set<Format> formats = several(body, "formats", Format::of, errors);
    if (body.has("types") && kinds.isEmpty() && errors.isEmpty()) {
      errors.add(error("types", "must name at least one type"));
    }
    List<Wanted> wanted = new ArrayList<>();
    for (DocumentKind kind : kinds.isEmpty() ? List.of(DocumentKind.values()) : kinds) {
      wanted.add(new Wanted(kind, formats(kind, formats, errors)));
    }
    if (!errors.isEmpty()) {
      throw ApiException.validation(errors);
    }
    return new Asked(UUID.fromString(id), wanted);
  }

  /**
   * Those that were asked for and that there are; the kind's own first where none was asked for.
   */
  private static List<Format> formats(
      DocumentKind kind, Set<Format> asked, List<FieldError> errors) {
    List<Format> formats = kind.formats().stream().filter(asked::contains).toList();
    if (asked.isEmpty()) {
      return kind.formats().subList(0, 1);
    }
    if (formats.isEmpty()) {
      errors.add(
          error(
              "formats",
              "must have one of %s for %s"
                  .formatted(
                      String.join(", ", kind.formats().stream().map(Format::text).toList()),
                      kind.text())));
    }
    return formats;
  }

  private static <T> Set<T> several(
      JsonNode body, String name, Function<String, Optional<T>> of, List<FieldError> errors) {
    Set<T> found = new LinkedHashSet<>();
    JsonNode given = body.path(name);
    if (given.isMissingNode() || given.isNull()) {
      return found;
    }
    if (!given.isArray() || given.size() > 20) {
      errors.add(error(name, "must be a list of at most 20 names"));
      return found;
    }
    for (JsonNode one : given) {
      Optional<T> known = of.apply(one.asText(""));
      known.ifPresentOrElse(
          found::add,
          () -> errors.add(error(name, "has a name that is not known: see /documents/types")));
    }
    return found;
  }

  private static FieldError error(String field, String what) {
    return new FieldError(List.of("body", field), field + " " + what, "value_error");
  }
}

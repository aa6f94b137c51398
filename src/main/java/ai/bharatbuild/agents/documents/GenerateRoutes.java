package ai.bharatbuild.agents.documents;

import ai.bharatbuild.http.BodyReader;
import ai.bharatbuild.http.Caller;
import ai.bharatbuild.http.Fields;
import ai.bharatbuild.http.Ids;
import ai.bharatbuild.http.Replies;
import ai.bharatbuild.http.Routes;
import ai.bharatbuild.http.Sse;
import ai.bharatbuild.projects.Projects;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
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

  private static final int MOST_NAMES = 20;
  private static final String VALUE = "value_error";

  private final Projects projects;
  private final Generations generations;
  private final DocumentLimits limits;
  private final BodyReader bodies;

  public GenerateRoutes(
      Projects projects, Generations generations, DocumentLimits limits, BodyReader bodies) {
    this.projects = projects;
    this.generations = generations;
    this.limits = limits;
    this.bodies = bodies;
  }

  @Override
  public void mount(Router router) {
    router.get("/api/v1/documents/types").handler(GenerateRoutes::types);
    router.post("/api/v1/documents/generate/stream").handler(this::generate);
    router.get("/api/v1/documents/generations/:generation_id/events").handler(this::events);
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

  private void generate(RoutingContext context) {
    Caller caller = Caller.of(context);
    bodies
        .json(context, MAX_BODY, body -> read(body, caller))
        .compose(
            asked ->
                projects
                    .get(asked.project(), caller.account())
                    .map(project -> generations.begin(project, asked)))
        .onComplete(begun -> answer(context, begun), context::fail);
  }

  private static void answer(RoutingContext context, Generations.Followed begun) {
    context.response().putHeader("X-Generation-Id", begun.id());
    Sse.send(context, begun.log().reader(0));
  }

  private void events(RoutingContext context) {
    long after = Sse.lastEventId(context);
    generations
        .follow(Ids.inPath(context, "generation_id", "generation"), Caller.of(context).account())
        .onComplete(log -> Sse.send(context, log.reader(after)), context::fail);
  }

  private GenerationRequest read(JsonNode body, Caller caller) {
    Fields fields = Fields.of(body);
    String id = body.path("project_id").asText("");
    if (!UUID_FORM.matcher(id).matches()) {
      fields.error("project_id", "must be the id of a project", VALUE);
    }
    Set<DocumentKind> kinds = several(body, "types", 1, DocumentKind::of, fields);
    Set<Format> formats = several(body, "formats", 0, Format::of, fields);
    List<Wanted> wanted = new ArrayList<>();
    for (DocumentKind kind : kinds.isEmpty() ? List.of(DocumentKind.values()) : kinds) {
      wanted.add(new Wanted(kind, formats(kind, formats, fields)));
    }
    Fields options = fields.object("options");
    long cost = options.whole("max_cost_micros", 1, limits.maxCostMicros(), limits.maxCostMicros());
    long tokens = options.whole("max_tokens", 1, limits.maxTokens(), limits.maxTokens());
    fields.check();
    return new GenerationRequest(
        UUID.randomUUID().toString(),
        UUID.fromString(id),
        caller.account(),
        caller.apiKey(),
        caller.userId(),
        wanted,
        Instant.now(),
        cost,
        tokens);
  }

  /**
   * Those that were asked for and that there are; the kind's own first where none was asked for.
   */
  private static List<Format> formats(DocumentKind kind, Set<Format> asked, Fields fields) {
    List<Format> formats = kind.formats().stream().filter(asked::contains).toList();
    if (asked.isEmpty()) {
      return kind.formats().subList(0, 1);
    }
    if (formats.isEmpty()) {
      fields.error(
          "formats",
          "must have one of %s for %s"
              .formatted(
                  String.join(", ", kind.formats().stream().map(Format::text).toList()),
                  kind.text()),
          VALUE);
    }
    return formats;
  }

  /** None where the field is missing; an error is told where it is there and names none. */
  private static <T> Set<T> several(
      JsonNode body, String name, int least, Function<String, Optional<T>> of, Fields fields) {
    Set<T> found = new LinkedHashSet<>();
    JsonNode given = body.path(name);
    if (given.isMissingNode() || given.isNull()) {
      return found;
    }
    if (!given.isArray() || given.size() < least || given.size() > MOST_NAMES) {
      fields.error(name, "must be a list of %d to %d names".formatted(least, MOST_NAMES), VALUE);
      return found;
    }
    for (JsonNode one : given) {
      Optional<T> known = of.apply(one.asText(""));
      known.ifPresentOrElse(
          found::add,
          () -> fields.error(name, "has a name that is not known: see /documents/types", VALUE));
    }
    return found;
  }
}

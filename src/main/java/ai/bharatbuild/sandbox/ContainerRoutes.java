package ai.bharatbuild.sandbox;

import ai.bharatbuild.bus.Address;
import ai.bharatbuild.config.Settings;
import ai.bharatbuild.http.BodyReader;
import ai.bharatbuild.http.Caller;
import ai.bharatbuild.http.Fields;
import ai.bharatbuild.http.Pages;
import ai.bharatbuild.http.Query;
import ai.bharatbuild.http.Replies;
import ai.bharatbuild.http.Routes;
import ai.bharatbuild.http.WorkspaceId;
import ai.bharatbuild.json.Json;
import ai.bharatbuild.sandbox.ContainerMessages.Create;
import ai.bharatbuild.sandbox.ContainerMessages.Delete;
import ai.bharatbuild.sandbox.ContainerMessages.Listening;
import ai.bharatbuild.sandbox.ContainerMessages.Locate;
import ai.bharatbuild.sandbox.ContainerMessages.Mine;
import ai.bharatbuild.sandbox.ContainerMessages.Of;
import ai.bharatbuild.sandbox.advice.CommandAdvisor;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Calls on containers: life, use, ports, previews. */
public final class ContainerRoutes implements Routes {
  private static final long MAX_BODY = 256 << 10;

  private final Calls calls;
  private final BodyReader bodies;
  private final Settings.Sandboxes settings;
  private final PreviewAddress previews;
  private final CommandAdvisor advisor = new CommandAdvisor();

  public ContainerRoutes(
      Calls calls, BodyReader bodies, Settings.Sandboxes settings, PreviewAddress previews) {
    this.calls = calls;
    this.bodies = bodies;
    this.settings = settings;
    this.previews = previews;
  }

  @Override
  public void mount(Router router) {
    router.get("/api/v1/containers").handler(this::list);
    router.post("/api/v1/containers/validate").handler(this::validate);
    router.post("/api/v1/containers/:id/create").handler(this::create);
    router.delete("/api/v1/containers/:id").handler(this::delete);
    router
        .get("/api/v1/containers/:id/status")
        .handler(context -> Replies.json(context, 200, ask(context, ContainerMessages.STATUS)));
    router
        .post("/api/v1/containers/:id/stop")
        .handler(context -> Replies.json(context, 200, ask(context, ContainerMessages.STOP)));
    router
        .post("/api/v1/containers/:id/restart")
        .handler(context -> Replies.json(context, 200, ask(context, ContainerMessages.RESTART)));
    router
        .get("/api/v1/containers/:id/stats")
        .handler(context -> Replies.json(context, 200, ask(context, ContainerMessages.STATS)));
    router.get("/api/v1/containers/:id/processes").handler(this::processes);
    router.get("/api/v1/containers/:id/ports").handler(this::ports);
    router.get("/api/v1/containers/:id/preview").handler(this::preview);
  }

  private void list(RoutingContext context) {
    Mine mine = new Mine(Caller.of(context).userId());
    int page = Query.page(context);
    int limit = Query.limit(context);
    List<Future<ContainerMessages.Views>> asked = new ArrayList<>();
    for (int shard = 0; shard < calls.shards(); shard++) {
      asked.add(calls.askShard(ContainerMessages.LIST, shard, mine));
    }
    Future<?> answer =
        Future.all(asked)
            .map(
                all ->
                    Pages.of(
                        "containers",
                        asked.stream()
                            .flatMap(views -> views.result().views().stream())
                            .sorted(Comparator.comparing(ContainerView::createdAt).reversed())
                            .toList(),
                        page,
                        limit));
    Replies.json(context, 200, answer);
  }

  private void create(RoutingContext context) {
    String id = WorkspaceId.forCreation(context.pathParam("id"));
    String owner = Caller.of(context).userId();
    bodies
        .json(context, MAX_BODY)
        .map(body -> readCreate(id, owner, body))
        .compose(request -> calls.ask(ContainerMessages.CREATE, id, owner, request))
        .onComplete(
            created -> {
              if (created.fresh()) {
                context.response().putHeader("Location", "/api/v1/containers/" + id + "/status");
              }
              Replies.json(context, created.fresh() ? 201 : 200, created.view());
            },
            context::fail);
  }

  private Create readCreate(String id, String owner, JsonNode body) {
    Fields fields = Fields.of(body);
    String name = fields.text("project_type", 1, 50);
    ContainerConfig config = ContainerConfig.read(fields.object("config"), settings);
    ProjectType type = name == null ? null : ProjectType.of(name).orElse(null);
    if (name != null && type == null) {
      List<String> known =
          java.util.Arrays.stream(ProjectType.values()).map(ProjectType::id).toList();
      fields.error("project_type", "must be one of " + String.join(", ", known), "value_error");
    }
    fields.check();
    return new Create(id, owner, type, config);
  }

  private void delete(RoutingContext context) {
    String id = WorkspaceId.inPath(context.pathParam("id"));
    Delete question =
        new Delete(id, Caller.of(context).userId(), Query.flag(context, "delete_files", false));
    Replies.json(
        context,
        200,
        calls
            .ask(ContainerMessages.DELETE, id, question.owner(), question)
            .map(v -> Map.of("success", true, "message", "Container of " + id + " deleted")));
  }

  private void processes(RoutingContext context) {
    ask(context, ContainerMessages.PROCESSES)
        .compose(ContainerRoutes::withTimes)
        .onComplete(json -> Replies.json(context, 200, json), context::fail);
  }

  /** The agent tells times in milliseconds; the API tells them as RFC 3339. */
  private static Future<ObjectNode> withTimes(Buffer answer) {
    try {
      ArrayNode processes = (ArrayNode) Json.parse(answer);
      for (JsonNode process : processes) {
        ((ObjectNode) process)
            .put(
                "started_at", Instant.ofEpochMilli(process.path("started_at").asLong()).toString());
      }
      return Future.succeededFuture(Json.MAPPER.createObjectNode().set("processes", processes));
    } catch (IOException | ClassCastException e) {
      return Future.failedFuture(e);
    }
  }

  private void ports(RoutingContext context) {
    Replies.json(
        context,
        200,
        ask(context, ContainerMessages.PORTS)
            .map(
                listening ->
                    portList(context.pathParam("id"), Caller.of(context).userId(), listening)));
  }

  private Map<String, Object> portList(String id, String owner, Listening listening) {
    Map<String, Integer> published = listening.container().portMappings();
    List<Map<String, Object>> ports = new ArrayList<>();
    for (int port : listening.ports()) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("port", port);
      entry.put("preview_url", previews.of(id, owner, port));
      entry.put("published", published.get(Integer.toString(port)));
      ports.add(entry);
    }
    return Map.of("ports", ports, "port_mappings", published);
  }

  private void preview(RoutingContext context) {
    String id = WorkspaceId.inPath(context.pathParam("id"));
    long given = Query.whole(context, "port", 1, 65_535, 0);
    Integer port = given == 0 ? null : Integer.valueOf((int) given);
    Locate question = new Locate(id, Caller.of(context).userId(), false, port, true);
    Replies.json(
        context,
        200,
        calls
            .ask(ContainerMessages.LOCATE, id, question.owner(), question)
            .map(
                located -> {
                  Map<String, Object> answer = new LinkedHashMap<>();
                  answer.put("preview_url", previews.of(id, question.owner(), port));
                  answer.put("status", located.state());
                  answer.put("port", located.port());
                  return answer;
                }));
  }

  private void validate(RoutingContext context) {
    Replies.json(
        context,
        200,
        bodies
            .json(context, MAX_BODY)
            .map(
                body -> {
                  Fields fields = Fields.of(body);
                  String command = fields.text("command", 1, ExecRequest.MAX_COMMAND);
                  fields.check();
                  return advisor.validate(command);
                }));
  }

  private <R> Future<R> ask(RoutingContext context, Address<Of, R> address) {
    String id = WorkspaceId.inPath(context.pathParam("id"));
    String owner = Caller.of(context).userId();
    return calls.ask(address, id, owner, new Of(id, owner));
  }
}

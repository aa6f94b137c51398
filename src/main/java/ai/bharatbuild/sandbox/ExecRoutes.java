package ai.bharatbuild.sandbox;

import ai.bharatbuild.bus.Address;
import ai.bharatbuild.http.BodyReader;
import ai.bharatbuild.http.Caller;
import ai.bharatbuild.http.Fields;
import ai.bharatbuild.http.Pages;
import ai.bharatbuild.http.Query;
import ai.bharatbuild.http.Replies;
import ai.bharatbuild.http.RequestId;
import ai.bharatbuild.http.Routes;
import ai.bharatbuild.http.Sse;
import ai.bharatbuild.http.WorkspaceId;
import ai.bharatbuild.sandbox.ContainerMessages.Input;
import ai.bharatbuild.sandbox.ContainerMessages.Of;
import ai.bharatbuild.sandbox.ContainerMessages.OfExec;
import ai.bharatbuild.sandbox.ContainerMessages.Signal;
import ai.bharatbuild.sandbox.ContainerMessages.Start;
import ai.bharatbuild.sandbox.ContainerMessages.Stream;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Calls on execs: run a command, follow it, talk to it, end it. */
public final class ExecRoutes implements Routes {
  private static final long MAX_BODY = 1 << 20;
  private static final long MAX_STDIN = 16 << 20;
  private static final String EXEC = "/api/v1/containers/:id/execs/:exec_id";

  private final Calls calls;
  private final BodyReader bodies;

  public ExecRoutes(Calls calls, BodyReader bodies) {
    this.calls = calls;
    this.bodies = bodies;
  }

  @Override
  public void mount(Router router) {
    router.post("/api/v1/containers/:id/exec").handler(this::exec);
    router.post("/api/v1/containers/:id/exec/batch").handler(this::batch);
    router.get("/api/v1/containers/:id/execs").handler(this::list);
    router.get(EXEC).handler(c -> Replies.json(c, 200, ask(ContainerMessages.EXEC_STATUS, c)));
    router.delete(EXEC).handler(this::cancel);
    router.get(EXEC + "/events").handler(this::events);
    router.post(EXEC + "/stdin").handler(this::stdin);
    router.post(EXEC + "/signal").handler(this::signal);
  }

  private void exec(RoutingContext context) {
    bodies
        .json(context, MAX_BODY)
        .map(ExecRequest::read)
        .compose(
            request -> start(context, request, false).onSuccess(s -> answer(context, request, s)))
        .onFailure(context::fail);
  }

  private static void answer(RoutingContext context, ExecRequest request, Stream stream) {
    context.response().putHeader("X-Exec-Id", stream.view().execId());
    if (request.detach()) {
      String location =
          "/api/v1/containers/" + context.pathParam("id") + "/execs/" + stream.view().execId();
      context.response().putHeader("Location", location);
      Replies.json(context, 202, stream.view());
    } else {
      Sse.send(context, stream.log().reader(0));
    }
  }

  private void batch(RoutingContext context) {
    bodies
        .json(context, MAX_BODY)
        .map(
            body -> {
              List<ExecRequest> requests = ExecRequest.readBatch(body);
              Fields fields = Fields.of(body);
              boolean stop = fields.flag("stop_on_error", true);
              fields.check();
              return new BatchSource(
                  requests,
                  stop,
                  request -> start(context, request, true),
                  stream -> ask(ContainerMessages.EXEC_STATUS, context, stream.view().execId()));
            })
        .compose(source -> source.begin().map(source))
        .onComplete(source -> Sse.send(context, source), context::fail);
  }

  private Future<Stream> start(RoutingContext context, ExecRequest request, boolean tagged) {
    String id = WorkspaceId.inPath(context.pathParam("id"));
    String owner = Caller.of(context).userId();
    return calls.ask(
        ContainerMessages.EXEC,
        id,
        owner,
        new Start(id, owner, request, tagged, RequestId.of(context)));
  }

  private void list(RoutingContext context) {
    String id = WorkspaceId.inPath(context.pathParam("id"));
    String owner = Caller.of(context).userId();
    int page = Query.page(context);
    int limit = Query.limit(context);
    Replies.json(
        context,
        200,
        calls
            .ask(ContainerMessages.EXECS, id, owner, new Of(id, owner))
            .map(found -> Pages.of("execs", found.execs(), page, limit)));
  }

  private void events(RoutingContext context) {
    long after = Sse.lastEventId(context);
    ask(ContainerMessages.EXEC_EVENTS, context)
        .onComplete(
            stream -> {
              context.response().putHeader("X-Exec-Id", stream.view().execId());
              Sse.send(context, stream.log().reader(after));
            },
            context::fail);
  }

  private void cancel(RoutingContext context) {
    String execId = context.pathParam("exec_id");
    Replies.json(
        context,
        200,
        ask(ContainerMessages.EXEC_CANCEL, context)
            .map(v -> Map.of("success", true, "message", "Exec " + execId + " cancelled")));
  }

  private void stdin(RoutingContext context) {
    String id = WorkspaceId.inPath(context.pathParam("id"));
    boolean eof = Query.flag(context, "eof", false);
    Replies.json(
        context,
        200,
        bodies
            .bytes(context, MAX_STDIN)
            .compose(
                bytes ->
                    calls.ask(
                        ContainerMessages.EXEC_STDIN,
                        id,
                        Caller.of(context).userId(),
                        new Input(
                            id,
                            Caller.of(context).userId(),
                            context.pathParam("exec_id"),
                            bytes,
                            eof)))
            .map(v -> Map.of("success", true)));
  }

  private void signal(RoutingContext context) {
    String id = WorkspaceId.inPath(context.pathParam("id"));
    Replies.json(
        context,
        200,
        bodies
            .json(context, MAX_BODY)
            .map(ExecRoutes::readSignal)
            .compose(
                number ->
                    calls.ask(
                        ContainerMessages.EXEC_SIGNAL,
                        id,
                        Caller.of(context).userId(),
                        new Signal(
                            id, Caller.of(context).userId(), context.pathParam("exec_id"), number)))
            .map(v -> Map.of("success", true)));
  }

  private static int readSignal(JsonNode body) {
    Fields fields = Fields.of(body);
    JsonNode given = fields.raw("signal");
    OptionalInt number = OptionalInt.empty();
    if (given == null) {
      fields.error("signal", "is required", "missing");
    } else {
      number = given.isInt() ? Signals.valid(given.intValue()) : Signals.number(given.asText());
      if (number.isEmpty()) {
        fields.error("signal", "must be a signal's name or its number", "value_error");
      }
    }
    fields.check();
    return number.getAsInt();
  }

  private <R> Future<R> ask(Address<OfExec, R> address, RoutingContext context) {
    return ask(address, context, context.pathParam("exec_id"));
  }

  private <R> Future<R> ask(Address<OfExec, R> address, RoutingContext context, String execId) {
    String id = WorkspaceId.inPath(context.pathParam("id"));
    String owner = Caller.of(context).userId();
    return calls.ask(address, id, owner, new OfExec(id, owner, execId));
  }
}

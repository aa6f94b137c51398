package ai.bharatbuild.sandbox;

import ai.bharatbuild.http.Caller;
import ai.bharatbuild.http.Query;
import ai.bharatbuild.http.Replies;
import ai.bharatbuild.http.Routes;
import ai.bharatbuild.http.WebSockets;
import ai.bharatbuild.http.WorkspaceId;
import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.problem.FieldError;
import ai.bharatbuild.sandbox.ContainerMessages.Of;
import ai.bharatbuild.sandbox.ContainerMessages.OfTerminal;
import ai.bharatbuild.sandbox.ContainerMessages.OpenTerminal;
import ai.bharatbuild.sandbox.ExecSpec.Pty;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Terminals in sandboxes. */
public final class TerminalRoutes implements Routes {
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,40}");
  private static final int MOST = 1_000;

  private final Calls calls;

  public TerminalRoutes(Calls calls) {
    this.calls = calls;
  }

  @Override
  public void mount(Router router) {
    router.get("/api/v1/containers/:id/terminal").handler(this::open);
    router.get("/api/v1/containers/:id/terminals").handler(this::list);
    router.delete("/api/v1/containers/:id/terminals/:terminal_id").handler(this::close);
  }

  private void open(RoutingContext context) {
    if (!WebSockets.wanted(context.request())) {
      context.response().putHeader("Upgrade", "websocket");
      throw new ApiException(
          426, "upgrade_required", "A terminal needs a WebSocket: ask with Upgrade: websocket.");
    }
    WebSockets.accept(context, this::join, TerminalSocket::begin, TerminalViewer::close);
  }

  private Future<TerminalViewer> join(RoutingContext context) {
    String id = WorkspaceId.inPath(context.pathParam("id"));
    String owner = Caller.of(context).userId();
    String terminal = context.request().getParam("terminal_id");
    if (terminal != null) {
      check("query", terminal);
    }
    int columns = (int) Query.whole(context, "cols", 1, MOST, 0);
    int rows = (int) Query.whole(context, "rows", 1, MOST, 0);
    Pty size = columns == 0 || rows == 0 ? null : new Pty(columns, rows);
    long position = Query.whole(context, "position", 0, Long.MAX_VALUE, -1);
    return calls.ask(
        ContainerMessages.TERMINAL,
        id,
        owner,
        new OpenTerminal(id, owner, terminal, size, position));
  }

  private static void check(String where, String terminal) {
    if (!ID.matcher(terminal).matches()) {
      throw ApiException.validation(
          List.of(
              new FieldError(
                  List.of(where, "terminal_id"),
                  "must have 1 to 40 letters, digits, - and _",
                  "value_error")));
    }
  }

  private void list(RoutingContext context) {
    String id = WorkspaceId.inPath(context.pathParam("id"));
    String owner = Caller.of(context).userId();
    Replies.json(
        context, 200, calls.ask(ContainerMessages.TERMINALS, id, owner, new Of(id, owner)));
  }

  private void close(RoutingContext context) {
    String id = WorkspaceId.inPath(context.pathParam("id"));
    String owner = Caller.of(context).userId();
    String terminal = context.pathParam("terminal_id");
    check("path", terminal);
    Replies.json(
        context,
        200,
        calls
            .ask(ContainerMessages.TERMINAL_CLOSE, id, owner, new OfTerminal(id, owner, terminal))
            .map(v -> Map.of("success", true)));
  }
}

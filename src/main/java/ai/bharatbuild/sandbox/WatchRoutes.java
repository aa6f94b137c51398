package ai.bharatbuild.sandbox;

import ai.bharatbuild.files.FileFailure;
import ai.bharatbuild.files.FileProblems;
import ai.bharatbuild.files.WorkspacePath;
import ai.bharatbuild.http.Caller;
import ai.bharatbuild.http.Routes;
import ai.bharatbuild.http.Sse;
import ai.bharatbuild.http.WebSockets;
import ai.bharatbuild.http.WorkspaceId;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** What changes in a sandbox's files, as server-sent events or over a WebSocket. */
public final class WatchRoutes implements Routes {
  private final Calls calls;

  public WatchRoutes(Calls calls) {
    this.calls = calls;
  }

  @Override
  public void mount(Router router) {
    router.get("/api/v1/containers/:id/watch").handler(this::watch);
  }

  private void watch(RoutingContext context) {
    if (WebSockets.wanted(context.request())) {
      WebSockets.accept(context, this::open, WatchSocket::begin, WatchReader::close);
    } else {
      open(context).onComplete(reader -> Sse.send(context, reader), context::fail);
    }
  }

  private Future<WatchReader> open(RoutingContext context) {
    String id = WorkspaceId.inPath(context.pathParam("id"));
    String owner = Caller.of(context).userId();
    long after = Sse.lastEventId(context);
    return calls.ask(
        ContainerMessages.WATCH,
        id,
        owner,
        new ContainerMessages.Watch(id, owner, below(context), after));
  }

  private static WorkspacePath below(RoutingContext context) {
    String path = context.request().getParam("path");
    try {
      return path == null || path.isEmpty() ? WorkspacePath.root() : WorkspacePath.parse(path);
    } catch (FileFailure e) {
      throw FileProblems.toApi(e);
    }
  }
}

package ai.bharatbuild.notifications;

import ai.bharatbuild.http.Routes;
import ai.bharatbuild.http.WebSockets;
import ai.bharatbuild.problem.ApiException;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/** The WebSocket of notifications. */
public final class NotificationRoutes implements Routes {
  private final Notifications notifications;
  private final SocketCallers callers;

  public NotificationRoutes(Notifications notifications, SocketCallers callers) {
    this.notifications = notifications;
    this.callers = callers;
  }

  @Override
  public void mount(Router router) {
    router.get("/api/v1/ws").handler(this::open);
  }

  private void open(RoutingContext context) {
    if (!WebSockets.wanted(context.request())) {
      context.response().putHeader("Upgrade", "websocket");
      throw new ApiException(
          426, "upgrade_required", "Notifications need a WebSocket: ask with Upgrade: websocket.");
    }
    // The call is public, since the first message may say who it is where the request does not.
    WebSockets.accept(
        context,
        c -> callers.opening(c).map(Optional::ofNullable),
        (socket, known) ->
            NotificationSocket.begin(
                context.vertx(), socket, known.orElse(null), callers, notifications),
        known -> {});
  }
}

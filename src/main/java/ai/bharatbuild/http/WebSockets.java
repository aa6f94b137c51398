package ai.bharatbuild.http;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Function;

/** WebSockets on routes of the API, which have passed the same guards as every other call. */
public final class WebSockets {
  /** The subprotocol that the server chooses where a client names any. */
  public static final String SUBPROTOCOL = "bb.v1";

  private static final long PING_MS = 15_000;
  private static final short POLICY = 1008;

  private WebSockets() {}

  /** Whether the request wants to become a WebSocket. */
  public static boolean wanted(HttpServerRequest request) {
    return "websocket".equalsIgnoreCase(request.getHeader("Upgrade"));
  }

  /**
   * Answers with the problem when {@code preparation} fails, and makes a WebSocket of the request
   * when it succeeds. To be called in the route's handler, on the request's event loop.
   *
   * @param begin gets the open WebSocket and what was prepared; what it leaves of a client that
   *     left meanwhile is its own to clean up, by the close handler
   * @param abandon gets what was prepared when there is no WebSocket after all
   */
  public static <T> void accept(
      RoutingContext context,
      Function<RoutingContext, Future<T>> preparation,
      Begin<T> begin,
      java.util.function.Consumer<T> abandon) {
    HttpServerRequest request = context.request();
    // The handshake reads to the end of the request, so that must not pass unseen.
    request.pause();
    preparation
        .apply(context)
        .onComplete(
            prepared -> {
              if (context.response().closed()) {
                abandon.accept(prepared);
                return;
              }
              request
                  .toWebSocket()
                  .onComplete(
                      socket -> {
                        keepAlive(context.vertx(), socket);
                        OpenStreams.follow(
                            context,
                            socket::isClosed,
                            () -> socket.close(POLICY, "The sign-in or key has ended."));
                        begin.with(socket, prepared);
                      },
                      e -> abandon.accept(prepared));
            },
            context::fail);
  }

  /** What is done with an open WebSocket. */
  public interface Begin<T> {
    void with(ServerWebSocket socket, T prepared);
  }

  private static void keepAlive(Vertx vertx, ServerWebSocket socket) {
    long timer =
        vertx.setPeriodic(
            PING_MS,
            id -> {
              if (!socket.writeQueueFull()) {
                socket.writePing(Buffer.buffer());
              }
            });
    socket.closeHandler(v -> vertx.cancelTimer(timer));
  }
}

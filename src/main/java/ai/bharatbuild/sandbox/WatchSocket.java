package ai.bharatbuild.sandbox;

import ai.bharatbuild.json.Json;
import io.vertx.core.http.ServerWebSocket;
import java.util.List;
import java.util.Map;

/** Sends a watch over a WebSocket, as fast as the client takes it. On the socket's event loop. */
final class WatchSocket {
  private static final short GOING_AWAY = 1001;

  private final ServerWebSocket socket;
  private final WatchReader reader;
  private boolean waiting;
  private boolean closed;

  private WatchSocket(ServerWebSocket socket, WatchReader reader) {
    this.socket = socket;
    this.reader = reader;
  }

  static void begin(ServerWebSocket socket, WatchReader reader) {
    WatchSocket sender = new WatchSocket(socket, reader);
    // Nothing is expected of the client; what it sends is read so that its close is seen.
    socket.handler(ignored -> {});
    socket.exceptionHandler(e -> sender.close());
    socket.endHandler(v -> sender.close());
    reader.onMore(sender::pump);
    sender.pump();
  }

  private void pump() {
    if (closed || waiting) {
      return;
    }
    while (!socket.writeQueueFull()) {
      List<Map<String, Object>> messages = reader.take();
      for (Map<String, Object> message : messages) {
        socket.writeTextMessage(Json.encode(message).toString());
      }
      if (reader.ended()) {
        socket.close(GOING_AWAY, "the watch ended");
        close();
        return;
      }
      if (messages.isEmpty()) {
        return;
      }
    }
    waiting = true;
    socket.drainHandler(
        v -> {
          waiting = false;
          pump();
        });
  }

  private void close() {
    if (!closed) {
      closed = true;
      reader.close();
    }
  }
}

package ai.bharatbuild.notifications;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.it.TestServer;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.WebSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** A client of the WebSocket of notifications, and what it was sent. */
final class Follower implements WebSocket.Listener {
  final BlockingQueue<JsonObject> messages = new LinkedBlockingQueue<>();
  private final StringBuilder text = new StringBuilder();
  final WebSocket socket;

  /**
   * @param opening what the request that opens it carries besides
   */
  Follower(TestServer server, Consumer<WebSocket.Builder> opening) throws Exception {
    WebSocket.Builder builder = server.client().newWebSocketBuilder();
    opening.accept(builder);
    socket =
        builder
            .buildAsync(URI.create("ws://127.0.0.1:" + server.port() + "/api/v1/ws"), this)
            .get(20, TimeUnit.SECONDS);
  }

  @Override
  public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
    text.append(part);
    if (last) {
      messages.add(new JsonObject(text.toString()));
      text.setLength(0);
    }
    from.request(1);
    return null;
  }

  @Override
  public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
    messages.add(new JsonObject().put("type", "closed").put("code", code));
    return null;
  }

  void send(JsonObject message) {
    socket.sendText(message.encode(), true).join();
  }

  JsonObject next() throws Exception {
    JsonObject message = messages.poll(20, TimeUnit.SECONDS);
    assertThat(message).as("a message").isNotNull();
    return message;
  }

  JsonObject next(Predicate<JsonObject> wanted) throws Exception {
    while (true) {
      JsonObject message = next();
      if (wanted.test(message)) {
        return message;
      }
    }
  }

  JsonObject next(String type) throws Exception {
    return next(message -> type.equals(message.getString("type")));
  }
}

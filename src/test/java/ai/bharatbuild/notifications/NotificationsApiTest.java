package ai.bharatbuild.notifications;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.it.TestServer;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The WebSocket of notifications, on a whole server without an engine or a database. */
class NotificationsApiTest {
  @TempDir static Path base;
  private static TestServer server;

  @BeforeAll
  static void start() throws Exception {
    server =
        TestServer.start(
            base.resolve("jobs"),
            Map.of("DOCKER_SOCKET", base.resolve("no-engine.sock").toString()));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** A client and what it was sent. */
  private static final class Client implements WebSocket.Listener {
    final BlockingQueue<JsonObject> messages = new LinkedBlockingQueue<>();
    private final StringBuilder text = new StringBuilder();
    final WebSocket socket;

    Client() throws Exception {
      socket =
          server
              .client()
              .newWebSocketBuilder()
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

    JsonObject next(Predicate<JsonObject> wanted) throws Exception {
      while (true) {
        JsonObject message = messages.poll(20, TimeUnit.SECONDS);
        assertThat(message).as("a message").isNotNull();
        if (wanted.test(message)) {
          return message;
        }
      }
    }

    JsonObject next(String type) throws Exception {
      return next(message -> type.equals(message.getString("type")));
    }
  }

  private static JsonObject hello() {
    return new JsonObject().put("type", "hello");
  }

  private static String completeJob() throws Exception {
    String id = TestServer.newId();
    server.post("/api/v1/jobs/create", new JsonObject().put("project_name", "x").put("job_id", id));
    server.post("/api/v1/jobs/" + id + "/complete");
    return id;
  }

  private static Predicate<JsonObject> completes(String job) {
    return message ->
        "job.complete".equals(message.getString("type"))
            && job.equals(message.getJsonObject("data").getString("job_id"));
  }

  @Test
  void aClientIsToldAndGoesOnWhereItWas() throws Exception {
    Client first = new Client();
    first.send(hello());
    first.next("ready");
    String one = completeJob();
    long seen = first.next(completes(one)).getLong("id");
    first.socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
    String two = completeJob();
    Client again = new Client();
    again.send(hello().put("last_event_id", seen));
    JsonObject ready = again.messages.poll(20, TimeUnit.SECONDS);
    assertThat(ready.getString("type")).isEqualTo("ready");
    JsonObject next = again.messages.poll(20, TimeUnit.SECONDS);
    assertThat(next.getLong("id")).isEqualTo(seen + 1);
    assertThat(completes(two).test(next)).isTrue();
    again.send(new JsonObject().put("type", "ping"));
    again.next("pong");
    again.socket.abort();
  }

  @Test
  void aNumberOfAnEarlierServerIsAnsweredWithAGap() throws Exception {
    Client client = new Client();
    client.send(hello().put("last_event_id", 5));
    JsonObject gap = client.next("gap");
    assertThat(gap.getLong("from")).isEqualTo(6);
    assertThat(gap.getLong("to")).isGreaterThan(6);
    client.socket.abort();
  }

  @Test
  void whatIsNotUnderstoodEndsTheConversation() throws Exception {
    Client client = new Client();
    client.send(new JsonObject().put("type", "subscribe"));
    assertThat(client.next("error").getString("code")).isEqualTo("invalid_request");
    assertThat(client.next("closed").getInteger("code")).isEqualTo(1008);
    assertThat(server.get("/api/v1/ws").status()).isEqualTo(426);
  }
}

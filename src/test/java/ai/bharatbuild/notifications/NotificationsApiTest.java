package ai.bharatbuild.notifications;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.it.TestServer;
import io.vertx.core.json.JsonObject;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.util.Map;
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
    Follower first = new Follower(server, opening -> {});
    first.send(hello());
    first.next("ready");
    String one = completeJob();
    long seen = first.next(completes(one)).getLong("id");
    first.socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
    String two = completeJob();
    Follower again = new Follower(server, opening -> {});
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
    Follower client = new Follower(server, opening -> {});
    client.send(hello().put("last_event_id", 5));
    JsonObject gap = client.next("gap");
    assertThat(gap.getLong("from")).isEqualTo(6);
    assertThat(gap.getLong("to")).isGreaterThan(6);
    client.socket.abort();
  }

  @Test
  void whatIsNotUnderstoodEndsTheConversation() throws Exception {
    Follower client = new Follower(server, opening -> {});
    client.send(new JsonObject().put("type", "subscribe"));
    assertThat(client.next("error").getString("code")).isEqualTo("invalid_request");
    assertThat(client.next("closed").getInteger("code")).isEqualTo(1008);
    assertThat(server.get("/api/v1/ws").status()).isEqualTo(426);
  }
}

package ai.bharatbuild.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Commands without the connection that started them: read again, looked at, written to. */
class DetachedExecIT extends OneSandbox {
  @Test
  void aReaderResumesWithoutLossOrDuplicates() throws Exception {
    String execId =
        server.detach(id, new JsonObject().put("command", "seq 1 20000; sleep 0.2; seq 1 20000"));
    StringBuilder text = new StringBuilder();
    long last = 0;
    boolean ended = false;
    while (!ended) {
      try (Events.Open open = server.follow(id, execId, last)) {
        for (int i = 0; i < 3 && !ended; i++) {
          Events.Event event = open.next();
          assertThat(event.id()).isEqualTo(last + 1);
          last = event.id();
          if (event.type().equals("stdout")) {
            text.append(event.data());
          }
          ended = event.type().equals("exit");
        }
      }
    }
    String once =
        IntStream.rangeClosed(1, 20_000)
                .mapToObj(Integer::toString)
                .collect(Collectors.joining("\n"))
            + "\n";
    assertThat(text.toString()).isEqualTo(once + once);
  }

  @Test
  void anExecOutlivesTheConnectionThatStartedIt() throws Exception {
    String execId;
    try (Events.Open open =
        server.open(id, new JsonObject().put("command", "echo a; sleep 0.5; echo b"))) {
      open.until(e -> e.type().equals("stdout"));
      execId = open.execId();
    }
    try (Events.Open again = server.follow(id, execId, 0)) {
      Events events = again.toEnd();
      assertThat(events.stdout()).isEqualTo("a\nb\n");
      assertThat(events.cause()).isEqualTo("exited");
    }
  }

  @Test
  void detachedExecsAreListedAndInspected() throws Exception {
    String execId = server.detach(id, new JsonObject().put("command", "cat").put("stdin", true));
    String path = "/api/v1/containers/" + id + "/execs/" + execId;

    JsonObject running = server.get(path).json();
    assertThat(running.getString("state")).isEqualTo("running");
    assertThat(running.getValue("data")).isNull();
    JsonArray execs =
        server.get("/api/v1/containers/" + id + "/execs").json().getJsonArray("execs");
    assertThat(execs.stream().map(e -> ((JsonObject) e).getString("exec_id"))).contains(execId);

    assertThat(server.send("POST", path + "/stdin?eof=true", BodyPublishers.ofString("x")).status())
        .isEqualTo(200);
    try (Events.Open open = server.follow(id, execId, 0)) {
      assertThat(open.toEnd().stdout()).isEqualTo("x");
    }
    JsonObject ended =
        TestServer.eventually(() -> server.get(path).json(), e -> e.getValue("cause") != null);
    assertThat(ended.getString("state")).isEqualTo("ended");
    assertThat(ended.getInteger("data")).isZero();
    assertThat(ended.getBoolean("success")).isTrue();
    assertThat(server.get("/api/v1/containers/" + id + "/execs/nothing").status()).isEqualTo(404);
  }

  @Test
  void anExecWithoutTimeLimitMustBeDetached() throws Exception {
    JsonObject request = new JsonObject().put("command", "true").put("timeout", 0);
    assertThat(server.post("/api/v1/containers/" + id + "/exec", request).status()).isEqualTo(422);
    assertThat(
            server.post("/api/v1/containers/" + id + "/exec", request.put("detach", true)).status())
        .isEqualTo(202);
  }

  @Test
  void inputIsTakenWholeAndInOrder() throws Exception {
    String execId =
        server.detach(
            id, new JsonObject().put("command", "sha256sum; echo end").put("stdin", true));
    String path = "/api/v1/containers/" + id + "/execs/" + execId + "/stdin";
    byte[] chunk = "0123456789abcdef".repeat(65_536).getBytes();
    for (int i = 0; i < 5; i++) {
      assertThat(server.send("POST", path, BodyPublishers.ofByteArray(chunk)).status())
          .isEqualTo(200);
    }
    server.send("POST", path + "?eof=true", BodyPublishers.noBody());
    String local =
        server
            .exec(
                id,
                "for i in 1 2 3 4 5; do yes 0123456789abcdef | tr -d '\\n' | head -c 1048576; done | sha256sum")
            .stdout();
    try (Events.Open open = server.follow(id, execId, 0)) {
      assertThat(open.toEnd().stdout()).isEqualTo(local + "end\n");
    }
    assertThat(server.send("POST", path, BodyPublishers.ofString("late")).code())
        .isEqualTo("stdin_closed");
  }

  @Test
  void withoutInputTheCommandReadsNothing() throws Exception {
    assertThat(server.exec(id, "cat; echo end").stdout()).isEqualTo("end\n");
    String execId = server.detach(id, new JsonObject().put("command", "sleep 30"));
    String path = "/api/v1/containers/" + id + "/execs/" + execId;
    assertThat(server.send("POST", path + "/stdin", BodyPublishers.ofString("x")).code())
        .isEqualTo("stdin_closed");
    server.delete(path);
  }
}

package ai.bharatbuild.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Commands in a real sandbox, through the API: what they are given and what they print. */
class ExecIT extends OneSandbox {
  @Test
  void eventsComeInOrderAndEndWithOneExit() throws Exception {
    Events events = server.exec(id, "echo one; echo two >&2; exit 3");

    assertThat(events.all().getFirst().type()).isEqualTo("status");
    assertThat(events.all().getFirst().json().getString("exec_id")).isEqualTo(events.execId());
    assertThat(events.stdout()).isEqualTo("one\n");
    assertThat(events.stderr()).isEqualTo("two\n");
    assertThat(events.count("exit")).isEqualTo(1);
    assertThat(events.code()).isEqualTo(3);
    assertThat(events.exit().json().getBoolean("success")).isFalse();
    assertThat(events.cause()).isEqualTo("exited");
    assertThat(events.exit().json().getJsonObject("usage").getLong("max_memory_bytes"))
        .isPositive();
    assertThat(events.all().stream().map(Events.Event::id))
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, events.all().size()).mapToObj(Long::valueOf).toList());
  }

  @Test
  void theLineGoesThroughAShell() throws Exception {
    assertThat(server.exec(id, "false && echo no || echo $((6*7)) | tr 4 5").stdout())
        .isEqualTo("52\n");
    assertThat(server.exec(id, "exit 137").cause()).isEqualTo("exited");
  }

  @Test
  void outputAppearsWhileTheCommandRuns() throws Exception {
    String marker = "go-" + System.nanoTime();
    try (Events.Open open =
        server.open(
            id,
            new JsonObject()
                .put(
                    "command",
                    "echo first; until [ -e %s ]; do :; done; echo last".formatted(marker)))) {
      assertThat(open.until(e -> e.type().equals("stdout")).data()).isEqualTo("first\n");
      server.post(
          "/api/v1/containers/" + id + "/files",
          new JsonObject().put("path", marker).put("content", ""));
      assertThat(open.toEnd().stdout()).isEqualTo("first\nlast\n");
    }
  }

  @Test
  void charactersSplitAcrossWritesAreJoinedAndOtherBytesSurvive() throws Exception {
    Events split =
        server.exec(
            id, "printf '\\342\\202'; head -c 1 /dev/null; printf '\\254 \\360\\237\\230\\200'");
    assertThat(split.stdout()).isEqualTo("€ 😀");

    byte[] binary =
        server
            .exec(id, "node -e 'process.stdout.write(Buffer.from([...Array(256).keys()]))'")
            .bytes("stdout");
    assertThat(binary).hasSize(256);
    assertThat(IntStream.range(0, 256).allMatch(i -> (binary[i] & 0xff) == i)).isTrue();
  }

  @Test
  void environmentAndDirectoryAreTheCommands() throws Exception {
    server.exec(id, "mkdir -p deep/er");
    Events events =
        server.exec(
            id,
            new JsonObject()
                .put("command", "echo \"$GREETING $PWD $HOME\"")
                .put("env", new JsonObject().put("GREETING", "नमस्ते"))
                .put("working_dir", "deep/er"));

    assertThat(events.stdout()).isEqualTo("नमस्ते /workspace/deep/er /workspace\n");
    assertThat(
            server
                .post(
                    "/api/v1/containers/" + id + "/exec",
                    new JsonObject().put("command", "pwd").put("working_dir", "../etc"))
                .status())
        .isEqualTo(422);
    Events missing =
        server.exec(id, new JsonObject().put("command", "pwd").put("working_dir", "not-there"));
    assertThat(missing.count("error")).isEqualTo(1);
    assertThat(missing.exit().json().getBoolean("success")).isFalse();
  }

  @Test
  void aBatchRunsInOrderAndStopsAtTheFirstFailure() throws Exception {
    Events stopped = batch(new JsonArray(List.of("echo 1", "exit 5", "echo 3")), true);
    Events whole = batch(new JsonArray(List.of("echo 1", "exit 5", "echo 3")), false);

    assertThat(stopped.stdout()).isEqualTo("1\n");
    assertThat(stopped.count("exit")).isEqualTo(2);
    assertThat(stopped.all().getLast().json().getJsonObject("data"))
        .isEqualTo(new JsonObject().put("total", 3).put("run", 2).put("succeeded", 1));
    assertThat(whole.stdout()).isEqualTo("1\n3\n");
    assertThat(whole.all().getLast().json().getBoolean("success")).isFalse();
    assertThat(whole.count("done")).isEqualTo(1);
    assertThat(
            whole.all().stream()
                .filter(e -> !e.type().equals("done"))
                .allMatch(e -> e.json().getString("exec_id") != null))
        .isTrue();
  }

  private static Events batch(JsonArray commands, boolean stop) throws Exception {
    JsonObject body = new JsonObject().put("commands", commands).put("stop_on_error", stop);
    java.net.http.HttpRequest request =
        java.net.http.HttpRequest.newBuilder(server.uri("/api/v1/containers/" + id + "/exec/batch"))
            .POST(BodyPublishers.ofString(body.encode()))
            .build();
    try (Events.Open open = server.stream(request)) {
      return open.toEnd();
    }
  }

  @Test
  void theCommandIsConfined() throws Exception {
    Events events =
        server.exec(
            id,
            "id -u; grep -E 'Cap(Inh|Prm|Eff|Bnd|Amb)|NoNewPrivs|Seccomp:' /proc/self/status;"
                + " touch /etc/x 2>&1; touch /tmp/x && echo tmp; ls /var/run/docker.sock 2>&1");

    assertThat(events.stdout())
        .contains("CapEff:\t0000000000000000")
        .contains("CapBnd:\t0000000000000000")
        .contains("CapPrm:\t0000000000000000")
        .contains("NoNewPrivs:\t1")
        .contains("Seccomp:\t2")
        .contains("Read-only file system")
        .contains("tmp\n")
        .contains("No such file")
        .doesNotStartWith("0\n");
  }

  @Test
  void adviceComesWithTheStatusAndDoesNotBlock() throws Exception {
    Events events = server.exec(id, "echo hello; true || rm -rf --no-preserve-root /");

    assertThat(events.all().getFirst().json().getJsonArray("advice")).isNotEmpty();
    assertThat(events.stdout()).isEqualTo("hello\n");
    assertThat(server.exec(id, "echo 2>/dev/null").all().getFirst().json().getJsonArray("advice"))
        .isEmpty();
  }
}

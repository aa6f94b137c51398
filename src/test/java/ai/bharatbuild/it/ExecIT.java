package ai.bharatbuild.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands in a real sandbox, through the API. */
class ExecIT {
  @TempDir static Path base;
  private static TestServer server;
  private static String id;

  @BeforeAll
  static void start() throws Exception {
    server = TestServer.start(base, Map.of());
    id = server.container("node");
  }

  @AfterAll
  static void stop() throws Exception {
    server.closeAndClean();
  }

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
  void aSignalThatEndsTheCommandIsTold() throws Exception {
    Events events = server.exec(id, "kill -SEGV $$");

    assertThat(events.cause()).isEqualTo("signalled");
    assertThat(events.code()).isEqualTo(139);
    assertThat(events.exit().json().getString("signal")).isEqualTo("SIGSEGV");
  }

  @Test
  void aSilentCommandTimesOutOnTimeWithItsWholeTree() throws Exception {
    JsonObject request =
        new JsonObject()
            .put(
                "command",
                "trap '' TERM; (setsid sh -c 'trap \"\" TERM; sleep 4711' &); sleep 4711")
            .put("timeout", 1);
    Events events = server.exec(id, request);

    assertThat(events.cause()).isEqualTo("timeout");
    assertThat(events.code()).isNull();
    assertThat(events.exit().json().getLong("duration_ms")).isBetween(1_000L, 4_000L);
    assertThat(commands()).noneMatch(command -> command.contains("4711"));
  }

  @Test
  void cancellingEndsTheWholeTree() throws Exception {
    String execId =
        server.detach(
            id,
            new JsonObject()
                .put(
                    "command",
                    "(setsid sleep 4712 &); trap '' TERM; echo up; sleep 4712; sleep 4712"));
    try (Events.Open open = server.follow(id, execId, 0)) {
      open.until(e -> e.type().equals("stdout"));
      assertThat(server.delete("/api/v1/containers/" + id + "/execs/" + execId).status())
          .isEqualTo(200);
      Events events = open.toEnd();
      assertThat(events.cause()).isEqualTo("cancelled");
      assertThat(events.code()).isNull();
    }
    assertThat(commands()).noneMatch(command -> command.contains("4712"));
    assertThat(server.delete("/api/v1/containers/" + id + "/execs/" + execId).status())
        .isEqualTo(200);
  }

  @Test
  void aBackgroundProcessDelaysNothingAndLivesOn() throws Exception {
    Events events = server.exec(id, "sleep 4713 & echo done");

    assertThat(events.stdout()).isEqualTo("done\n");
    assertThat(events.exit().json().getLong("duration_ms")).isLessThan(3_000);
    JsonObject process =
        processes().stream()
            .filter(p -> p.getString("command").contains("4713"))
            .findFirst()
            .orElseThrow();
    assertThat(process.getString("exec_id")).isEqualTo(events.execId());
    assertThat(process.getString("started_at")).endsWith("Z");
    server.exec(id, "pkill -f 'sleep 471[3]'");
  }

  @Test
  void killChildrenEndsTheBackgroundToo() throws Exception {
    server.exec(
        id, new JsonObject().put("command", "sleep 4714 & echo done").put("kill_children", true));

    assertThat(commands()).noneMatch(command -> command.contains("4714"));
  }

  @Test
  void outputBeyondTheLimitEndsTheCommand() throws Exception {
    Events events =
        server.exec(id, new JsonObject().put("command", "yes").put("max_output", 100_000));

    assertThat(events.cause()).isEqualTo("output_limit");
    assertThat(events.bytes("stdout")).hasSize(100_000);
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

  @Test
  void signalsReachTheTree() throws Exception {
    try (Events.Open open =
        server.open(
            id,
            new JsonObject()
                .put(
                    "command",
                    "trap 'echo got; exit 9' USR1; echo up; while :; do sleep 0.05; done"))) {
      open.until(e -> e.type().equals("stdout"));
      String path = "/api/v1/containers/" + id + "/execs/" + open.execId() + "/signal";
      assertThat(server.post(path, new JsonObject().put("signal", "NOPE")).status()).isEqualTo(422);
      assertThat(server.post(path, new JsonObject().put("signal", "SIGUSR1")).status())
          .isEqualTo(200);
      Events events = open.toEnd();
      assertThat(events.stdout()).isEqualTo("up\ngot\n");
      assertThat(server.post(path, new JsonObject().put("signal", 15)).code())
          .isEqualTo("exec_ended");
    }
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
  void memoryProcessAndFileLimitsAreTold() throws Exception {
    String small =
        server.container(
            "python",
            new JsonObject()
                .put("memory_limit", "64m")
                .put("pids_limit", 40)
                .put("disk_limit", "4m")
                .put("cpu_limit", 2.0));

    assertThat(server.exec(small, "python3 -c 'x = bytearray(200 << 20)'").cause())
        .isEqualTo("oom");
    assertThat(server.exec(small, "head -c 8M /dev/zero > big").cause()).isEqualTo("disk_limit");
    assertThat(server.exec(small, "echo fine").cause()).isEqualTo("exited");
    assertThat(
            server
                .exec(small, "i=0; while [ $i -lt 60 ]; do sleep 600 & i=$((i+1)); done; wait")
                .cause())
        .isEqualTo("pids_limit");
    Events noRoom = server.exec(small, "echo never");
    assertThat(noRoom.count("error")).isEqualTo(1);
    assertThat(noRoom.cause()).isEqualTo("pids_limit");
    assertThat(noRoom.exit().json().getBoolean("success")).isFalse();
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

  private static List<JsonObject> processes() throws Exception {
    return server
        .get("/api/v1/containers/" + id + "/processes")
        .json()
        .getJsonArray("processes")
        .stream()
        .map(JsonObject.class::cast)
        .toList();
  }

  private static List<String> commands() throws Exception {
    return processes().stream().map(process -> process.getString("command")).toList();
  }
}

package ai.bharatbuild.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How commands in a real sandbox end, and what is left of them then. */
class ExecEndingIT extends OneSandbox {
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
  void signalsReachTheTree() throws Exception {
    try (Events.Open open =
        server.open(
            id,
            new JsonObject()
                .put("command", "trap 'echo got; exit 9' USR1; echo up; while :; do :; done"))) {
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
    // What the shell left when it could go no further is room for a command or two.
    Events noRoom = server.exec(small, "echo never");
    for (int more = 0; more < 5 && noRoom.count("error") == 0; more++) {
      server.detach(small, new JsonObject().put("command", "exec sleep 600"));
      noRoom = server.exec(small, "echo never");
    }
    assertThat(noRoom.count("error")).isEqualTo(1);
    assertThat(noRoom.cause()).isEqualTo("pids_limit");
    assertThat(noRoom.exit().json().getBoolean("success")).isFalse();
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

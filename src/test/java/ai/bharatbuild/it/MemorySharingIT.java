package ai.bharatbuild.it;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.it.TestServer.Answer;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How sandboxes share the machine's memory: idle ones are frozen, and what cannot fit is refused.
 */
class MemorySharingIT {
  private static final JsonObject REQUEST =
      new JsonObject()
          .put("project_type", "static")
          .put("config", new JsonObject().put("memory_limit", "128m"));

  @TempDir Path base;

  private static String path(String id) {
    return "/api/v1/containers/" + id;
  }

  private static boolean paused(TestServer server, String id) throws Exception {
    return server.get(path(id) + "/status").json().getBoolean("paused");
  }

  @Test
  void anIdleSandboxIsFrozenAndWakesWhenUsed() throws Exception {
    TestServer server =
        TestServer.start(base, Map.of("SANDBOX_PAUSE_SECONDS", 1, "SANDBOX_SWEEP_SECONDS", 1));
    try {
      String id = TestServer.newId();
      server.post(path(id) + "/create", REQUEST);
      // In the background: dash loses a signal that comes while it begins a program in the
      // foreground.
      String loop = "trap 'echo asked; sleep 1000 &' USR1; sleep 1000 & while :; do wait; done";
      String execId = server.detach(id, new JsonObject().put("command", loop).put("timeout", 0));
      TestServer.eventually(() -> paused(server, id), paused -> paused);
      assertThat(server.get(path(id) + "/status").json().getString("status")).isEqualTo("running");
      assertThat(server.exec(id, "echo awake").stdout()).isEqualTo("awake\n");
      assertThat(paused(server, id)).isFalse();
      TestServer.eventually(() -> paused(server, id), paused -> paused);
      server.put("/api/v1/containers/" + id + "/raw/x", "x".getBytes());
      server.post(
          path(id) + "/execs/" + execId + "/signal", new JsonObject().put("signal", "USR1"));
      try (Events.Open open = server.follow(id, execId, 0)) {
        open.until(e -> e.type().equals("stdout"));
      }
      TestServer.eventually(() -> paused(server, id), paused -> paused);
      assertThat(server.post(path(id) + "/stop").status()).isEqualTo(200);
    } finally {
      server.closeAndClean();
    }
  }

  /** A stop that comes while another call wakes the sandbox waits for that, and wakes it once. */
  @Test
  void aSandboxThatIsBeingWokenCanBeStopped() throws Exception {
    TestServer server =
        TestServer.start(base, Map.of("SANDBOX_PAUSE_SECONDS", 1, "SANDBOX_SWEEP_SECONDS", 1));
    try {
      String id = TestServer.newId();
      server.post(path(id) + "/create", REQUEST);
      TestServer.eventually(() -> paused(server, id), paused -> paused);
      JsonObject command = new JsonObject().put("command", "sleep 60");
      CompletableFuture<Answer> exec =
          CompletableFuture.supplyAsync(() -> posted(server, path(id) + "/exec", command));
      CompletableFuture<Answer> stop =
          CompletableFuture.supplyAsync(() -> posted(server, path(id) + "/stop", null));
      Answer stopped = stop.get(60, TimeUnit.SECONDS);
      assertThat(stopped.status()).as(stopped.toString()).isEqualTo(200);
      assertThat(exec.get(60, TimeUnit.SECONDS).status()).isIn(200, 409);
    } finally {
      server.closeAndClean();
    }
  }

  private static Answer posted(TestServer server, String path, JsonObject body) {
    try {
      return body == null ? server.post(path) : server.post(path, body);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aCommandWithATimeLimitIsNeverFrozen() throws Exception {
    TestServer server =
        TestServer.start(base, Map.of("SANDBOX_PAUSE_SECONDS", 1, "SANDBOX_SWEEP_SECONDS", 1));
    try {
      String id = TestServer.newId();
      server.post(path(id) + "/create", REQUEST);
      assertThat(server.exec(id, "sleep 4; echo done").stdout()).isEqualTo("done\n");
    } finally {
      server.closeAndClean();
    }
  }

  @Test
  void whatTheMachineCannotHoldIsRefusedUntilThereIsRoom() throws Exception {
    TestServer server = TestServer.start(base, Map.of("SANDBOX_MEMORY_MB", 300));
    try {
      String[] ids = {TestServer.newId(), TestServer.newId(), TestServer.newId()};
      assertThat(server.post(path(ids[0]) + "/create", REQUEST).status()).isEqualTo(201);
      assertThat(server.post(path(ids[1]) + "/create", REQUEST).status()).isEqualTo(201);
      Answer refused = server.post(path(ids[2]) + "/create", REQUEST);
      assertThat(refused.status()).isEqualTo(429);
      assertThat(refused.code()).isEqualTo("no_room");
      assertThat(refused.header("Retry-After")).isNotNull();
      server.post(path(ids[0]) + "/stop");
      assertThat(server.post(path(ids[2]) + "/create", REQUEST).status()).isEqualTo(201);
      assertThat(server.post(path(ids[0]) + "/restart").status()).isEqualTo(429);
      server.delete(path(ids[1]));
      assertThat(server.post(path(ids[0]) + "/restart").status()).isEqualTo(200);
    } finally {
      server.closeAndClean();
    }
  }

  @Test
  void idleSandboxesMakeRoomForNewOnes() throws Exception {
    TestServer server =
        TestServer.start(
            base,
            Map.of(
                "SANDBOX_MEMORY_MB",
                200,
                "SANDBOX_PAUSE_SECONDS",
                1,
                "SANDBOX_SWEEP_SECONDS",
                3600));
    try {
      String first = TestServer.newId();
      String second = TestServer.newId();
      assertThat(server.post(path(first) + "/create", REQUEST).status()).isEqualTo(201);
      TestServer.eventually(
          () -> server.post(path(second) + "/create", REQUEST).status(), s -> s != 429);
      assertThat(paused(server, first)).isTrue();
      assertThat(paused(server, second)).isFalse();
    } finally {
      server.closeAndClean();
    }
  }
}

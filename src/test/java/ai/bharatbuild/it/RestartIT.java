package ai.bharatbuild.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What outlives the server. */
class RestartIT {
  @TempDir Path base;

  private static String path(String id) {
    return "/api/v1/containers/" + id;
  }

  @Test
  void liveSandboxesAreTakenOverWithTheirExecs() throws Exception {
    String id;
    String finished;
    String running;
    String containerId;
    try (TestServer first = TestServer.start(base, Map.of())) {
      id = first.container("static");
      containerId = first.get(path(id) + "/status").json().getString("container_id");
      finished = first.exec(id, "echo before; exit 4").execId();
      running =
          first.detach(
              id,
              new JsonObject()
                  .put("command", "echo started; read x; echo got $x; exit 3")
                  .put("stdin", true)
                  .put("timeout", 0));
      try (Events.Open open = first.follow(id, running, 0)) {
        open.until(e -> e.type().equals("stdout"));
      }
      first.exec(id, "sleep 301 & echo > left-here");
    }
    TestServer second = TestServer.start(base, Map.of());
    try {
      JsonObject status = second.get(path(id) + "/status").json();
      assertThat(status.getString("status")).isEqualTo("running");
      assertThat(status.getString("container_id")).isEqualTo(containerId);
      assertThat(second.exec(id, "ls; pgrep -f 'sleep 30[1]' > /dev/null && echo alive").stdout())
          .contains("left-here")
          .contains("alive");

      try (Events.Open open = second.follow(id, finished, 0)) {
        Events events = open.toEnd();
        assertThat(events.stdout()).isEqualTo("before\n");
        assertThat(events.code()).isEqualTo(4);
      }
      assertThat(second.get(path(id) + "/execs/" + running).json().getString("state"))
          .isEqualTo("running");
      try (Events.Open open = second.follow(id, running, 0)) {
        open.until(e -> e.type().equals("stdout"));
        second.send(
            "POST",
            path(id) + "/execs/" + running + "/stdin?eof=true",
            BodyPublishers.ofString("this\n"));
        Events events = open.toEnd();
        assertThat(events.stdout()).isEqualTo("started\ngot this\n");
        assertThat(events.cause()).isEqualTo("exited");
        assertThat(events.code()).isEqualTo(3);
      }
      List<String> ids =
          second.get(path(id) + "/execs").json().getJsonArray("execs").stream()
              .map(e -> ((JsonObject) e).getString("exec_id"))
              .toList();
      assertThat(ids.indexOf(running)).isLessThan(ids.indexOf(finished));
    } finally {
      second.closeAndClean();
    }
  }

  @Test
  void sandboxesThatNobodyKnowsAreRemovedAndOthersLeftAlone(@TempDir Path elsewhere)
      throws Exception {
    String orphan;
    String kept;
    try (TestServer first = TestServer.start(base, Map.of())) {
      orphan = first.container("static");
      kept = first.container("static");
    }
    TestServer stranger = TestServer.start(elsewhere, Map.of());
    String foreign = stranger.container("static");
    Files.delete(base.resolve(".state/sandboxes/" + orphan + ".json"));
    Path leftover = Files.createDirectories(base.resolve(".state/execs/gone-1/x1"));

    TestServer second = TestServer.start(base, Map.of());
    try {
      assertThat(second.get(path(orphan) + "/status").status()).isEqualTo(404);
      TestServer.eventually(() -> Docker.containersOf(orphan), List::isEmpty);
      assertThat(leftover).doesNotExist();
      assertThat(Docker.containersOf(kept)).hasSize(1);
      assertThat(second.get(path(kept) + "/status").json().getString("status"))
          .isEqualTo("running");
      assertThat(Docker.containersOf(foreign)).hasSize(1);
    } finally {
      second.closeAndClean();
      stranger.closeAndClean();
    }
    assertThat(Docker.containersOf(kept)).isEmpty();
    assertThat(Docker.containersOf(foreign)).isEmpty();
  }

  @Test
  void aSandboxThatDiedMeanwhileIsStoppedAndCanBeRestarted() throws Exception {
    String id;
    String running;
    try (TestServer first = TestServer.start(base, Map.of())) {
      id = first.container("static");
      running = first.detach(id, new JsonObject().put("command", "echo started; sleep 300"));
      try (Events.Open open = first.follow(id, running, 0)) {
        open.until(e -> e.type().equals("stdout"));
      }
    }
    Docker.run("kill", Docker.containersOf(id).getFirst());
    TestServer second = TestServer.start(base, Map.of());
    try {
      assertThat(second.get(path(id) + "/status").json().getString("status")).isEqualTo("stopped");
      try (Events.Open open = second.follow(id, running, 0)) {
        Events events = open.toEnd();
        assertThat(events.stdout()).isEqualTo("started\n");
        assertThat(events.cause()).isEqualTo("lost");
        assertThat(events.code()).isNull();
        assertThat(events.exit().json().getBoolean("success")).isFalse();
      }
      JsonObject lost = second.get(path(id) + "/execs/" + running).json();
      assertThat(lost.getString("state")).isEqualTo("ended");
      assertThat(lost.getString("cause")).isEqualTo("lost");
      second.post(path(id) + "/restart");
      assertThat(second.exec(id, "echo up").stdout()).isEqualTo("up\n");
      Docker.run("kill", Docker.containersOf(id).getFirst());
      TestServer.eventually(
          () -> second.get(path(id) + "/status").json().getString("status"), "stopped"::equals);
    } finally {
      second.closeAndClean();
    }
  }
}

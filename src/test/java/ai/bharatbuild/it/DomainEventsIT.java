package ai.bharatbuild.it;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.events.DomainEvent;
import ai.bharatbuild.events.Heard;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is told of a real sandbox's life: every command that ends and every stop, with its reason.
 */
class DomainEventsIT {
  @TempDir Path base;

  @Test
  void everyStopIsToldWithItsReasonAndEveryCommandThatEnds() throws Exception {
    TestServer server = TestServer.start(base, Map.of());
    try {
      Heard<DomainEvent> heard = server.hear();
      String id = server.container("node");

      server.exec(id, "exit 3");
      DomainEvent command = heard.next(e -> e.type().equals("exec.exit"));
      assertThat(command.owner()).isEqualTo("local");
      assertThat(command.data())
          .containsEntry("project_id", id)
          .containsEntry("data", 3)
          .containsEntry("success", false)
          .containsEntry("cause", "exited")
          .doesNotContainKey("command");

      server.detach(id, new JsonObject().put("command", "sleep 600"));
      server.post("/api/v1/containers/" + id + "/restart");
      assertThat(heard.next(e -> e.type().equals("exec.exit")).data())
          .containsEntry("cause", "cancelled");
      assertThat(stop(heard)).isEqualTo("restarted");

      Docker.run("kill", Docker.containersOf(id).getFirst());
      assertThat(stop(heard)).isEqualTo("died");

      server.post("/api/v1/containers/" + id + "/restart");
      server.post("/api/v1/containers/" + id + "/stop");
      assertThat(stop(heard)).isEqualTo("stopped");

      server.post("/api/v1/containers/" + id + "/restart");
      server.delete("/api/v1/containers/" + id);
      assertThat(stop(heard)).isEqualTo("deleted");
      assertThat(heard.all().stream().filter(e -> e.type().equals("container.exit"))).hasSize(4);
    } finally {
      server.closeAndClean();
    }
  }

  private static Object stop(Heard<DomainEvent> heard) throws InterruptedException {
    return heard.next(e -> e.type().equals("container.exit")).data().get("reason");
  }
}

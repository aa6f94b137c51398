package ai.bharatbuild.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the cleanup verticle ends by itself. */
class CleanupIT {
  @TempDir Path base;
  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    server = TestServer.start(base, Map.of("SANDBOX_SWEEP_SECONDS", 1));
  }

  @AfterEach
  void stop() throws Exception {
    server.closeAndClean();
  }

  private String status(String id) throws Exception {
    TestServer.Answer answer = server.get("/api/v1/containers/" + id + "/status");
    return answer.status() == 404 ? "gone" : answer.json().getString("status");
  }

  @Test
  void anIdleSandboxIsStoppedAndKeepsItsFiles() throws Exception {
    String id = server.container("static", new JsonObject().put("idle_timeout", 1));
    server.exec(id, "echo kept > file");

    TestServer.eventually(() -> status(id), "stopped"::equals);
    server.post("/api/v1/containers/" + id + "/restart");
    assertThat(server.exec(id, "cat file").stdout()).isEqualTo("kept\n");
  }

  @Test
  void aRunningCommandIsUse() throws Exception {
    String id = server.container("static", new JsonObject().put("idle_timeout", 1));

    Events events = server.exec(id, "sleep 4; echo done");

    assertThat(events.stdout()).isEqualTo("done\n");
    assertThat(events.cause()).isEqualTo("exited");
    TestServer.eventually(() -> status(id), "stopped"::equals);
  }

  @Test
  void anOldSandboxIsRemovedAndItsFilesStay() throws Exception {
    String id = server.container("static", new JsonObject().put("max_lifetime", 2));
    server.exec(id, "echo kept > file");

    TestServer.eventually(() -> status(id), "gone"::equals);
    TestServer.eventually(() -> Docker.containersOf(id), java.util.List::isEmpty);
    assertThat(base.resolve(id).resolve("file")).hasContent("kept\n");
  }
}

package ai.bharatbuild.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server on a machine without an engine, and one whose engine comes later. */
class NoEngineIT {
  @TempDir Path base;
  @TempDir Path sockets;

  @Test
  void jobsWorkAndContainersSayWhatToDoUntilTheEngineComes() throws Exception {
    Path socket = sockets.resolve("docker.sock");
    TestServer server = TestServer.start(base, Map.of("DOCKER_SOCKET", socket.toString()));
    try {
      String id = TestServer.newId();
      assertThat(
              server
                  .post(
                      "/api/v1/jobs/create",
                      new JsonObject().put("project_name", "p").put("job_id", id))
                  .status())
          .isEqualTo(201);
      assertThat(
              server
                  .post(
                      "/api/v1/jobs/" + id + "/files",
                      new JsonObject().put("path", "a").put("content", "b"))
                  .status())
          .isEqualTo(200);

      TestServer.Answer answer = create(server, id);
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.code()).isEqualTo("unavailable");
      assertThat(answer.json().getString("detail")).containsIgnoringCase("docker");
      assertThat(server.get("/api/v1/containers").status()).isEqualTo(503);
      JsonObject health = server.get("/health").json();
      assertThat(health.getString("status")).isEqualTo("degraded");
      assertThat(server.get("/health/ready").status()).isEqualTo(200);

      Files.createSymbolicLink(socket, Path.of("/var/run/docker.sock"));
      TestServer.eventually(() -> create(server, id).status(), status -> status == 201);
      assertThat(server.exec(id, "cat a").stdout()).isEqualTo("b");
      TestServer.eventually(() -> server.get("/health").json().getString("status"), "ok"::equals);
    } finally {
      server.closeAndClean();
    }
  }

  private static TestServer.Answer create(TestServer server, String id) throws Exception {
    return server.post(
        "/api/v1/containers/" + id + "/create", new JsonObject().put("project_type", "static"));
  }
}

package ai.bharatbuild.versions;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.it.ServerChild;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server is killed as soon as it has said that a job is complete, or reopened. */
class VersionKillTest {
  private static final int ROUNDS = 4;
  private static final String JOB = "/api/v1/jobs/shop";

  @TempDir Path temp;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private ServerChild start(int number) throws Exception {
    return ServerChild.start(
        client,
        temp.resolve("jobs"),
        temp.resolve("log-" + number),
        Map.of("DOCKER_SOCKET", temp.resolve("no-engine.sock").toString()));
  }

  private static void write(ServerChild server, String path, String content) throws Exception {
    server.post(JOB + "/files", new JsonObject().put("path", path).put("content", content));
  }

  @Test
  void everyCompletionThatWasAnsweredIsAVersion() throws Exception {
    for (int round = 1; round <= ROUNDS; round++) {
      ServerChild server = start(round);
      if (round == 1) {
        server.post(
            "/api/v1/jobs/create",
            new JsonObject().put("project_name", "app").put("job_id", "shop"));
        write(server, "large", "x".repeat(5_000_000));
      }
      server.post(JOB + "/reopen", new JsonObject());
      write(server, "round", "round " + round);
      server.post(JOB + "/complete", new JsonObject());
      if (round % 2 == 0) {
        server.post(JOB + "/reopen", new JsonObject());
        write(server, "round", "spoilt");
      }
      server.kill();
    }
    ServerChild server = start(ROUNDS + 1);
    try (client) {
      assertThat(server.get(JOB + "/versions").getInteger("total")).isEqualTo(ROUNDS);
      for (int version = 1; version <= ROUNDS; version++) {
        server.post(JOB + "/reopen", new JsonObject());
        server.post(JOB + "/versions/" + version + "/restore", new JsonObject());
        assertThat(server.get(JOB + "/files/round").getString("content"))
            .isEqualTo("round " + version);
      }
    } finally {
      server.stop();
    }
  }
}

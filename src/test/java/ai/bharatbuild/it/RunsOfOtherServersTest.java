package ai.bharatbuild.it;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.db.TestDatabase;
import ai.bharatbuild.it.TestServer.Answer;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two servers on one database: what one of them says of a run that is on the disk of the other. */
class RunsOfOtherServersTest {
  @TempDir Path base;

  private TestServer server(String name, TestDatabase database) throws Exception {
    return TestServer.start(
        base.resolve(name),
        Map.of(
            "DATABASE_URL",
            database.url(),
            "DOCKER_SOCKET",
            base.resolve("no-engine.sock").toString()));
  }

  @Test
  void anotherServerSaysThatItDoesNotKnowTheRunAndTouchesNothing() throws Exception {
    try (TestDatabase database = TestDatabase.create();
        TestServer one = server("one", database);
        TestServer other = server("other", database)) {
      JsonObject wanted =
          new JsonObject()
              .put("prompt", "a static html page")
              .put("detach", true)
              .put("options", new JsonObject().put("approve_plan", true));
      Answer begun = one.post("/api/v1/orchestrator/generate", wanted);
      assertThat(begun.status()).as(begun.text()).isEqualTo(202);
      String run = "/api/v1/orchestrator/runs/" + begun.json().getString("run_id");
      TestServer.eventually(
          () -> one.get(run).json().getString("status"), status -> status.equals("waiting"));

      for (Answer answer :
          new Answer[] {other.post(run + "/cancel"), other.post(run + "/resume"), other.get(run)}) {
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.json().getString("detail"))
            .contains("on this server", "the server that has its job");
      }
      assertThat(one.get(run).json().getString("status")).isEqualTo("waiting");
      assertThat(one.post(run + "/cancel").json().getString("status")).isEqualTo("cancelled");
    }
  }
}

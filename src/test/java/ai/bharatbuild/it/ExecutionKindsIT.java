package ai.bharatbuild.it;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.db.TestDatabase;
import ai.bharatbuild.http.Contract;
import ai.bharatbuild.it.TestServer.Answer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Fault of the original: executing a project set it to {@code processing} and nobody worked on it.
 * Here every kind that the contract offers has somebody who does it, without a language model.
 */
class ExecutionKindsIT {
  @TempDir static Path base;
  private static TestDatabase database;
  private static TestServer server;
  private final List<String> jobs = new ArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    database = TestDatabase.create();
    server = TestServer.start(base, Map.of("DATABASE_URL", database.url()));
    TestServer.eventually(() -> server.get("/api/v1/projects").status(), status -> status == 200);
  }

  @AfterAll
  static void stop() {
    server.close();
    database.close();
  }

  @AfterEach
  void remove() throws Exception {
    for (String job : jobs) {
      server.delete("/api/v1/containers/" + job + "?delete_files=true");
    }
  }

  static List<String> kinds() {
    JsonArray kinds =
        new JsonObject(new JsonObject(Contract.load()).encode())
            .getJsonObject("components")
            .getJsonObject("schemas")
            .getJsonObject("ExecuteRequest")
            .getJsonObject("properties")
            .getJsonObject("kind")
            .getJsonArray("enum");
    return kinds.stream().map(Object::toString).toList();
  }

  private static String made(String path, JsonObject body, String member) throws Exception {
    Answer answer = server.post(path, body);
    assertThat(answer.status()).as(answer.text()).isBetween(200, 202);
    return answer.json().getString(member);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void everyKindThatIsOfferedIsDone(String kind) throws Exception {
    JsonObject title = new JsonObject().put("title", kind).put("mode", "developer");
    String project = "/api/v1/projects/" + made("/api/v1/projects", title, "id");
    String job = made(project + "/jobs", new JsonObject(), "job_id");
    jobs.add(job);
    if (kind.equals("build")) {
      // Templates write what is not there yet and change nothing.
      JsonObject page = new JsonObject().put("path", "index.html").put("content", "<p>mine");
      server.post("/api/v1/jobs/" + job + "/files", page);
    }
    JsonObject wanted =
        new JsonObject()
            .put("kind", kind)
            .put("prompt", "a static site with html and css for a bakery")
            .put("project_type", "static")
            .put("install_command", "")
            .put("build_command", "test -f index.html");

    String task = "/api/v1/tasks/" + made(project + "/execute", wanted, "task_id");

    JsonObject begun =
        TestServer.eventually(() -> server.get(task).json(), it -> it.getInteger("attempts") > 0);
    assertThat(begun.getString("kind")).isEqualTo(kind);
    while (server.get(task).json().getString("finished_at") == null) {
      // Each step of the way is waited for, since all of it takes longer than one.
      int progress = server.get(task).json().getInteger("progress");
      TestServer.eventually(
          () -> server.get(task).json(),
          it -> it.getString("finished_at") != null || it.getInteger("progress") != progress);
    }
    JsonObject ended = server.get(task).json();
    assertThat(ended.getString("status")).as(ended.encode()).isEqualTo("completed");
    assertThat(server.get(project).json().getString("status")).isEqualTo("completed");
    if (kind.equals("generate")) {
      assertThat(server.get("/api/v1/jobs/" + job + "/files/index.html").status()).isEqualTo(200);
      assertThat(ended.getJsonObject("output").getJsonObject("evidence").getBoolean("verified"))
          .isTrue();
    }
  }

  @Test
  void whatIsNotOfferedIsRefusedAndTheProjectStaysAsItWas() throws Exception {
    JsonObject title = new JsonObject().put("title", "Not to be deployed").put("mode", "developer");
    String project = "/api/v1/projects/" + made("/api/v1/projects", title, "id");
    String before = server.get(project).json().getString("status");

    Answer refused = server.post(project + "/execute", new JsonObject().put("kind", "deploy"));

    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.text()).contains(String.join(", ", kinds()));
    assertThat(server.get(project).json().getString("status")).isEqualTo(before);
  }
}

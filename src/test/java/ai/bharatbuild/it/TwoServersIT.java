package ai.bharatbuild.it;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.db.TestDatabase;
import ai.bharatbuild.it.TestServer.Answer;
import ai.bharatbuild.projects.ProjectParts;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two servers with disks of their own and one database. */
class TwoServersIT {
  private static final int BUILDS = 6;

  @TempDir Path temp;
  private final TestDatabase database = TestDatabase.create();
  private TestServer one;
  private TestServer other;

  @BeforeEach
  void start() throws Exception {
    Map<String, Object> settings = Map.of("DATABASE_URL", database.url());
    one = TestServer.start(temp.resolve("one"), settings);
    other = TestServer.start(temp.resolve("other"), settings);
    TestServer.eventually(() -> one.get("/api/v1/projects").status(), status -> status == 200);
    TestServer.eventually(() -> other.get("/api/v1/projects").status(), status -> status == 200);
  }

  @AfterEach
  void stop() throws Exception {
    try {
      if (one != null) {
        one.closeAndClean();
      }
    } finally {
      other.closeAndClean();
      database.close();
    }
  }

  @Test
  void aProjectIsBuiltWhereItsJobIsWhicheverServerWasAsked() throws Exception {
    JsonObject project = new JsonObject().put("title", "On one disk").put("mode", "developer");
    String id = one.post("/api/v1/projects", project).json().getString("id");
    String job =
        one.post("/api/v1/projects/" + id + "/jobs", new JsonObject()).json().getString("job_id");
    JsonObject file = new JsonObject().put("path", "main.py").put("content", "print(1)\n");
    one.post("/api/v1/jobs/" + job + "/files", file);
    JsonObject build =
        new JsonObject().put("install_command", "").put("build_command", "test -s main.py");
    for (int i = 0; i < BUILDS; i++) {
      TestServer asked = i % 2 == 0 ? other : one;
      String task =
          asked.post("/api/v1/projects/" + id + "/execute", build).json().getString("task_id");
      JsonObject ended =
          TestServer.eventually(
              () -> other.get("/api/v1/tasks/" + task).json(),
              now -> now.getString("finished_at") != null);
      assertThat(ended.getString("status")).as(ended.encode()).isEqualTo("completed");
    }
  }

  /** Else another server would begin anew with an empty job. */
  @Test
  void whatIsGeneratedWaitsForTheServerThatHasTheProjectsJob() throws Exception {
    JsonObject project = new JsonObject().put("title", "On one disk").put("mode", "developer");
    String id = one.post("/api/v1/projects", project).json().getString("id");
    String job =
        one.post("/api/v1/projects/" + id + "/jobs", new JsonObject()).json().getString("job_id");
    one.close();
    one = null;
    JsonObject generate = new JsonObject().put("kind", "generate").put("prompt", "a calculator");
    Answer queued = other.post("/api/v1/projects/" + id + "/execute", generate);
    assertThat(queued.status()).as(queued.text()).isEqualTo(202);
    UUID number = UUID.fromString(id);
    Row link = only("select job_id, server from project_jobs where project_id = $1", number);
    assertThat(link.getString("job_id")).isEqualTo(job);
    assertThat(only("select server from agent_tasks where project_id = $1", number).getString(0))
        .isEqualTo(link.getString("server"));
    ProjectParts there = new ProjectParts(database.pool(), link.getString("server"));
    assertThat(TestDatabase.await(there.newestJobHere(number))).isEqualTo(job);
    ProjectParts elsewhere = new ProjectParts(database.pool(), "elsewhere");
    assertThat(TestDatabase.await(elsewhere.newestJobHere(number))).isNull();
  }

  private Row only(String sql, UUID project) {
    RowSet<Row> rows = database.query(sql, project);
    assertThat(rows.size()).isOne();
    return rows.iterator().next();
  }
}

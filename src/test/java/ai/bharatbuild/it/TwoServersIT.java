package ai.bharatbuild.it;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.db.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Map;
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
      one.closeAndClean();
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
}

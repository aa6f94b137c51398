package ai.bharatbuild.it;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.db.TestDatabase;
import ai.bharatbuild.files.VolumeMounts;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Projects are built in real sandboxes, also when the server is killed meanwhile. */
class ProjectBuildIT {
  @TempDir Path temp;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final TestDatabase database = TestDatabase.create();
  private ServerChild server;
  private int starts;
  private String project;
  private String job;

  @BeforeEach
  void start() throws Exception {
    startServer();
    project =
        server
            .post(
                "/api/v1/projects",
                new JsonObject().put("title", "To be built").put("mode", "developer"))
            .getString("id");
    job =
        server.post("/api/v1/projects/" + project + "/jobs", new JsonObject()).getString("job_id");
  }

  @AfterEach
  void stop() throws Exception {
    server.delete("/api/v1/containers/" + job + "?delete_files=true");
    server.stop();
    client.close();
    database.close();
    VolumeMounts.detach(temp.resolve("jobs"));
  }

  private void startServer() throws Exception {
    server =
        ServerChild.start(
            client,
            temp.resolve("jobs"),
            temp.resolve("log-" + ++starts),
            Map.of("DATABASE_URL", database.url(), "WARM_POOL_MAX", "0"));
    TestServer.eventually(
        () -> {
          try {
            return server.get("/api/v1/projects") != null;
          } catch (AssertionError e) {
            return false;
          }
        },
        ready -> ready);
  }

  private void write(String path, String content) throws Exception {
    server.post(
        "/api/v1/jobs/" + job + "/files",
        new JsonObject().put("path", path).put("content", content));
  }

  private String execute(JsonObject body) throws Exception {
    return "/api/v1/tasks/"
        + server.post("/api/v1/projects/" + project + "/execute", body).getString("task_id");
  }

  private JsonObject ended(String task) throws Exception {
    return TestServer.eventually(
        () -> server.get(task), now -> now.getString("finished_at") != null);
  }

  private String projectStatus() throws Exception {
    return server.get("/api/v1/projects/" + project).getString("status");
  }

  @Test
  void aBuildSucceedsThenFailsWithItsExitCode() throws Exception {
    // Python's compiler tells by the second whether a file has changed.
    JsonObject atOneTime = new JsonObject().put("install_command", "touch -d @1700000000 main.py");
    write("main.py", "print('fine')\n");
    JsonObject good = ended(execute(atOneTime));
    assertThat(good.getString("status")).as(good.encode()).isEqualTo("completed");
    assertThat(projectStatus()).isEqualTo("completed");

    write("main.py", "print('broken'\n");
    JsonObject bad = ended(execute(atOneTime));
    assertThat(bad.getString("status")).isEqualTo("failed");
    assertThat(bad.getInteger("attempts")).isEqualTo(1);
    JsonObject step = bad.getJsonObject("output").getJsonArray("steps").getJsonObject(1);
    assertThat(step.getInteger("exit_code")).isEqualTo(1);
    assertThat(projectStatus()).isEqualTo("failed");
    try (Events.Open log = server.follow(step.getString("log"), 0)) {
      assertThat(log.toEnd().code()).isEqualTo(1);
    }
  }

  @Test
  void aBuildOutlivesTheServerAndIsNotBegunTwice() throws Exception {
    write("main.py", "print('fine')\n");
    String task =
        execute(
            new JsonObject()
                .put("install_command", "echo once >> begun; until [ -e go ]; do sleep 0.1; done")
                .put("build_command", "cat begun > built"));
    TestServer.eventually(
        () -> server.get(task),
        now ->
            now.getJsonObject("state") != null
                && !now.getJsonObject("state").getJsonArray("steps").isEmpty());
    server.kill();
    startServer();
    assertThat(projectStatus()).isEqualTo("processing");
    write("go", "");
    JsonObject ended = ended(task);
    assertThat(ended.getString("status")).as(ended.encode()).isEqualTo("completed");
    assertThat(ended.getInteger("attempts")).isEqualTo(2);
    assertThat(server.get("/api/v1/jobs/" + job + "/files/built").getString("content"))
        .isEqualTo("once\n");
    assertThat(projectStatus()).isEqualTo("completed");
  }

  @Test
  void aCancelledBuildEndsItsCommand() throws Exception {
    write("main.py", "print('fine')\n");
    String task = execute(new JsonObject().put("install_command", "sleep 600"));
    JsonObject running =
        TestServer.eventually(
            () -> server.get(task),
            now ->
                now.getJsonObject("state") != null
                    && !now.getJsonObject("state").getJsonArray("steps").isEmpty());
    server.post(task + "/cancel", new JsonObject());
    assertThat(ended(task).getString("status")).isEqualTo("cancelled");
    String exec =
        running.getJsonObject("state").getJsonArray("steps").getJsonObject(0).getString("exec_id");
    assertThat(server.get("/api/v1/containers/" + job + "/execs/" + exec).getString("cause"))
        .isEqualTo("cancelled");
    assertThat(projectStatus()).isEqualTo("cancelled");
  }
}

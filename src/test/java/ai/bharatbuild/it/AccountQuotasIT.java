package ai.bharatbuild.it;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.accounts.AccountServer;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What plans limit, whichever way it is asked for, on a whole server with accounts. */
class AccountQuotasIT {
  private static final String JOBS = "/api/v1/jobs";
  private static final String PROJECTS = "/api/v1/projects";
  private static final String GENERATE = "/api/v1/orchestrator/generate";
  @TempDir Path base;
  private AccountServer server;
  private AccountServer.Person ann;

  private void start(boolean engine, String limit, long value) throws Exception {
    server =
        AccountServer.start(
            base.resolve("jobs"),
            engine ? Map.of() : Map.of("DOCKER_SOCKET", base.resolve("no-engine.sock").toString()));
    server.database().query("update plans set " + limit + " = " + value + " where id = 'free'");
    ann = server.person("developer");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private TestServer.Answer post(String path, JsonObject body) throws Exception {
    return server.call(ann.token(), "POST", path, body);
  }

  private TestServer.Answer create() throws Exception {
    return post(JOBS + "/create", new JsonObject().put("project_name", "one"));
  }

  private String status(String job) throws Exception {
    return server.get(ann, JOBS + "/" + job).json().getString("status");
  }

  private int jobs() throws Exception {
    return server.get(ann, JOBS).json().getInteger("total");
  }

  private void refused(TestServer.Answer answer) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(402);
    assertThat(answer.code()).isEqualTo("quota_exceeded");
  }

  private String project() throws Exception {
    return post(PROJECTS, new JsonObject().put("title", "Hello").put("mode", "developer"))
        .json()
        .getString("id");
  }

  private static JsonObject generate() {
    return new JsonObject().put("prompt", "a static page").put("detach", true);
  }

  @Test
  void manyJobsAtOnceDoNotGetPastTogether() throws Exception {
    start(false, "concurrent_jobs", 3);
    List<Callable<Integer>> calls = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      calls.add(() -> create().status());
    }
    List<Integer> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Integer> answer : threads.invokeAll(calls)) {
        answers.add(answer.get());
      }
    }
    assertThat(answers.stream().filter(status -> status == 201)).hasSize(3);
    assertThat(answers.stream().filter(status -> status == 402)).hasSize(9);
    assertThat(jobs()).isEqualTo(3);
  }

  @Test
  void noWayLeadsToOneJobMoreThanThePlanAllows() throws Exception {
    start(false, "concurrent_jobs", 1);
    String project = project();
    String done = create().json().getString("job_id");
    assertThat(post(JOBS + "/" + done + "/reopen", null).status()).isEqualTo(200);
    assertThat(post(JOBS + "/" + done + "/complete", null).status()).isEqualTo(200);
    String open = create().json().getString("job_id");
    assertThat(open).isNotNull();
    assertThat(jobs()).isEqualTo(2);

    refused(create());
    refused(post(JOBS + "/" + done + "/reopen", null));
    refused(post(PROJECTS + "/" + project + "/jobs", new JsonObject()));
    refused(post(GENERATE, generate()));
    refused(post(GENERATE, generate().put("job_id", done)));
    assertThat(jobs()).isEqualTo(2);
    assertThat(status(done)).isEqualTo("complete");
    // A reopened one that is open already is no other.
    assertThat(post(JOBS + "/" + open + "/reopen", null).status()).isEqualTo(200);
    assertThat(server.call(ann.token(), "DELETE", JOBS + "/" + open, null).status()).isEqualTo(200);
    assertThat(post(JOBS + "/" + done + "/reopen", null).status()).isEqualTo(200);
  }

  @Test
  void noWayLeadsToOneSandboxMoreThanThePlanAllows() throws Exception {
    start(true, "concurrent_sandboxes", 1);
    String first = TestServer.newId();
    JsonObject python = new JsonObject().put("project_type", "python");
    TestServer.Answer made =
        TestServer.eventually(
            () -> post("/api/v1/containers/" + first + "/create", python),
            answer -> answer.status() != 503);
    assertThat(made.status()).as(made.text()).isIn(200, 201);
    try {
      assertThat(post("/api/v1/containers/" + first + "/create", python).status()).isIn(200, 201);
      refused(post("/api/v1/containers/" + TestServer.newId() + "/create", python));
      refused(post(GENERATE, generate()));
      assertThat(jobs()).isZero();

      String project = project();
      post(PROJECTS + "/" + project + "/jobs", new JsonObject());
      String task =
          "/api/v1/tasks/"
              + post(
                      PROJECTS + "/" + project + "/execute",
                      new JsonObject().put("kind", "build").put("project_type", "python"))
                  .json()
                  .getString("task_id");
      JsonObject ended =
          TestServer.eventually(
              () -> server.get(ann, task).json(), now -> now.getString("finished_at") != null);
      assertThat(ended.getString("status")).isEqualTo("failed");
      assertThat(ended.getString("error")).contains("Your plan allows 1 containers at once");
    } finally {
      server.call(ann.token(), "DELETE", "/api/v1/containers/" + first, null);
    }
    TestServer.Answer next = post("/api/v1/containers/" + TestServer.newId() + "/create", python);
    assertThat(next.status()).as(next.text()).isIn(200, 201);
  }

  @Test
  void bytesAreRefusedOnceThePlanIsFull() throws Exception {
    start(false, "storage_bytes", 1_000);
    String job = create().json().getString("job_id");
    JsonObject file = new JsonObject().put("path", "a.txt").put("content", "x".repeat(2_000));
    assertThat(post(JOBS + "/" + job + "/files", file).status()).isEqualTo(200);
    TestServer.Answer refused =
        TestServer.eventually(
            () -> post(JOBS + "/" + job + "/files", file), answer -> answer.status() == 402);
    refused(refused);
  }

  @Test
  void whatIsKeptForGoodTakesRoomToo() throws Exception {
    start(true, "storage_bytes", 7_000);
    String path = JOBS + "/" + create().json().getString("job_id");
    // Each round keeps another content of 2,000 bytes, while the job never has more than one.
    TestServer.Answer refused =
        TestServer.eventually(
            () -> {
              JsonObject file =
                  new JsonObject()
                      .put("path", "a.txt")
                      .put("content", TestServer.newId().repeat(2_000).substring(0, 2_000));
              post(path + "/files", file);
              TestServer.Answer completed = post(path + "/complete", null);
              server.get(ann, path + "/versions");
              post(path + "/reopen", null);
              return completed;
            },
            answer -> answer.status() == 402);
    refused(refused);
    TestServer.Answer usage = server.get(ann, "/api/v1/billing/usage");
    assertThat(usage.status()).as(usage.text()).isEqualTo(200);
    long used =
        usage.json().getJsonArray("usage").stream()
            .map(JsonObject.class::cast)
            .filter(it -> it.getString("name").equals("storage_bytes"))
            .mapToLong(it -> it.getLong("used"))
            .sum();
    assertThat(used).isGreaterThan(7_000);
  }
}

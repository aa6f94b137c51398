package ai.bharatbuild.it;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.accounts.AccountServer;
import ai.bharatbuild.agents.script.MessagesServer;
import ai.bharatbuild.agents.script.MessagesServer.Call;
import ai.bharatbuild.agents.script.MessagesServer.Reply;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Who pays for runs, on a whole server with accounts and a scripted model. There is no engine: runs
 * plan and write, and fail when they should verify.
 */
class AccountRunsIT {
  private static final String GENERATE = "/api/v1/orchestrator/generate";
  private static final String PROJECTS = "/api/v1/projects";
  @TempDir Path base;
  private MessagesServer model;
  private AccountServer server;
  private AccountServer.Person ann;
  private volatile Function<JsonObject, Reply> script = AccountRunsIT::play;

  @BeforeEach
  void start() throws Exception {
    model = new MessagesServer(request -> script.apply(request));
    server =
        AccountServer.start(
            base.resolve("jobs"),
            Map.of(
                "ANTHROPIC_API_KEY",
                "sk-test",
                "ANTHROPIC_BASE_URL",
                model.base(),
                "DOCKER_SOCKET",
                base.resolve("no-engine.sock").toString()));
    ann = server.person("developer");
  }

  @AfterEach
  void stop() {
    server.close();
    model.close();
  }

  /** Plans one file, writes it, and repairs nothing. */
  private static Reply play(JsonObject request) {
    JsonArray tools = request.getJsonArray("tools", new JsonArray());
    JsonArray messages = request.getJsonArray("messages");
    boolean answered = messages.getJsonObject(messages.size() - 1).encode().contains("tool_result");
    if (answered) {
      return Reply.text("Done.");
    }
    return tools.encode().contains("submit_plan")
        ? Reply.calls(new Call("submit_plan", plan()))
        : Reply.calls(
            new Call(
                "write_file",
                new JsonObject().put("path", "main.py").put("content", "print('fine')\n")));
  }

  private static JsonObject plan() {
    return new JsonObject()
        .put("name", "Hello")
        .put("summary", "Says hello.")
        .put("stack", "python")
        .put("tasks", new JsonArray().add(new JsonObject().put("id", "t1").put("title", "Say")))
        .put(
            "files",
            new JsonArray()
                .add(
                    new JsonObject()
                        .put("path", "main.py")
                        .put("purpose", "says hello")
                        .put("task", "t1")))
        .put("commands", new JsonObject().put("test", "python3 main.py"));
  }

  private JsonObject key(JsonObject terms) throws Exception {
    TestServer.Answer made =
        server.call(ann.token(), "POST", "/api/v1/api-keys", terms.put("name", "a key"));
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    return made.json();
  }

  private static JsonArray scopes(String... scopes) {
    return new JsonArray(java.util.List.of(scopes));
  }

  private TestServer.Answer withKey(JsonObject key, String path, JsonObject body) throws Exception {
    return new TestServer.Answer(
        server
            .server()
            .send(
                HttpRequest.newBuilder(server.server().uri(path))
                    .header("X-API-Key", key.getString("key"))
                    .header("Content-Type", "application/json")
                    .method("POST", BodyPublishers.ofString(body.encode()))
                    .build(),
                BodyHandlers.ofByteArray()));
  }

  private String project() throws Exception {
    TestServer.Answer made =
        server.call(
            ann.token(),
            "POST",
            PROJECTS,
            new JsonObject().put("title", "Hello").put("mode", "developer"));
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    return made.json().getString("id");
  }

  private String job(String project) throws Exception {
    TestServer.Answer made =
        server.call(ann.token(), "POST", PROJECTS + "/" + project + "/jobs", new JsonObject());
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    return made.json().getString("job_id");
  }

  private static JsonObject prompt(String prompt) {
    return new JsonObject().put("kind", "generate").put("prompt", prompt);
  }

  private JsonObject ended(String path) throws Exception {
    return TestServer.eventually(
        () -> server.get(ann, path).json(),
        now -> (now.containsKey("finished_at") ? now.getString("finished_at") : null) != null);
  }

  private String begin(String job) throws Exception {
    TestServer.Answer begun =
        server.call(
            ann.token(),
            "POST",
            GENERATE,
            new JsonObject().put("prompt", "says hi").put("job_id", job).put("detach", true));
    assertThat(begun.status()).as(begun.text()).isEqualTo(202);
    return "/api/v1/orchestrator/runs/" + begun.json().getString("run_id");
  }

  private JsonObject over(String run) throws Exception {
    return TestServer.eventually(
        () -> server.get(ann, run).json(), now -> now.getString("ended_at") != null);
  }

  private JsonArray usage(String group) throws Exception {
    return server.get(ann, "/api/v1/usage?group_by=" + group).json().getJsonArray("usage");
  }

  @Test
  void aKeyNeedsThePermissionOfWhatIsDoneForAProject() throws Exception {
    String project = project();
    String job = job(project);
    String execute = PROJECTS + "/" + project + "/execute";
    JsonObject build = new JsonObject().put("kind", "build").put("job_id", job);
    JsonObject weak = key(new JsonObject().put("scopes", scopes("projects:write")));
    assertThat(withKey(weak, execute, build).code()).isEqualTo("forbidden");
    assertThat(withKey(weak, execute, prompt("says hi")).code()).isEqualTo("forbidden");

    JsonObject builder =
        key(new JsonObject().put("scopes", scopes("projects:write", "sandboxes:run")));
    assertThat(withKey(builder, execute, prompt("says hi")).code()).isEqualTo("forbidden");
    TestServer.Answer queued = withKey(builder, execute, build.put("project_type", "python"));
    assertThat(queued.status()).as(queued.text()).isEqualTo(202);
    String task = "/api/v1/tasks/" + queued.json().getString("task_id");
    server.call(ann.token(), "POST", task + "/cancel", null);
    ended(task);
    assertThat(withKey(weak, task + "/retry", new JsonObject()).code()).isEqualTo("forbidden");
    JsonObject student =
        key(
            new JsonObject()
                .put("scopes", scopes("projects:write", "sandboxes:run"))
                .put("allowed_modes", new JsonArray().add("student")));
    assertThat(withKey(student, task + "/retry", new JsonObject()).code()).isEqualTo("forbidden");
    assertThat(withKey(builder, task + "/retry", new JsonObject()).status()).isEqualTo(202);
    server.call(ann.token(), "POST", task + "/cancel", null);
  }

  @Test
  void whatIsQueuedWithAKeyIsChargedToIt() throws Exception {
    plan("tokens_per_month", 10_000_000);
    String project = project();
    JsonObject key = key(new JsonObject().put("scopes", scopes("projects:write", "agents:run")));
    TestServer.Answer queued =
        withKey(key, PROJECTS + "/" + project + "/execute", prompt("says hi"));
    assertThat(queued.status()).as(queued.text()).isEqualTo(202);
    JsonObject task = ended("/api/v1/tasks/" + queued.json().getString("task_id"));
    JsonObject used = task.getJsonObject("output").getJsonObject("cost").getJsonObject("usage");
    long tokens = used.getLong("input") + used.getLong("output");
    assertThat(model.requests()).isNotEmpty();
    assertThat(task.getLong("tokens_used")).isEqualTo(tokens).isPositive();
    assertThat(task.getString("model")).startsWith("claude");

    JsonObject byKey =
        TestServer.eventually(
            () -> row(usage("key"), key.getString("id")),
            row -> row != null && row.getLong("total_tokens") == tokens);
    assertThat(byKey.getLong("model_calls")).isEqualTo(model.requests().size());
    assertThat(row(usage("project"), project).getLong("total_tokens")).isEqualTo(tokens);
    JsonArray calls =
        server.get(ann, "/api/v1/usage/calls?kind=model").json().getJsonArray("calls");
    assertThat(calls)
        .allSatisfy(call -> assertThat(((JsonObject) call).getInteger("ms")).isPositive());
  }

  private static JsonObject row(JsonArray rows, String group) {
    return rows.stream()
        .map(JsonObject.class::cast)
        .filter(row -> group.equals(row.getString("group")))
        .findFirst()
        .orElse(null);
  }

  @Test
  void aRunOnAJobOfAProjectCountsForTheProject() throws Exception {
    plan("tokens_per_month", 10_000_000);
    String project = project();
    over(begin(job(project)));
    TestServer.eventually(
        () -> row(usage("project"), project), row -> row != null && row.getLong("model_calls") > 0);
  }

  @Test
  void aTaskWaitsForAnotherRunOnItsJobAndThenDoesItsOwn() throws Exception {
    plan("tokens_per_month", 10_000_000);
    String project = project();
    String job = job(project);
    script = request -> Reply.text("").hanging();
    String other = begin(job);
    TestServer.eventually(() -> model.requests().size(), asked -> asked > 0);
    script = AccountRunsIT::play;
    String task =
        "/api/v1/tasks/"
            + server
                .call(
                    ann.token(), "POST", PROJECTS + "/" + project + "/execute", prompt("says bye"))
                .json()
                .getString("task_id");
    TestServer.eventually(
        () -> server.get(ann, task).json(), now -> now.getJsonObject("state") != null);
    server.call(ann.token(), "POST", other + "/cancel", null);
    JsonObject done = ended(task);
    assertThat(done.getInteger("attempts")).isEqualTo(1);
    assertThat(done.getJsonObject("output").getString("prompt")).isEqualTo("says bye");
    assertThat(done.getJsonObject("output").getString("job_id")).isEqualTo(job);
  }

  private void plan(String limit, long value) {
    server.database().query("update plans set " + limit + " = " + value + " where id = 'free'");
  }

  private void used(long tokens) {
    server
        .database()
        .query(
            "insert into usage_daily (day, user_id, kind, agent, calls, errors, input_tokens,"
                + " output_tokens, cache_write_tokens, cache_read_tokens, cost_micros, ms)"
                + " select current_date, id, 'model', 'test' || $1::bigint, 1, 0, $1, 0, 0, 0, 0, 1"
                + " from users where email = $2",
            tokens,
            ann.email());
  }

  @Test
  void noCallIsMadeThatThePlanMayNotBear() throws Exception {
    used(9_999);
    JsonObject run = over(begin(job(project())));
    assertThat(run.getJsonObject("reason").getString("code")).isEqualTo("budget_exhausted");
    assertThat(run.getJsonObject("reason").getString("detail"))
        .contains("your plan for this month")
        .contains("1 are left");
    assertThat(model.requests()).isEmpty();
    // The same goes for another try, which has a budget of its own for the run.
    String path = "/api/v1/orchestrator/runs/" + run.getString("run_id");
    TestServer.Answer again = server.call(ann.token(), "POST", path + "/resume", null);
    assertThat(again.status()).as(again.text()).isEqualTo(202);
    JsonObject resumed = over("/api/v1/orchestrator/runs/" + again.json().getString("run_id"));
    assertThat(resumed.getJsonObject("reason").getString("code")).isEqualTo("budget_exhausted");
    assertThat(model.requests()).isEmpty();
    used(1);
    assertThat(server.call(ann.token(), "POST", path + "/resume", null).code())
        .isEqualTo("quota_exceeded");
  }

  @Test
  void runsAtTheSameTimeShareWhatIsLeft() throws Exception {
    plan("tokens_per_month", 10_000_000);
    script = request -> Reply.text("").hanging();
    String first = begin(job(project()));
    TestServer.eventually(() -> model.requests().size(), asked -> asked > 0);
    long most = model.requests().getFirst().getLong("max_tokens");
    plan("tokens_per_month", most * 17 / 10);
    JsonObject second = over(begin(job(project())));
    assertThat(second.getJsonObject("reason").getString("code")).isEqualTo("budget_exhausted");
    assertThat(model.requests()).hasSize(1);
    server.call(ann.token(), "POST", first + "/cancel", null);
  }

  @Test
  void aKeysTokensAreABudgetToo() throws Exception {
    plan("tokens_per_month", 10_000_000);
    JsonObject key =
        key(
            new JsonObject()
                .put("scopes", scopes("projects:write", "agents:run"))
                .put("token_limit", 500));
    TestServer.Answer queued =
        withKey(key, PROJECTS + "/" + project() + "/execute", prompt("says hi"));
    JsonObject task = ended("/api/v1/tasks/" + queued.json().getString("task_id"));
    assertThat(task.getString("status")).isEqualTo("failed");
    assertThat(task.getString("error")).contains("this API key");
    assertThat(model.requests()).isEmpty();
  }
}

package ai.bharatbuild.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs on jobs that earlier runs, or their owners, left: resumed, followed up, repaired. */
class RunAgainIT {
  @TempDir Path base;
  private final CalculatorModel model = new CalculatorModel();
  private TestServer server;
  private RunEvents made;

  @BeforeEach
  void start() throws Exception {
    server = TestServer.start(base.resolve("jobs"), model.settings());
  }

  @AfterEach
  void stop() throws Exception {
    if (made != null) {
      made.remove(server);
    }
    server.close();
    model.close();
  }

  private RunEvents generate(JsonObject body) throws Exception {
    return run("generate", body.put("prompt", "a calculator that adds"));
  }

  private RunEvents run(String how, JsonObject body) throws Exception {
    RunEvents events = RunEvents.of(server, "/api/v1/orchestrator/" + how, body);
    made = events;
    return events;
  }

  private RunEvents resume(RunEvents ended) throws Exception {
    String runs = "/api/v1/orchestrator/runs/";
    TestServer.Answer answer = server.post(runs + ended.run() + "/resume");
    assertThat(answer.status()).as(answer.text()).isEqualTo(202);
    return RunEvents.read(server.get(runs + answer.json().getString("run_id") + "/events"));
  }

  private JsonObject view(RunEvents events) throws Exception {
    return server.get("/api/v1/orchestrator/runs/" + events.run()).json();
  }

  private static void assertEnd(RunEvents events, String type, String code) {
    assertThat(events.last().getString("type")).as(events.toString()).isEqualTo(type);
    assertThat(events.last().getJsonObject("data").getString("code"))
        .as(events.toString())
        .isEqualTo(code);
  }

  private String job(RunEvents events) {
    return "/api/v1/jobs/" + events.job();
  }

  private String status(RunEvents events) throws Exception {
    return server.get(job(events)).json().getString("status");
  }

  private String file(RunEvents events, String path) throws Exception {
    TestServer.Answer answer = server.get(job(events) + "/raw/" + path);
    return answer.status() == 200 ? answer.text() : null;
  }

  private void save(RunEvents events, String path, String text) throws Exception {
    save(job(events), path, text);
  }

  private void save(String job, String path, String text) throws Exception {
    TestServer.Answer answer =
        server.put(job + "/raw/" + path, text.getBytes(StandardCharsets.UTF_8));
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
  }

  private Map<String, String> zip(RunEvents events) throws Exception {
    TestServer.Answer answer = server.get(job(events) + "/download");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return unzip(answer.bytes());
  }

  private static Map<String, String> unzip(byte[] bytes) throws IOException {
    Map<String, String> files = new HashMap<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        files.put(entry.getName(), new String(zip.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    return files;
  }

  private static List<String> labels(RunEvents events) {
    return events.all("version").stream().map(it -> it.getString("label")).toList();
  }

  @Test
  void aRunThatFailedIsResumedWithWhatTheUserChangedSince() throws Exception {
    model.calc = CalculatorModel.BAD;
    RunEvents failed = generate(new JsonObject());
    assertEnd(failed, "failed", "not_verified");
    assertThat(status(failed)).isEqualTo("failed");
    long written = model.written();
    assertThat(server.post(job(failed) + "/reopen").status()).isEqualTo(200);
    save(failed, "notes.txt", "mine");

    model.repaired = CalculatorModel.GOOD;
    RunEvents resumed = resume(failed);

    assertEnd(resumed, "complete", null);
    assertThat(resumed.first("understood").getJsonArray("user_edits")).containsExactly("notes.txt");
    assertThat(resumed.types()).doesNotContain("plan");
    assertThat(model.written()).as("files written again").isEqualTo(written);
    assertThat(zip(resumed)).containsEntry("calc.py", CalculatorModel.GOOD);
    assertThat(file(resumed, "notes.txt")).isEqualTo("mine");
  }

  @Test
  void aRepairThatIsResumedRepairsAndWritesNothingAnew() throws Exception {
    RunEvents complete = generate(new JsonObject());
    assertEnd(complete, "complete", null);
    assertThat(server.post(job(complete) + "/reopen").status()).isEqualTo(200);
    save(complete, "calc.py", CalculatorModel.BAD + "# mine\n");
    JsonObject body = new JsonObject().put("job_id", complete.job());
    RunEvents failed = run("fix", body);
    assertEnd(failed, "failed", "not_verified");
    long written = model.written();

    model.repaired = CalculatorModel.GOOD;
    RunEvents resumed = resume(failed);

    assertEnd(resumed, "complete", null);
    assertThat(view(resumed).getJsonObject("stages").fieldNames())
        .contains("understand", "verify", "fix")
        .doesNotContain("plan", "write");
    assertThat(model.written()).isEqualTo(written);
  }

  @Test
  void aFollowUpThatCannotBePlannedLeavesTheProjectComplete() throws Exception {
    RunEvents complete = generate(new JsonObject());
    Map<String, String> before = zip(complete);
    JsonObject poor = new JsonObject().put("max_cost_micros", 10);

    RunEvents failed =
        generate(new JsonObject().put("job_id", complete.job()).put("options", poor));

    assertEnd(failed, "failed", "budget_exhausted");
    assertThat(view(failed).getString("status")).isEqualTo("failed");
    assertThat(status(complete)).isEqualTo("complete");
    assertThat(zip(complete)).isEqualTo(before);
  }

  @Test
  void aFollowUpThatFailsLaterGivesBackWhatWasComplete() throws Exception {
    RunEvents complete = generate(new JsonObject());
    Map<String, String> before = zip(complete);
    model.calc = CalculatorModel.BAD;

    RunEvents failed = generate(new JsonObject().put("job_id", complete.job()));

    assertEnd(failed, "failed", "not_verified");
    assertThat(labels(failed)).contains("before", "written");
    assertThat(failed.types()).contains("restored");
    assertThat(failed.last().getJsonObject("data").getBoolean("given_back")).isTrue();
    assertThat(view(failed).getJsonObject("reason").getBoolean("given_back")).isTrue();
    assertThat(status(complete)).isEqualTo("complete");
    assertThat(zip(complete)).isEqualTo(before);

    // What was given back was not written by the run that is resumed: it writes all of it again.
    model.calc = CalculatorModel.GOOD + "# better\n";
    RunEvents resumed = resume(failed);
    assertEnd(resumed, "complete", null);
    assertThat(zip(resumed)).containsEntry("calc.py", CalculatorModel.GOOD + "# better\n");
  }

  @Test
  void filesOfTheUsersAreAVersionBeforeAgentsWriteAndTheirPlanStays() throws Exception {
    String job = TestServer.newId();
    JsonObject made = new JsonObject().put("project_name", "calc").put("job_id", job);
    assertThat(server.post("/api/v1/jobs/create", made).status()).isEqualTo(201);
    String trip = "{\"trip\": \"to Goa\"}";
    save("/api/v1/jobs/" + job, "plan.json", trip);
    save("/api/v1/jobs/" + job, "calc.py", "mine = 1\n");
    model.calc = CalculatorModel.BAD;
    model.repaired = CalculatorModel.GOOD;

    RunEvents events = generate(new JsonObject().put("job_id", job));

    assertEnd(events, "complete", null);
    assertThat(labels(events)).startsWith("before").contains("repaired");
    int before = events.all("version").getFirst().getInteger("version");
    JsonArray kept =
        server.get("/api/v1/jobs/" + job + "/versions/" + before).json().getJsonArray("files");
    assertThat(kept.encode()).contains("calc.py", "plan.json");
    assertThat(file(events, "plan.json")).isEqualTo(trip);
    assertThat(events.all("warning").toString()).contains("plan.json is there and is no plan");

    JsonObject options = new JsonObject().put("approve_plan", true);
    RunEvents taken = generate(new JsonObject().put("job_id", job).put("options", options));
    assertEnd(taken, "failed", "plan_file_taken");
    assertThat(status(events)).isEqualTo("complete");
  }

  @Test
  void aRepairThatAStopInterruptedCountsAndIsToldOnce() throws Exception {
    model.calc = CalculatorModel.BAD;
    model.hangs = true;
    JsonObject body = new JsonObject().put("prompt", "a calculator").put("detach", true);
    JsonObject begun = server.post("/api/v1/orchestrator/generate", body).json();
    String run = "/api/v1/orchestrator/runs/" + begun.getString("run_id");
    TestServer.eventually(
        () -> model.server.requests(),
        asked ->
            !asked.isEmpty()
                && asked.getLast().getValue("system").toString().contains("You repair a project"));
    server.close();
    model.hangs = false;
    model.repaired = CalculatorModel.GOOD;
    server = TestServer.start(base.resolve("jobs"), model.settings());

    made = RunEvents.read(server.get(run + "/events"));

    assertEnd(made, "complete", null);
    List<JsonObject> results = made.all("fix_result");
    assertThat(results.stream().map(it -> it.getInteger("attempt"))).containsExactly(1, 2);
    assertThat(results.stream().map(it -> it.getString("outcome")))
        .containsExactly("no_progress", "fixed");
    JsonArray repairs = view(made).getJsonArray("repairs");
    assertThat(repairs).hasSize(2);
    assertThat(repairs.getJsonObject(0).getString("summary")).contains("stopped");
    assertThat(repairs.getJsonObject(1).getString("by")).isEqualTo("large_model");
  }

  /**
   * A plan of the workspace is anybody's: it must not make of tests something that tells nothing.
   */
  @Test
  void testsThatWereCountedInAnEarlierRunMustBeCountedAgain() throws Exception {
    RunEvents complete = generate(new JsonObject());
    assertEnd(complete, "complete", null);
    assertThat(server.post(job(complete) + "/reopen").status()).isEqualTo(200);
    String plan = file(complete, "plan.json");
    String line = new JsonObject(plan).getJsonObject("commands").getString("test");
    save(complete, "plan.json", plan.replace(line, "python3 calc.py"));
    model.repaired = CalculatorModel.GOOD;

    RunEvents fix = run("fix", new JsonObject().put("job_id", complete.job()));

    assertEnd(fix, "failed", "not_verified");
    assertThat(fix.first("verification").getString("headline"))
        .startsWith("No tests were counted; there were 1 before");
  }

  @Test
  void whatOnlyTheUserSawIsNotFixedByAModelThatChangesNothing() throws Exception {
    RunEvents complete = generate(new JsonObject());
    JsonObject error = new JsonObject().put("file", "calc.py").put("message", "it adds too slowly");
    JsonObject body =
        new JsonObject().put("job_id", complete.job()).put("errors", new JsonArray().add(error));

    RunEvents nothing = run("fix", body);

    assertEnd(nothing, "failed", "not_fixed");
    assertThat(nothing.all("fix_result"))
        .isNotEmpty()
        .allSatisfy(it -> assertThat(it.getString("outcome")).isEqualTo("no_progress"));
    assertThat(status(complete)).isEqualTo("complete");

    model.repaired = CalculatorModel.GOOD + "# faster\n";
    RunEvents changed = run("fix", body);
    assertEnd(changed, "complete", null);
    assertThat(changed.all("fix_result")).hasSize(1);
    assertThat(changed.first("fix_result").getString("outcome")).isEqualTo("unproven");
  }

  @Test
  void aFollowUpThatIsCancelledBeforeItChangesAnythingLeavesTheProjectComplete() throws Exception {
    RunEvents complete = generate(new JsonObject());
    Map<String, String> before = zip(complete);
    JsonObject body =
        new JsonObject()
            .put("prompt", "subtract, too")
            .put("job_id", complete.job())
            .put("detach", true)
            .put("options", new JsonObject().put("approve_plan", true));
    String run =
        "/api/v1/orchestrator/runs/"
            + server.post("/api/v1/orchestrator/generate", body).json().getString("run_id");
    TestServer.eventually(() -> server.get(run).json().getString("status"), "waiting"::equals);

    assertThat(server.post(run + "/cancel").json().getString("status")).isEqualTo("cancelled");

    assertThat(status(complete)).isEqualTo("complete");
    assertThat(zip(complete)).isEqualTo(before);
  }
}

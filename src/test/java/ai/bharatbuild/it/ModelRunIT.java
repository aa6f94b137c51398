package ai.bharatbuild.it;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.agents.script.MessagesServer;
import ai.bharatbuild.agents.script.MessagesServer.Call;
import ai.bharatbuild.agents.script.MessagesServer.Reply;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs with a language model: a script that speaks the Messages API on a real server, real
 * sandboxes beneath.
 */
class ModelRunIT {
  private static final String GOOD = "def add(a, b):\n    return a + b\n";
  private static final String BAD = "def add(a, b):\n    return a - b\n";
  private static final String TEST =
      "from calc import add\n\n\ndef test_adds():\n    assert add(2, 3) == 5\n";

  @TempDir Path base;
  private final AtomicInteger repairs = new AtomicInteger();
  private MessagesServer model;
  private TestServer server;

  private void start(Function<JsonObject, Reply> script) throws Exception {
    model = new MessagesServer(script);
    server =
        TestServer.start(
            base.resolve("jobs"),
            Map.of("ANTHROPIC_API_KEY", "sk-test", "ANTHROPIC_BASE_URL", model.base()));
  }

  @AfterEach
  void stop() {
    server.close();
    model.close();
  }

  private static JsonObject plan() {
    return new JsonObject()
        .put("name", "Calculator")
        .put("summary", "Adds numbers.")
        .put("stack", "python")
        .put("tasks", new JsonArray().add(new JsonObject().put("id", "t1").put("title", "Add")))
        .put(
            "files",
            new JsonArray()
                .add(
                    new JsonObject()
                        .put("path", "calc.py")
                        .put("purpose", "add(a, b) gives the sum")
                        .put("task", "t1")
                        .put("exports", new JsonArray().add("add")))
                .add(
                    new JsonObject()
                        .put("path", "test_calc.py")
                        .put("purpose", "tests add")
                        .put("task", "t1")
                        .put("depends_on", new JsonArray().add("calc.py"))))
        .put("commands", new JsonObject().put("test", "python3 -m pytest -q"));
  }

  /** Whether the conversation has a tool of that name. */
  private static boolean has(JsonObject request, String tool) {
    JsonArray tools = request.getJsonArray("tools", new JsonArray());
    return tools.stream().anyMatch(it -> ((JsonObject) it).getString("name").equals(tool));
  }

  private static boolean answersTool(JsonObject request) {
    JsonArray messages = request.getJsonArray("messages");
    return messages.getJsonObject(messages.size() - 1).encode().contains("tool_result");
  }

  /** What the instructions say about whose turn it is. */
  private static boolean isFixer(JsonObject request) {
    return request.getValue("system").toString().contains("You repair a project");
  }

  private Reply play(JsonObject request, String first, Function<Integer, String> repaired) {
    if (has(request, "submit_plan")) {
      return answersTool(request)
          ? Reply.text("Planned.")
          : Reply.calls(new Call("submit_plan", plan()));
    }
    if (isFixer(request)) {
      return repair(request, repaired);
    }
    if (answersTool(request)) {
      return Reply.text("It is done.");
    }
    String path = wanted(request);
    return Reply.calls(
        new Call(
            "write_file",
            new JsonObject()
                .put("path", path)
                .put("content", path.equals("calc.py") ? first : TEST)));
  }

  /** Reads the file, writes it anew, and ends: what is overwritten must have been read. */
  private Reply repair(JsonObject request, Function<Integer, String> repaired) {
    int turns = request.getJsonArray("messages").size();
    if (turns == 1) {
      return Reply.calls(new Call("read_file", new JsonObject().put("path", "calc.py")));
    }
    if (turns == 3) {
      String content = repaired.apply(repairs.incrementAndGet());
      return Reply.calls(
          new Call("write_file", new JsonObject().put("path", "calc.py").put("content", content)));
    }
    return Reply.text("It subtracted; now it adds.");
  }

  private static String lastText(JsonObject request) {
    JsonArray messages = request.getJsonArray("messages");
    return messages.getJsonObject(messages.size() - 1).encode();
  }

  private static String wanted(JsonObject request) {
    return lastText(request).contains("Write the file test_calc.py") ? "test_calc.py" : "calc.py";
  }

  private RunEvents generate() throws Exception {
    return RunEvents.of(
        server,
        "/api/v1/orchestrator/generate",
        new JsonObject().put("prompt", "a calculator that adds"));
  }

  @Test
  void aFailingBuildIsRepairedAndThenProven() throws Exception {
    start(request -> play(request, BAD, attempt -> GOOD));
    RunEvents events = generate();
    try {
      assertThat(events.last().getString("type")).as(events.toString()).isEqualTo("complete");
      assertThat(events.all("fixing")).hasSize(1);
      assertThat(events.first("fix").getString("by")).isEqualTo("small_model");
      assertThat(events.first("fix_result").getString("outcome")).isEqualTo("fixed");
      List<JsonObject> verified = events.all("verification");
      assertThat(verified).hasSize(2);
      assertThat(verified.getFirst().getBoolean("verified")).isFalse();
      assertThat(verified.getLast().getBoolean("verified")).isTrue();
      JsonObject end = events.last().getJsonObject("data");
      assertThat(end.getJsonArray("fixed_files")).containsExactly("calc.py");
      JsonObject cost =
          server.get("/api/v1/orchestrator/runs/" + events.run()).json().getJsonObject("cost");
      assertThat(cost.getInteger("calls")).isEqualTo(model.requests().size());
      assertThat(cost.getLong("cost_micros")).isPositive();
      assertThat(server.get("/api/v1/jobs/" + events.job() + "/raw/calc.py").text())
          .isEqualTo(GOOD);
    } finally {
      events.remove(server);
    }
  }

  @Test
  void theSameErrorForEverEndsAtTheLimitAndTheBestIsKept() throws Exception {
    start(request -> play(request, BAD, attempt -> BAD + "# try " + attempt + "\n"));
    RunEvents events = generate();
    try {
      assertThat(events.last().getString("type")).as(events.toString()).isEqualTo("failed");
      JsonObject end = events.last().getJsonObject("data");
      assertThat(end.getString("code")).isEqualTo("not_verified");
      assertThat(events.all("fix")).hasSize(3);
      assertThat(events.all("fix_result"))
          .allSatisfy(it -> assertThat(it.getString("outcome")).isEqualTo("no_progress"));
      assertThat(end.getJsonArray("fixed_files")).isEmpty();
      assertThat(server.get("/api/v1/jobs/" + events.job()).json().getString("status"))
          .isEqualTo("failed");
      // Nothing came further than what was written first, so that is what is left.
      assertThat(server.get("/api/v1/jobs/" + events.job() + "/raw/calc.py").text()).isEqualTo(BAD);
      assertThat(events.types()).contains("restored");
    } finally {
      events.remove(server);
    }
  }

  /** What a fixer put beside the sources makes its tests pass, and nobody else's. */
  @Test
  void whatOnlyTheSandboxHasDoesNotMakeARunComplete() throws Exception {
    String needy = "import helper\n\n\ndef add(a, b):\n    return a + b\n";
    String install =
        "mkdir -p $(python -m site --user-site) && touch $(python -m site --user-site)/helper.py"
            + " && python3 -m pytest -q";
    start(
        request ->
            isFixer(request)
                ? answersTool(request)
                    ? Reply.text("Installed what was missing; all tests pass.")
                    : Reply.calls(new Call("run_command", new JsonObject().put("command", install)))
                : play(request, needy, attempt -> needy));
    RunEvents events = generate();
    try {
      assertThat(events.last().getString("type")).as(events.toString()).isEqualTo("failed");
      assertThat(model.requests().stream().map(JsonObject::encode))
          .as("the command's own test run passed")
          .anyMatch(it -> it.contains("1 passed in"));
      assertThat(events.last().getJsonObject("data").getString("code")).isEqualTo("not_verified");
    } finally {
      events.remove(server);
    }
  }

  @Test
  void aRecordedRunWithARepairIsPlayedBack() throws Exception {
    Function<JsonObject, Reply> script =
        request ->
            isFixer(request) && request.getJsonArray("messages").size() == 5
                ? Reply.calls(
                    new Call(
                        "run_command", new JsonObject().put("command", "python3 -m pytest -q")))
                : play(request, BAD, attempt -> GOOD);
    model = new MessagesServer(script);
    Path recordings = base.resolve("recordings");
    server = started("first", "MODEL_RECORD_DIR", recordings);
    RunEvents first = generate();
    assertThat(first.last().getString("type")).as(first.toString()).isEqualTo("complete");
    server.close();
    int asked = model.requests().size();
    Path recording;
    try (Stream<Path> made = Files.list(recordings)) {
      recording = made.findFirst().orElseThrow();
    }

    server = started("second", "MODEL_REPLAY_DIR", recording);
    RunEvents again = generate();
    try {
      assertThat(again.last().getString("type")).as(again.toString()).isEqualTo("complete");
      assertThat(again.all("fix")).hasSize(1);
      assertThat(again.all("model_call")).hasSameSizeAs(first.all("model_call"));
      assertThat(model.requests()).hasSize(asked);
    } finally {
      again.remove(server);
    }
  }

  private TestServer started(String name, String setting, Path directory) throws Exception {
    return TestServer.start(
        base.resolve(name),
        Map.of(
            "MODEL_PROVIDER",
            "anthropic",
            "ANTHROPIC_API_KEY",
            "sk-test",
            "ANTHROPIC_BASE_URL",
            model.base(),
            setting,
            directory.toString()));
  }

  @Test
  void whatTheUserSavesWhileARunFailsStaysAndIsToldToTheModel() throws Exception {
    String job = TestServer.newId();
    String notes = "/api/v1/jobs/" + job + "/raw/notes.txt";
    start(
        request ->
            play(
                request,
                BAD,
                attempt -> {
                  if (attempt == 1) {
                    save(notes);
                  }
                  return BAD + "# try " + attempt + "\n";
                }));
    JsonObject made = new JsonObject().put("project_name", "calc").put("job_id", job);
    assertThat(server.post("/api/v1/jobs/create", made).status()).isEqualTo(201);
    JsonObject body = new JsonObject().put("prompt", "a calculator that adds").put("job_id", job);
    RunEvents events = RunEvents.of(server, "/api/v1/orchestrator/generate", body);
    try {
      assertThat(events.last().getString("type")).as(events.toString()).isEqualTo("failed");
      assertThat(server.get("/api/v1/jobs/" + job + "/raw/calc.py").text()).isEqualTo(BAD);
      assertThat(server.get(notes).text()).isEqualTo("mine");
      assertThat(events.first("restored").getJsonArray("stayed")).containsExactly("notes.txt");
      assertThat(model.requests().stream().filter(ModelRunIT::isFixer).map(JsonObject::encode))
          .anyMatch(it -> it.contains("changed these files by hand") && it.contains("notes.txt"));
      RunEvents next = RunEvents.of(server, "/api/v1/orchestrator/generate", body);
      assertThat(next.first("understood").getJsonArray("user_edits")).containsExactly("notes.txt");
    } finally {
      events.remove(server);
    }
  }

  private void save(String path) {
    try {
      assertThat(server.put(path, "mine".getBytes(StandardCharsets.UTF_8)).status()).isEqualTo(200);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aBudgetRefusesBeforeItIsOverspent() throws Exception {
    start(request -> play(request, GOOD, attempt -> GOOD));
    RunEvents events =
        RunEvents.of(
            server,
            "/api/v1/orchestrator/generate",
            new JsonObject()
                .put("prompt", "a calculator that adds")
                .put("options", new JsonObject().put("max_cost_micros", 10)));
    try {
      assertThat(events.last().getString("type")).as(events.toString()).isEqualTo("failed");
      assertThat(events.last().getJsonObject("data").getString("code"))
          .isEqualTo("budget_exhausted");
      assertThat(model.requests()).isEmpty();
    } finally {
      events.remove(server);
    }
  }
}

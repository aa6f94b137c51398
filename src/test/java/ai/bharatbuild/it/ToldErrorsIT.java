package ai.bharatbuild.it;

import static ai.bharatbuild.it.CalculatorScript.BAD;
import static ai.bharatbuild.it.CalculatorScript.GOOD;
import static ai.bharatbuild.it.CalculatorScript.TEST;
import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.agents.script.MessagesServer;
import ai.bharatbuild.agents.script.MessagesServer.Reply;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code /orchestrator/fix} with errors that verifying does not show. */
class ToldErrorsIT {
  @TempDir Path base;
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

  /** A job with a project that works, whose user saw an error all the same. */
  private String working(CalculatorScript script) throws Exception {
    String job =
        server
            .post("/api/v1/jobs/create", new JsonObject().put("project_name", "sums"))
            .json()
            .getString("job_id");
    Map<String, String> files =
        Map.of("plan.json", script.plan().encode(), "calc.py", GOOD, "test_calc.py", TEST);
    for (Map.Entry<String, String> file : files.entrySet()) {
      server.post(
          "/api/v1/jobs/" + job + "/files",
          new JsonObject().put("path", file.getKey()).put("content", file.getValue()));
    }
    return job;
  }

  private RunEvents fix(String job) throws Exception {
    JsonObject error =
        new JsonObject()
            .put("file", "calc.py")
            .put("line", 2)
            .put("message", "add gives an error for texts");
    return RunEvents.of(
        server,
        "/api/v1/orchestrator/fix",
        new JsonObject().put("job_id", job).put("errors", new JsonArray().add(error)));
  }

  @Test
  void anErrorThatWasToldAndDoesNotShowIsGivenToTheModel() throws Exception {
    String better = "def add(a, b):\n    return float(a) + float(b)\n";
    CalculatorScript script = new CalculatorScript(GOOD, attempt -> better, false);
    start(script::answer);
    RunEvents events = fix(working(script));
    try {
      assertThat(events.last().getString("type")).as(events.toString()).isEqualTo("complete");
      List<JsonObject> verified = events.all("verification");
      assertThat(verified).hasSize(2).allMatch(it -> it.getBoolean("verified"));
      JsonObject fixing = events.first("fixing");
      assertThat(fixing.getString("step")).isEqualTo("reported");
      assertThat(fixing.getString("message")).contains("add gives an error for texts");
      assertThat(events.all("fix")).hasSize(1);
      // Nothing shows that the error is gone, so nothing says so.
      assertThat(events.all("fix_result"))
          .extracting(it -> it.getString("outcome"))
          .containsExactly("unproven");
      assertThat(events.last().getJsonObject("data").getJsonArray("fixed_files"))
          .containsExactly("calc.py");
      JsonObject asked = model.requests().getFirst();
      assertThat(CalculatorScript.fixes(asked)).isTrue();
      assertThat(asked.encode()).containsPattern("\\[data \\w+: errors]");
      assertThat(server.get("/api/v1/jobs/" + events.job() + "/raw/calc.py").text())
          .isEqualTo(better);
    } finally {
      events.remove(server);
    }
  }

  @Test
  void aRepairOfAToldErrorThatBreaksTheProjectIsRepairedItself() throws Exception {
    // Of another size: Python takes a file of the same size and second for the one it compiled.
    String mended = GOOD + "# mended\n";
    CalculatorScript script =
        new CalculatorScript(GOOD, attempt -> attempt == 1 ? BAD : mended, false);
    start(script::answer);
    RunEvents events = fix(working(script));
    try {
      assertThat(events.last().getString("type")).as(events.toString()).isEqualTo("complete");
      assertThat(events.all("verification"))
          .extracting(it -> it.getBoolean("verified"))
          .containsExactly(true, false, true);
      assertThat(events.all("fix_result"))
          .extracting(it -> it.getString("outcome"))
          .containsExactly("other_failure", "fixed");
      assertThat(server.get("/api/v1/jobs/" + events.job() + "/raw/calc.py").text())
          .isEqualTo(mended);
    } finally {
      events.remove(server);
    }
  }
}

package ai.bharatbuild.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What sandboxes make may be larger than what callers may write. */
class LargeFileRunIT {
  private static final String MAKES_LARGE =
      "head -c 3000000 /dev/urandom > build.bin && python3 -m pytest -q";

  @TempDir Path base;

  @Test
  void aLargeFileThatTheSandboxMadeIsNoFailure() throws Exception {
    try (CalculatorModel model = new CalculatorModel()) {
      Map<String, Object> settings = new HashMap<>(model.settings());
      settings.put("MAX_FILE_SIZE_MB", 1);
      model.testCommand = MAKES_LARGE;
      try (TestServer server = TestServer.start(base.resolve("jobs"), settings)) {
        JsonObject body = new JsonObject().put("prompt", "a calculator that adds");
        RunEvents events = RunEvents.of(server, "/api/v1/orchestrator/generate", body);
        assertThat(events.last().getString("type")).as(events.toString()).isEqualTo("complete");

        model.calc = CalculatorModel.BAD;
        body.put("job_id", events.job());
        RunEvents failed = RunEvents.of(server, "/api/v1/orchestrator/generate", body);
        assertThat(failed.last().getJsonObject("data").getString("code"))
            .as(failed.toString())
            .isEqualTo("not_verified");
        assertThat(failed.first("restored").getJsonArray("stayed")).containsExactly("build.bin");
        String job = "/api/v1/jobs/" + events.job();
        assertThat(server.get(job).json().getString("status")).isEqualTo("complete");
        assertThat(server.get(job + "/raw/calc.py").text()).isEqualTo(CalculatorModel.GOOD);
        events.remove(server);
      }
    }
  }
}

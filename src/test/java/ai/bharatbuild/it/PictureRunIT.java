package ai.bharatbuild.it;

import static ai.bharatbuild.it.CalculatorScript.GOOD;
import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.agents.script.MessagesServer;
import ai.bharatbuild.agents.script.MessagesServer.Reply;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs whose prompts have a picture, with a scripted model and real sandboxes. */
class PictureRunIT {
  private static final String ENCODED =
      Base64.getEncoder().encodeToString("not much of a picture".getBytes(StandardCharsets.UTF_8));

  @TempDir Path base;
  private MessagesServer model;
  private TestServer server;

  private void start(Function<JsonObject, Reply> script, Map<String, Object> more)
      throws Exception {
    model = new MessagesServer(script);
    Map<String, Object> settings = new HashMap<>(more);
    settings.put("ANTHROPIC_API_KEY", "sk-test");
    settings.put("ANTHROPIC_BASE_URL", model.base());
    server = TestServer.start(base.resolve("jobs"), settings);
  }

  @AfterEach
  void stop() {
    server.close();
    model.close();
  }

  private RunEvents generate() throws Exception {
    JsonObject picture = new JsonObject().put("media_type", "image/png").put("data", ENCODED);
    return RunEvents.of(
        server,
        "/api/v1/orchestrator/generate",
        new JsonObject()
            .put("prompt", "a calculator that adds")
            .put("images", new JsonArray().add(picture)));
  }

  /** Whether what was asked has the picture. */
  private static boolean shown(JsonObject request) {
    return request.getJsonArray("messages").stream()
        .flatMap(it -> content((JsonObject) it))
        .filter(it -> it.getString("type").equals("image"))
        .map(it -> it.getJsonObject("source"))
        .anyMatch(
            it ->
                it.getString("media_type").equals("image/png")
                    && it.getString("data").equals(ENCODED));
  }

  private static Stream<JsonObject> content(JsonObject message) {
    return message.getValue("content") instanceof JsonArray blocks
        ? blocks.stream().map(JsonObject.class::cast)
        : Stream.empty();
  }

  @Test
  void picturesGoToThePlanAndToWhatIsLookedAt() throws Exception {
    start(new CalculatorScript(GOOD, attempt -> GOOD, true)::answer, Map.of());
    RunEvents events = generate();
    try {
      assertThat(events.last().getString("type")).as(events.toString()).isEqualTo("complete");
      assertThat(model.requests())
          .filteredOn(CalculatorScript::plans)
          .isNotEmpty()
          .allMatch(PictureRunIT::shown);
      assertThat(model.requests())
          .filteredOn(it -> CalculatorScript.wanted(it).equals("page.html"))
          .hasSize(1)
          .allMatch(PictureRunIT::shown);
      assertThat(model.requests())
          .filteredOn(it -> CalculatorScript.wanted(it).endsWith(".py"))
          .hasSize(2)
          .noneMatch(PictureRunIT::shown);
    } finally {
      events.remove(server);
    }
  }

  @Test
  void aRunThatIsResumedHasItsPicturesStill() throws Exception {
    CalculatorScript script = new CalculatorScript(GOOD, attempt -> GOOD, true);
    AtomicBoolean refuses = new AtomicBoolean(true);
    start(
        request ->
            refuses.get() && CalculatorScript.wanted(request).equals("page.html")
                ? new Reply(200, "I will not.", List.of(), "refusal", -1, false)
                : script.answer(request),
        Map.of());
    RunEvents events = generate();
    try {
      assertThat(events.last().getJsonObject("data").getString("code")).isEqualTo("refused");
      refuses.set(false);
      JsonObject next = server.post("/api/v1/orchestrator/runs/" + events.run() + "/resume").json();
      RunEvents more =
          RunEvents.read(
              server.get("/api/v1/orchestrator/runs/" + next.getString("run_id") + "/events"));
      assertThat(more.last().getString("type")).as(more.toString()).isEqualTo("complete");
      // Once for the plan, and twice for the page.
      assertThat(model.requests()).filteredOn(PictureRunIT::shown).hasSize(3);
    } finally {
      events.remove(server);
    }
  }

  @Test
  void aModelThatTakesNoPicturesIsSaidSoBeforeItIsAsked() throws Exception {
    JsonObject table = new JsonObject().put("currency", "INR").put("models", new JsonArray());
    for (String role : List.of("large", "small")) {
      JsonObject prices = new JsonObject();
      List.of("input", "output", "cache_write", "cache_read").forEach(it -> prices.put(it, 1));
      table
          .getJsonArray("models")
          .add(
              new JsonObject()
                  .put("provider", "anthropic")
                  .put("role", role)
                  .put("name", "blind-" + role)
                  .put("context_tokens", 100_000)
                  .put("max_output_tokens", 10_000)
                  .put("images", false)
                  .put("prices", prices));
    }
    Path file = Files.writeString(base.resolve("models.json"), table.encode());
    CalculatorScript script = CalculatorScript.good();
    start(script::answer, Map.of("MODELS_FILE", file.toString()));
    RunEvents events = generate();
    try {
      JsonObject end = events.last().getJsonObject("data");
      assertThat(end.getString("code")).as(events.toString()).isEqualTo("pictures_not_taken");
      assertThat(end.getString("message")).contains("does not take pictures");
      assertThat(model.requests()).isEmpty();
    } finally {
      events.remove(server);
    }
  }
}

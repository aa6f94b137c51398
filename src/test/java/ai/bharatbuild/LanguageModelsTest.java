package ai.bharatbuild;

import static ai.bharatbuild.agents.llm.ScriptedServer.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bharatbuild.agents.llm.ModelAnswer;
import ai.bharatbuild.agents.llm.ModelRequest;
import ai.bharatbuild.agents.llm.ModelRole;
import ai.bharatbuild.agents.llm.ModelTable;
import ai.bharatbuild.agents.llm.ScriptedServer;
import ai.bharatbuild.config.InvalidSettingException;
import ai.bharatbuild.config.Settings;
import ai.bharatbuild.config.SettingsLoader;
import ai.bharatbuild.telemetry.Health;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LanguageModelsTest {
  private static final String ANSWER =
      "data: {\"choices\":[{\"delta\":{\"content\":\"hi\"},\"finish_reason\":\"stop\"}]}\n\ndata:"
          + " [DONE]\n\n";

  @TempDir Path directory;
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void stop() {
    await(vertx.close());
  }

  private static Settings.Models settings(String... pairs) {
    JsonObject values = new JsonObject();
    for (int i = 0; i < pairs.length; i += 2) {
      values.put(pairs[i], pairs[i + 1]);
    }
    return SettingsLoader.of(values).models();
  }

  private Optional<LanguageModels.Chosen> choose(Settings.Models settings) {
    return LanguageModels.choose(vertx, settings, LanguageModels.table(settings), null);
  }

  @ParameterizedTest
  @CsvSource({
    "ANTHROPIC_API_KEY, anthropic, claude-sonnet-4-5",
    "GEMINI_API_KEY, gemini, gemini-2.5-pro",
    "OPENAI_API_KEY, openai, gpt-4.1"
  })
  void aKeyIsAllThatIsNeeded(String key, String provider, String large) {
    LanguageModels.Chosen chosen = choose(settings(key, "sk-0123456789")).orElseThrow();

    assertThat(chosen.model().provider()).isEqualTo(provider);
    assertThat(chosen.models().get(ModelRole.LARGE).name()).isEqualTo(large);
    assertThat(chosen.models().get(ModelRole.SMALL).prices().output()).isPositive();
  }

  @Test
  void withoutAKeyThereIsNoneAndHealthSaysWhatToDo() {
    Health health = new Health("1");

    assertThat(await(LanguageModels.start(vertx, settings(), health, new ArrayDeque<>())))
        .isEmpty();
    assertThatThrownBy(() -> settings("MODEL_PROVIDER", "anthropic"))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("ANTHROPIC_API_KEY");
  }

  @Test
  void aServerOfOnesOwnNeedsNoKeyAndCallsAreRecordedWhereAsked() throws IOException {
    ScriptedServer server = new ScriptedServer(vertx);
    server.then(ScriptedServer.Answer.events(List.of(ANSWER)));
    LanguageModels.Chosen chosen =
        choose(
                settings(
                    "OPENAI_BASE_URL",
                    server.base() + "/v1/",
                    "MODEL_RECORD_DIR",
                    directory.toString()))
            .orElseThrow();

    ModelAnswer answer =
        await(
            ModelAnswer.collect(
                chosen.model().stream(ModelRequest.ask(ModelRole.LARGE, "s", "q", 10))));
    await(chosen.model().close());

    assertThat(answer.text()).isEqualTo("hi");
    assertThat(server.received().getFirst().uri()).isEqualTo("/v1/chat/completions");
    assertThat(server.received().getFirst().headers()).doesNotContainKey("authorization");
    try (Stream<Path> files = Files.walk(directory)) {
      assertThat(files.filter(Files::isRegularFile)).hasSize(1);
    }
  }

  @Test
  void aServerCanAnswerFromARecording() throws IOException {
    ScriptedServer server = new ScriptedServer(vertx);
    server.then(ScriptedServer.Answer.events(List.of(ANSWER)));
    ModelRequest request = ModelRequest.ask(ModelRole.LARGE, "s", "q", 10);
    LanguageModels.Chosen live =
        choose(settings("OPENAI_BASE_URL", server.base(), "MODEL_RECORD_DIR", directory.toString()))
            .orElseThrow();
    await(ModelAnswer.collect(live.model().stream(request)));
    await(live.model().close());
    server.close();
    Path recording;
    try (Stream<Path> files = Files.list(directory)) {
      recording = files.findFirst().orElseThrow();
    }

    Optional<LanguageModels.Chosen> played =
        await(
            LanguageModels.start(
                vertx,
                settings(
                    "MODEL_PROVIDER", "openai",
                    "OPENAI_BASE_URL", "http://127.0.0.1:1",
                    "MODEL_REPLAY_DIR", recording.toString()),
                new Health("1"),
                new ArrayDeque<>()));

    assertThat(await(ModelAnswer.collect(played.orElseThrow().model().stream(request))).text())
        .isEqualTo("hi");
    assertThatThrownBy(() -> settings("MODEL_REPLAY_DIR", recording.toString()))
        .hasMessageContaining("MODEL_PROVIDER");
    assertThatThrownBy(
            () ->
                await(
                    LanguageModels.start(
                        vertx,
                        settings(
                            "MODEL_PROVIDER", "openai", "MODEL_REPLAY_DIR", directory.toString()),
                        new Health("1"),
                        new ArrayDeque<>())))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("no recording");
  }

  @Test
  void keysAreNotShownWithTheSettings() {
    assertThat(SettingsLoader.of(new JsonObject().put("OPENAI_API_KEY", "sk-0123456789")))
        .asString()
        .doesNotContain("sk-0123456789");
  }

  @Test
  void anAddressMustBeOne() {
    for (String wrong :
        List.of("api.example.org", "ftp://a.example", "https://u:p@a.example", "https://a/?k=1")) {
      assertThatThrownBy(() -> settings("ANTHROPIC_BASE_URL", wrong))
          .isInstanceOf(InvalidSettingException.class)
          .hasMessageContaining("ANTHROPIC_BASE_URL");
    }
  }

  @Test
  void anotherTableIsTakenAndABrokenOneTold() throws IOException {
    Path table = directory.resolve("models.json");
    Files.writeString(
        table,
        """
        {"currency": "INR", "models": [
          {"provider": "openai", "role": "large", "name": "own-1", "context_tokens": 1000,
           "max_output_tokens": 100, "prices": {"input": 0, "output": 0, "cache_write": 0,
           "cache_read": 0}},
          {"provider": "openai", "role": "small", "name": "own-2", "context_tokens": 1000,
           "max_output_tokens": 100, "prices": {"input": 0, "output": 0, "cache_write": 0,
           "cache_read": 0}}]}
        """);
    Settings.Models own = settings("OPENAI_API_KEY", "k", "MODELS_FILE", table.toString());
    assertThat(choose(own).orElseThrow().told()).contains("own-1", "own-2");

    Settings.Models other = settings("GEMINI_API_KEY", "k", "MODELS_FILE", table.toString());
    assertThatThrownBy(() -> choose(other)).hasMessageContaining("gemini");

    Files.writeString(table, Files.readString(table).replace("\"output\": 0", "\"output\": 1.5"));
    assertThatThrownBy(() -> LanguageModels.table(own))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("models[0].prices.output must be a whole number");
  }

  @Test
  void thePackagedTableHasEveryProvider() {
    ModelTable table = LanguageModels.table(settings());

    for (String provider : List.of("anthropic", "gemini", "openai")) {
      assertThat(table.of(provider)).containsOnlyKeys(ModelRole.values());
    }
  }
}

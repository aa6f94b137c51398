package ai.bharatbuild.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsLoaderTest {
  private static Settings read(JsonObject found) {
    return SettingsReader.read(SettingsLoader.merge(found));
  }

  @Test
  void defaultsAreTheDocumentedOnes() {
    Settings settings = read(new JsonObject());

    assertThat(settings.http().port()).isEqualTo(8000);
    assertThat(settings.telemetry().port()).isEqualTo(9091);
    assertThat(settings.jobs().basePath()).isEqualTo(Path.of("/tmp/jobs"));
    assertThat(settings.jobs().expiry()).isEqualTo(Duration.ofHours(48));
    assertThat(settings.jobs().maxFileBytes()).isEqualTo(10_485_760);
    assertThat(settings.jobs().maxProjectBytes()).isEqualTo(104_857_600);
  }

  @Test
  void theEnvironmentBeatsSystemPropertiesWhichBeatTheFile() {
    JsonObject file = new JsonObject().put("http", new JsonObject().put("port", 1111));
    assertThat(read(file).http().port()).isEqualTo(1111);

    JsonObject property = file.copy().put("http.port", "2222");
    assertThat(read(property).http().port()).isEqualTo(2222);

    JsonObject environment = property.copy().put("PORT", "3333");
    assertThat(read(environment).http().port()).isEqualTo(3333);
  }

  @Test
  void listsMayBeTextsOrArrays() {
    JsonObject text = new JsonObject().put("CORS_ORIGINS", "http://a, http://b,");
    JsonObject array =
        new JsonObject()
            .put("http", new JsonObject().put("cors_origins", new JsonArray().add("http://a")));

    assertThat(read(text).http().corsOrigins()).containsExactly("http://a", "http://b");
    assertThat(read(array).http().corsOrigins()).containsExactly("http://a");
  }

  @ParameterizedTest
  @CsvSource({
    "PORT, eighty, whole number",
    "PORT, 70000, whole number",
    "HOST, 0.0.0.0, loopback",
    "HOST, example.invalid, loopback",
    "JOBS_BASE_PATH, jobs, absolute",
    "COMMAND_POLICY, maybe, one of",
    "PREVIEW_SUFFIX, Bad_Suffix, host name",
    "SANDBOX_CA_BUNDLE, /nowhere/at-all.pem, readable"
  })
  void aWrongValueIsRefusedWithItsNameAndWhatIsAllowed(String name, String value, String words) {
    assertThatThrownBy(() -> read(new JsonObject().put(name, value)))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining(name)
        .hasMessageContaining(value)
        .hasMessageContaining(words);
  }

  @Test
  void thePageOfSettingsIsTheTable() throws IOException {
    String rows =
        Arrays.stream(Key.values())
            .map(
                key ->
                    "| `%s` | `%s` | %s | %s |"
                        .formatted(
                            key.env,
                            key.property,
                            key.fallback.isEmpty() ? "" : "`" + key.fallback + "`",
                            key.meaning))
            .collect(Collectors.joining("\n"));

    assertThat(Files.readString(Path.of("docs/configuration.md"))).contains(rows);
  }
}

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
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
    "'', http, 0",
    "https://*, https, 443",
    "https://build.example.com:8443/, https, 8443",
    "http://*:8080, http, 8080"
  })
  void previewsAreSeenAsTheProxySays(String given, String scheme, int port) {
    Settings.Preview preview = read(new JsonObject().put("PREVIEW_PUBLIC_URL", given)).preview();
    assertThat(preview.scheme()).isEqualTo(scheme);
    assertThat(preview.port()).isEqualTo(port);
  }

  @ParameterizedTest
  @CsvSource({
    "PORT, eighty, whole number",
    "PORT, 70000, whole number",
    "HOST, example.invalid, address",
    "MODE, none, one of",
    "DATABASE_POOL_SIZE, 1, whole number",
    "JOBS_BASE_PATH, jobs, absolute",
    "DATA_PATH, /tmp/jobs/data, outside of JOBS_BASE_PATH",
    "DATA_PATH, /tmp/jobs, outside of JOBS_BASE_PATH",
    "COMMAND_POLICY, maybe, one of",
    "PREVIEW_SUFFIX, Bad_Suffix, host name",
    "PREVIEW_PUBLIC_URL, ftp://x, a scheme and a port",
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
  void localModeIsForLoopbackAddressesAlone() {
    assertThat(read(new JsonObject()).accounts().local()).isTrue();
    assertThat(read(new JsonObject().put("MODE", "accounts")).accounts().local()).isFalse();
    assertThat(read(new JsonObject().put("HOST", "0.0.0.0")).accounts().local()).isFalse();
    assertThatThrownBy(() -> read(new JsonObject().put("HOST", "0.0.0.0").put("MODE", "local")))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("MODE");
    assertThatThrownBy(
            () -> read(new JsonObject().put("HOST", "0.0.0.0").put("DATABASE_URL", "off")))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("DATABASE_URL");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hunter2hunter2hunter2",
        "change-me-change-me-change-me-change-me",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "uZ3k0aQ1vN7bY5tR2mW9xE4cD6fG8hJ0kL2nP4qS6uV=,short"
      })
  void aSecretThatCanBeGuessedIsRefusedAndNotRepeated(String secret) {
    for (String setting : List.of("JWT_SECRET", "SECRETS_KEY")) {
      assertThatThrownBy(() -> read(new JsonObject().put(setting, secret)))
          .isInstanceOf(InvalidSettingException.class)
          .hasMessageContaining(setting)
          .hasMessageNotContaining(secret);
    }
  }

  @Test
  void aDatabaseUrlThatIsWrongIsNotRepeated() {
    assertThatThrownBy(() -> read(new JsonObject().put("DATABASE_URL", "mysql://me:hush@h/db")))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("DATABASE_URL")
        .hasMessageNotContaining("hush");
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

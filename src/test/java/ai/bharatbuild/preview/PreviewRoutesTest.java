package ai.bharatbuild.preview;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The API's path to a preview. */
class PreviewRoutesTest {
  private static final PreviewFixture PREVIEW = new PreviewFixture(Duration.ofSeconds(5));

  @AfterAll
  static void close() {
    PREVIEW.close();
  }

  private static String ask(String method, String uri) {
    return PREVIEW.raw(
        method
            + " "
            + uri
            + " HTTP/1.1\r\nHost: localhost:"
            + PREVIEW.port()
            + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  }

  private static String location(String answer) {
    return answer
        .lines()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("location: "))
        .map(line -> line.substring("location: ".length()))
        .findFirst()
        .orElse(null);
  }

  @ParameterizedTest
  @CsvSource({
    "demo, demo, /",
    "demo/, demo, /",
    "demo?a=b, demo, /?a=b",
    "demo?, demo, /?",
    "demo/a%2Fb//%2e%2e/;x?q=%20+&&z#, demo, /a%2Fb//%2e%2e/;x?q=%20+&&z#",
    "demo//evil.test/x, demo, //evil.test/x",
    "demo/http://evil.test, demo, /http://evil.test",
    "demo/\\evil.test, demo, /\\evil.test",
    "demo/x%0d%0aSet-Cookie:a=1, demo, /x%0d%0aSet-Cookie:a=1",
    "demo/caf\u00c3\u00a9, demo, /caf%C3%A9",
    "demo/x?port=4173, demo--4173, /x",
    "demo/x?a=1&port=4173&b=%2F, demo--4173, /x?a=1&b=%2F",
    "demo?port=1&port=2, demo--1, /",
    "demo/x?support=1, demo, /x?support=1"
  })
  void redirects(String asked, String label, String target) {
    String answer = ask("GET", "/api/v1/preview/" + asked);
    assertThat(answer).startsWith("HTTP/1.1 307");
    assertThat(location(answer)).isEqualTo("http://" + PREVIEW.authority(label) + target);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"})
  void redirectsEveryMethod(String method) {
    assertThat(ask(method, "/api/v1/preview/demo/x")).startsWith("HTTP/1.1 307");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "A",
        "a_b/x",
        "a--80/x",
        "-a",
        "%61/x",
        "a.evil.test/x",
        "a@evil.test/x",
        "a:80/x",
        "../jobs"
      })
  void badIdsAreNotFound(String asked) {
    String answer = ask("GET", "/api/v1/preview/" + asked);
    assertThat(answer).startsWith("HTTP/1.1 404").contains("\"not_found\"");
    assertThat(location(answer)).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "65536", "080", "x", "80%0d", ""})
  void badPortsAreTold(String port) {
    assertThat(ask("GET", "/api/v1/preview/demo?port=" + port))
        .startsWith("HTTP/1.1 422")
        .contains("\"validation_failed\"");
  }

  @Test
  void previewOriginsHaveNoApi() {
    String answer =
        PREVIEW.raw(
            "GET /api/v1/preview/demo HTTP/1.1\r\nHost: "
                + PREVIEW.authority("demo")
                + "\r\nConnection: close\r\n\r\n");
    assertThat(answer).startsWith("HTTP/1.1 404").contains("no such preview");
  }
}

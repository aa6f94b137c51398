package ai.bharatbuild.preview;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests made to be read differently by the proxy and the app, byte by byte. */
class PreviewFramingTest {
  private static final String HIDDEN = "GET /hidden HTTP/1.1\r\nHost: x\r\n\r\n";
  private final PreviewFixture preview = new PreviewFixture(Duration.ofSeconds(5));
  private final Queue<String> seen = new ConcurrentLinkedQueue<>();

  @BeforeEach
  void start() {
    preview.app(
        "demo",
        request ->
            request
                .body()
                .onSuccess(
                    body -> {
                      seen.add(request.uri() + " " + body);
                      request.response().end("ok");
                    }));
  }

  @AfterEach
  void close() {
    preview.close();
  }

  private String post(String headers, String body) {
    return preview.raw(
        "POST /first HTTP/1.1\r\nHost: "
            + preview.authority("demo")
            + "\r\nConnection: close\r\n"
            + headers
            + "\r\n"
            + body);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 3\r\nContent-Length: 4\r\n",
        "Content-Length: 3, 4\r\n",
        "Content-Length: -3\r\n",
        "Content-Length: +3\r\n",
        "Content-Length: 0x3\r\n",
        "Content-Length : 3\r\n",
        "Content-Length: 99999999999999999999\r\n",
        "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: chunked, identity\r\n",
        "Transfer-Encoding: identity\r\n",
        "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding : chunked\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: xchunked\r\nContent-Length: 3\r\n",
        "Host: other.preview.localhost\r\n"
      })
  void refusesUnclearFraming(String headers) {
    String answer = post(headers, "3\r\nabc\r\n0\r\n\r\n" + HIDDEN);
    assertThat(answer).startsWith("HTTP/1.1 400");
    assertThat(answer.split("HTTP/1\\.1 ", -1)).hasSize(2);
    assertThat(seen).isEmpty();
  }

  /**
   * The server's decoder drops the length where chunks are said to come; nothing else may see it.
   */
  @Test
  void lengthBesideChunksNeverReachesTheApp() {
    post("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "3\r\nabc\r\n0\r\n\r\n" + HIDDEN);
    assertThat(seen).allMatch(line -> line.equals("/first abc"));
    String old =
        preview.raw(
            "POST /first HTTP/1.0\r\nHost: "
                + preview.authority("demo")
                + "\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
    assertThat(old).startsWith("HTTP/1.0 400");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"GET http://evil.test/ HTTP/1.1", "GET evil.test HTTP/1.1", "GET * HTTP/1.1"})
  void refusesOtherTargets(String line) {
    String answer =
        preview.raw(
            line + "\r\nHost: " + preview.authority("demo") + "\r\nConnection: close\r\n\r\n");
    assertThat(answer).startsWith("HTTP/1.1 400");
    assertThat(seen).isEmpty();
  }

  @Test
  void aBodyStaysABody() {
    post("Content-Length: " + HIDDEN.length() + "\r\n", HIDDEN);
    assertThat(List.copyOf(seen)).containsExactly("/first " + HIDDEN);
  }

  @Test
  void refusesAHeaderNameInConnectionToTakeFramingAway() {
    preview.raw(
        "POST /first HTTP/1.1\r\nHost: "
            + preview.authority("demo")
            + "\r\nConnection: close\r\nConnection: Content-Length, Host, X-Forwarded-For\r\n"
            + "Content-Length: "
            + HIDDEN.length()
            + "\r\n\r\n"
            + HIDDEN);
    assertThat(List.copyOf(seen)).containsExactly("/first " + HIDDEN);
  }
}

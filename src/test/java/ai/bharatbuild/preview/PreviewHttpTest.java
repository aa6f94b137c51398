package ai.bharatbuild.preview;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.preview.PreviewFixture.Answer;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What passes, and what does not, between a browser and an app that behaves. */
class PreviewHttpTest {
  private final PreviewFixture preview = new PreviewFixture(Duration.ofSeconds(30));
  private final AtomicReference<MultiMap> seen = new AtomicReference<>();
  private final AtomicReference<String> line = new AtomicReference<>();

  @AfterEach
  void close() {
    preview.close();
  }

  private void note(HttpServerRequest request) {
    seen.set(MultiMap.caseInsensitiveMultiMap().addAll(request.headers()));
    line.set(request.method() + " " + request.uri());
  }

  private void echo() {
    preview.app(
        "demo",
        request -> {
          note(request);
          request
              .body()
              .onSuccess(
                  body -> request.response().putHeader("X-Length", "" + body.length()).end(body));
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"})
  void passesEveryMethod(String method) {
    echo();
    Answer answer = preview.send(HttpMethod.valueOf(method), "demo", "/x?y=1");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(line.get()).isEqualTo(method + " /x?y=1");
  }

  @Test
  void refusesToBeATunnel() {
    echo();
    String answer =
        preview.raw("CONNECT demo:80 HTTP/1.1\r\nHost: " + preview.authority("demo") + "\r\n\r\n");
    assertThat(answer).startsWith("HTTP/1.1 400");
    assertThat(line.get()).isNull();
  }

  @Test
  void keepsThePathByteForByte() {
    echo();
    preview.get("demo", "/a%2Fb//%2e%2e/;x=1/?q=%20+&&z");
    assertThat(line.get()).isEqualTo("GET /a%2Fb//%2e%2e/;x=1/?q=%20+&&z");
    preview.raw(
        "GET /caf\u00c3\u00a9 HTTP/1.1\r\nHost: "
            + preview.authority("demo")
            + "\r\nConnection: close\r\n\r\n");
    assertThat(line.get()).isEqualTo("GET /caf%C3%A9");
  }

  @Test
  void tellsTheAppWhoAsksAndByWhichName() {
    echo();
    preview.get(
        "demo",
        "/",
        "X-Forwarded-For",
        "6.6.6.6",
        "X-Forwarded-Host",
        "evil.test",
        "X-Forwarded-Port",
        "1",
        "X_Forwarded_For",
        "6.6.6.6",
        "Forwarded",
        "for=6.6.6.6",
        "X-Real-IP",
        "6.6.6.6");
    assertThat(seen.get().getAll("Host")).containsExactly(preview.authority("demo"));
    assertThat(seen.get().getAll("X-Forwarded-For")).containsExactly("127.0.0.1");
    assertThat(seen.get().getAll("X-Forwarded-Proto")).containsExactly("http");
    assertThat(seen.get().getAll("X-Forwarded-Host")).containsExactly(preview.authority("demo"));
    assertThat(seen.get().toString()).doesNotContain("6.6.6.6", "evil.test");
    assertThat(seen.get().contains("X-Forwarded-Port")).isFalse();
  }

  @Test
  void stripsHopByHopHeadersOnTheWayIn() {
    echo();
    preview.raw(
        "GET / HTTP/1.1\r\nHost: "
            + preview.authority("demo")
            + "\r\nConnection: close\r\nConnection: x, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: 5\r\nProxy-Connection: x\r\n"
            + "TE: trailers\r\nTrailer: X\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n"
            + "Proxy-Authorization: Basic eDp5\r\nX-Kept: 1\r\n\r\n");
    assertThat(seen.get().get("X-Kept")).isEqualTo("1");
    for (String name :
        new String[] {
          "X-Hop",
          "Keep-Alive",
          "Proxy-Connection",
          "TE",
          "Trailer",
          "Upgrade",
          "Proxy-Authorization"
        }) {
      assertThat(seen.get().contains(name)).as(name).isFalse();
    }
  }

  @Test
  void stripsHopByHopHeadersOnTheWayOut() {
    preview.app(
        "demo",
        request ->
            request
                .response()
                .putHeader("Connection", "X-Hop")
                .putHeader("X-Hop", "1")
                .putHeader("Keep-Alive", "timeout=5")
                .putHeader("Proxy-Authenticate", "Basic")
                .putHeader("X-Kept", "1")
                .end("x"));
    MultiMap headers = preview.get("demo", "/").headers();
    assertThat(headers.get("X-Kept")).isEqualTo("1");
    assertThat(headers.names())
        .doesNotContain("X-Hop", "Keep-Alive", "Proxy-Authenticate", "Connection");
  }

  @Test
  void neverShowsTheAppTheApisSecrets() {
    echo();
    preview.get(
        "demo",
        "/",
        "Cookie",
        "theme=dark; bb_session=secret; __Host-bb_refresh=secret",
        "Cookie",
        "bb_x=secret",
        "X-API-Key",
        "secret",
        "X_Api_Key",
        "secret",
        "Authorization",
        "Bearer the-apps-own");
    assertThat(seen.get().toString()).doesNotContain("secret");
    assertThat(seen.get().getAll("Cookie")).containsExactly("theme=dark");
    assertThat(seen.get().get("Authorization")).isEqualTo("Bearer the-apps-own");
  }

  @Test
  void neverLetsTheAppReachBeyondItsOrigin() {
    preview.app(
        "demo",
        request -> {
          MultiMap headers = request.response().headers();
          headers.add("Set-Cookie", "sid=1; Domain=preview.localhost; HttpOnly");
          headers.add("Set-Cookie", "bb_session=evil");
          headers.add("Set-Cookie", "=bb_session=evil");
          headers.add("X-Frame-Options", "DENY");
          headers.add("Strict-Transport-Security", "max-age=1");
          headers.add("Clear-Site-Data", "\"cookies\"");
          headers.add("Alt-Svc", "h3=\":443\"");
          headers.add("X-Accel-Redirect", "/secret");
          headers.add("Access-Control-Allow-Origin", "http://app.test");
          request.response().end("x");
        });
    MultiMap headers = preview.get("demo", "/", "Origin", "http://other.test").headers();
    assertThat(headers.getAll("Set-Cookie")).containsExactly("sid=1; HttpOnly");
    assertThat(headers.names())
        .doesNotContain(
            "X-Frame-Options",
            "Strict-Transport-Security",
            "Clear-Site-Data",
            "Alt-Svc",
            "X-Accel-Redirect");
    assertThat(headers.getAll("Access-Control-Allow-Origin")).containsExactly("http://app.test");
  }

  @Test
  void decidesWhoMayFrameAndKeepsTheRestOfThePolicy() {
    preview.app(
        "demo",
        request -> {
          if (request.path().equals("/policy")) {
            request
                .response()
                .headers()
                .add(
                    "content-security-policy",
                    "default-src 'self';Frame-Ancestors 'none'; img-src *")
                .add("Content-Security-Policy", "frame-ancestors 'none', script-src 'self'");
          }
          request.response().end("x");
        });
    String ours = "frame-ancestors " + PreviewFixture.ANCESTORS;
    assertThat(preview.get("demo", "/").headers().getAll("Content-Security-Policy"))
        .containsExactly(ours);
    assertThat(preview.get("demo", "/policy").headers().getAll("Content-Security-Policy"))
        .containsExactly("default-src 'self'; img-src *", "script-src 'self'", ours);
  }

  @Test
  void bringsRedirectsToTheSandboxBack() {
    AtomicReference<String> location = new AtomicReference<>();
    int port =
        preview.app(
            "demo",
            request ->
                request.response().setStatusCode(302).putHeader("Location", location.get()).end());
    location.set("http://127.0.0.1:" + port + "/a?b=c");
    assertThat(preview.get("demo", "/").headers().get("Location"))
        .isEqualTo("http://" + preview.authority("demo") + "/a?b=c");
    location.set("https://login.test/");
    assertThat(preview.get("demo", "/").headers().get("Location")).isEqualTo("https://login.test/");
  }

  @Test
  void passesHeadRangesAndConditions() {
    preview.app(
        "demo",
        request -> {
          note(request);
          switch (request.path()) {
            case "/range" ->
                request
                    .response()
                    .setStatusCode(206)
                    .putHeader("Content-Range", "bytes 2-3/10")
                    .end("cd");
            case "/same" -> request.response().setStatusCode(304).putHeader("ETag", "\"1\"").end();
            case "/none" -> request.response().setStatusCode(204).end();
            default -> request.response().putHeader("Content-Length", "12345").end();
          }
        });
    Answer head = preview.send(HttpMethod.HEAD, "demo", "/");
    assertThat(head.headers().get("Content-Length")).isEqualTo("12345");
    assertThat(head.body()).isEmpty();
    Answer part = preview.get("demo", "/range", "Range", "bytes=2-3");
    assertThat(part.status()).isEqualTo(206);
    assertThat(part.headers().get("Content-Range")).isEqualTo("bytes 2-3/10");
    assertThat(part.body()).isEqualTo("cd");
    assertThat(seen.get().get("Range")).isEqualTo("bytes=2-3");
    assertThat(preview.get("demo", "/same", "If-None-Match", "\"1\"").status()).isEqualTo(304);
    Answer none = preview.get("demo", "/none");
    assertThat(none.status()).isEqualTo(204);
    assertThat(none.headers().contains("Transfer-Encoding")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"public, max-age=31536000000", "max-age=soon", "public", "max-age=60", "no-store"})
  void passesAnyCachingRule(String rule) {
    preview.app(
        "demo",
        request ->
            request
                .response()
                .putHeader("Cache-Control", rule)
                .putHeader("Expires", "0")
                .putHeader("Date", "some day")
                .end("x"));
    Answer answer = preview.get("demo", "/");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.headers().getAll("Cache-Control")).containsExactly(rule);
  }

  @Test
  void keepsTheAppsOwnErrors() {
    preview.app("demo", r -> r.response().setStatusCode(503).setStatusMessage("Nope").end("mine"));
    Answer answer = preview.get("demo", "/");
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.body()).isEqualTo("mine");
  }

  @Test
  void servesOldClientsWithoutCollectingTheAnswer() {
    preview.app(
        "demo",
        request -> {
          request.response().setChunked(true);
          request.response().write("one ");
          request.response().end("two");
        });
    String answer =
        preview.raw(
            "GET / HTTP/1.0\r\nHost: "
                + preview.authority("demo")
                + "\r\nConnection: keep-alive\r\n\r\n");
    assertThat(answer).startsWith("HTTP/1.0 200").endsWith("\r\n\r\none two");
    assertThat(answer.toLowerCase(java.util.Locale.ROOT))
        .contains("connection: close")
        .doesNotContain("transfer-encoding");
  }

  @Test
  void reusesConnectionsToTheApp() {
    AtomicReference<Integer> port = new AtomicReference<>();
    preview.app(
        "demo",
        r -> {
          port.set(r.remoteAddress().port());
          r.response().end("x");
        });
    preview.get("demo", "/");
    int first = port.get();
    preview.get("demo", "/");
    assertThat(port.get()).isEqualTo(first);
  }
}

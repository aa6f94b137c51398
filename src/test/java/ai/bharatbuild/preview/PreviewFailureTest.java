package ai.bharatbuild.preview;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.preview.PreviewFixture.Answer;
import ai.bharatbuild.preview.PreviewTargets.Target;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Apps that are not there, break off or keep silent. */
class PreviewFailureTest {
  private static final Duration SILENCE = Duration.ofMillis(400);
  private final PreviewFixture preview = new PreviewFixture(SILENCE);

  @AfterEach
  void close() {
    preview.close();
  }

  /** A port that nothing listens on: it was free a moment ago. */
  private Target nobody() {
    var server =
        PreviewFixture.await(
            preview.vertx.createNetServer().connectHandler(s -> {}).listen(0, "127.0.0.1"));
    Target target = new Target("127.0.0.1", server.actualPort());
    PreviewFixture.await(server.close());
    return target;
  }

  @ParameterizedTest
  @ValueSource(strings = {"nothing", "a_b", "a--0", "a.b", "a--80--90"})
  void saysThatThereIsNoSuchPreview(String label) {
    Answer answer = preview.get(label, "/", "Accept", "text/html");
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.headers().get("Content-Type")).isEqualTo("text/html; charset=utf-8");
    assertThat(answer.body()).contains("There is no such preview").doesNotContain("http-equiv");
  }

  @Test
  void saysSoForTheBareSuffix() {
    String answer =
        preview.raw("GET / HTTP/1.1\r\nHost: preview.localhost\r\nConnection: close\r\n\r\n");
    assertThat(answer).startsWith("HTTP/1.1 404").contains("no such preview");
  }

  @Test
  void answersProgramsWithAProblem() {
    Answer answer = preview.get("nothing", "/", "Accept", "application/json");
    assertThat(answer.headers().get("Content-Type")).isEqualTo("application/problem+json");
    JsonObject problem = new JsonObject(answer.body());
    assertThat(problem.getInteger("status")).isEqualTo(404);
    assertThat(problem.getString("code")).isEqualTo("not_found");
    assertThat(problem.getString("request_id")).isEqualTo(answer.headers().get("X-Request-Id"));
  }

  @Test
  void headHasNoBody() {
    Answer answer = preview.send(HttpMethod.HEAD, "nothing", "/");
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.body()).isEmpty();
  }

  @Test
  void pageNeedsNothingFromElsewhereAndCanBeFramed() {
    preview.targets.put("demo", nobody());
    Answer answer = preview.get("demo", "/", "Accept", "text/html");
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.headers().get("Retry-After")).isNotNull();
    assertThat(answer.headers().get("Content-Security-Policy"))
        .contains("default-src 'none'")
        .endsWith("frame-ancestors " + PreviewFixture.ANCESTORS);
    assertThat(answer.body())
        .contains("http-equiv=\"refresh\"", "color-scheme", "not running yet")
        .doesNotContain("http://", "https://", "src=", "href=");
  }

  @Test
  void looksAgainWhenTheConnectionIsRefused() {
    preview.targets.put("demo", nobody());
    int port = preview.app("other", request -> request.response().end("found"));
    preview.afterRefresh.put("demo", new Target("127.0.0.1", port));
    assertThat(preview.get("demo", "/").body()).isEqualTo("found");
    assertThat(preview.resolutions).containsExactly("demo:null:false", "demo:null:true");
  }

  @Test
  void looksAgainOnlyOnceAndForTheSamePort() {
    preview.targets.put("demo", nobody());
    Answer answer = preview.get("demo--4000", "/");
    assertThat(answer.status()).isEqualTo(503);
    assertThat(preview.resolutions).containsExactly("demo:4000:false", "demo:4000:true");
  }

  @Test
  void sendsTheWholeBodyToWhatWasFoundOnTheSecondLook() {
    preview.targets.put("demo", nobody());
    int port =
        preview.app("other", r -> r.body().onSuccess(body -> r.response().end("" + body.length())));
    preview.afterRefresh.put("demo", new Target("127.0.0.1", port));
    Answer answer = preview.send(HttpMethod.POST, "demo", "/", Buffer.buffer(new byte[300_000]));
    assertThat(answer.body()).isEqualTo("300000");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "HTTP/1.1 101 Switching Protocols\r\n\r\n",
        "HTTP/1.1 200 OK\r\nBad Header",
        ""
      })
  void saysThatTheAnswerWasBroken(String bytes) {
    preview.rawApp(
        "demo", socket -> socket.handler(b -> socket.write(bytes).eventually(socket::close)));
    Answer answer = preview.get("demo", "/");
    assertThat(answer.status()).isEqualTo(502);
    assertThat(answer.body()).contains("The app broke off");
  }

  @Test
  void repeatsOnlyWhatIsSafeToRepeat() {
    AtomicInteger connections = new AtomicInteger();
    preview.rawApp(
        "demo",
        socket -> {
          connections.incrementAndGet();
          socket.handler(b -> socket.close());
        });
    assertThat(preview.send(HttpMethod.POST, "demo", "/").status()).isEqualTo(502);
    assertThat(connections).hasValue(1);
    assertThat(preview.get("demo", "/").status()).isEqualTo(502);
    assertThat(connections).hasValue(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Content-Length: 100", "Transfer-Encoding: chunked"})
  void breaksOffWhatTheAppBrokeOff(String framing) {
    preview.rawApp(
        "demo",
        socket ->
            socket.handler(
                b ->
                    socket
                        .write("HTTP/1.1 200 OK\r\n" + framing + "\r\n\r\n5\r\nhello\r\n")
                        .eventually(socket::close)));
    String answer =
        preview.raw("GET / HTTP/1.1\r\nHost: " + preview.authority("demo") + "\r\n\r\n");
    assertThat(answer).startsWith("HTTP/1.1 200").contains("hello").doesNotContain("\r\n0\r\n");
  }

  @Test
  void saysThatTheAppKeepsSilent() {
    preview.rawApp("demo", socket -> socket.handler(b -> {}));
    Answer answer = preview.get("demo", "/");
    assertThat(answer.status()).isEqualTo(504);
    assertThat(answer.body()).contains("The app does not answer");
    Answer posted = preview.send(HttpMethod.POST, "demo", "/", Buffer.buffer("body"));
    assertThat(posted.status()).isEqualTo(504);
  }

  @Test
  void givesUpOnAnAppThatReadsNothing() throws Exception {
    preview.rawApp("demo", socket -> socket.pause());
    try (var socket = preview.socket()) {
      Thread sender =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      var out = socket.getOutputStream();
                      out.write(
                          ("POST / HTTP/1.1\r\nContent-Length: 99999999\r\nHost: "
                                  + preview.authority("demo")
                                  + "\r\n\r\n")
                              .getBytes());
                      for (int i = 0; i < 1000; i++) {
                        out.write(new byte[100_000]);
                      }
                    } catch (java.io.IOException e) {
                      // The server has hung up, as it should.
                    }
                  });
      assertThat(new String(socket.getInputStream().readNBytes(12))).isEqualTo("HTTP/1.1 504");
      sender.join(Duration.ofSeconds(20));
      assertThat(sender.isAlive()).isFalse();
    }
  }

  @Test
  void doesNotCutAStreamThatHasBegun() throws Exception {
    Promise<HttpServerResponse> begun = Promise.promise();
    preview.app(
        "demo",
        request -> {
          request.response().setChunked(true).write("one");
          begun.complete(request.response());
        });
    preview.rawApp("silent", socket -> socket.handler(b -> {}));
    try (var socket = preview.socket()) {
      socket
          .getOutputStream()
          .write(
              ("GET / HTTP/1.1\r\nConnection: close\r\nHost: "
                      + preview.authority("demo")
                      + "\r\n\r\n")
                  .getBytes());
      HttpServerResponse response = PreviewFixture.await(begun.future());
      // As long as this other request takes to run out, and so longer than an app may keep silent.
      assertThat(preview.get("silent", "/").status()).isEqualTo(504);
      assertThat(preview.get("silent", "/").status()).isEqualTo(504);
      response.end("two");
      assertThat(new String(socket.getInputStream().readAllBytes()))
          .endsWith("3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n");
    }
  }

  @Test
  void aSlowUploadIsNotSilence() throws Exception {
    preview.app("demo", r -> r.body().onSuccess(b -> r.response().end("got " + b.length())));
    preview.rawApp("silent", socket -> socket.handler(b -> {}));
    try (var socket = preview.socket()) {
      var out = socket.getOutputStream();
      out.write(
          ("POST / HTTP/1.1\r\nContent-Length: 2\r\nConnection: close\r\nHost: "
                  + preview.authority("demo")
                  + "\r\n\r\na")
              .getBytes());
      assertThat(preview.get("silent", "/").status()).isEqualTo(504);
      assertThat(preview.get("silent", "/").status()).isEqualTo(504);
      out.write('b');
      assertThat(new String(socket.getInputStream().readAllBytes())).endsWith("got 2");
    }
  }

  @Test
  void tellsTheAppWhenTheClientLeaves() throws Exception {
    Promise<Void> asked = Promise.promise();
    Promise<Void> left = Promise.promise();
    preview.rawApp(
        "demo",
        socket -> {
          socket.handler(b -> asked.tryComplete());
          socket.closeHandler(v -> left.complete());
        });
    try (var socket = preview.socket()) {
      socket
          .getOutputStream()
          .write(("GET / HTTP/1.1\r\nHost: " + preview.authority("demo") + "\r\n\r\n").getBytes());
      PreviewFixture.await(asked.future());
    }
    PreviewFixture.await(left.future());
  }

  @Test
  void escapesWhatItShows() {
    assertThat(
            FailurePage.of(
                new ai.bharatbuild.problem.Problem(
                    503, "unavailable", "<script>\"&", null, null, null, null)))
        .contains("&lt;script&gt;&quot;&amp;")
        .doesNotContain("<script>");
  }
}

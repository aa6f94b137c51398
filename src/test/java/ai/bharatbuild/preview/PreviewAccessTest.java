package ai.bharatbuild.preview;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bharatbuild.preview.PreviewFixture.Answer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Private previews: who is let in, and that no app learns by what. */
class PreviewAccessTest {
  private static final String OWNER = PreviewFixture.OWNER;
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
  private final PreviewTickets tickets =
      new PreviewTickets(
          new byte[PreviewTickets.KEY_BYTES],
          Duration.ofMinutes(10),
          Duration.ofHours(12),
          now::get);

  /** All that apps were sent: request lines and headers. */
  private final Queue<String> seen = new ConcurrentLinkedQueue<>();

  private PreviewFixture preview;

  @BeforeEach
  void start() {
    preview = new PreviewFixture(Duration.ofSeconds(5), tickets, "Lax");
    for (String id : new String[] {"demo", "other", "public-demo"}) {
      preview.app(
          id,
          request -> {
            seen.add(request.uri() + " " + request.headers());
            request.response().end(id);
          },
          socket -> {
            seen.add(socket.uri() + " " + socket.headers());
            socket.close();
          });
    }
  }

  @AfterEach
  void close() {
    preview.close();
  }

  private String pass(String id) {
    return Doorkeeper.COOKIE + "=" + tickets.pass(id, OWNER);
  }

  @Test
  void aTicketBecomesACookieAndLeavesTheAddress() {
    String ticket = tickets.ticket("demo", OWNER);
    Answer sent = preview.get("demo", "/a%2Fb?x=1&bb_ticket=" + ticket + "&y=%20");
    assertThat(sent.status()).isEqualTo(307);
    assertThat(sent.headers().get("Location")).isEqualTo("/a%2Fb?x=1&y=%20");
    assertThat(sent.headers().get("Cache-Control")).isEqualTo("no-store");
    assertThat(sent.headers().get("Referrer-Policy")).isEqualTo("no-referrer");
    String cookie = sent.headers().get("Set-Cookie");
    assertThat(cookie)
        .startsWith("bb_preview=")
        .doesNotContain(ticket)
        .contains("; Path=/;", "; HttpOnly", "; SameSite=Lax", "; Max-Age=43200")
        .doesNotContainIgnoringCase("domain");
    assertThat(seen).isEmpty();
    String value = cookie.substring(0, cookie.indexOf(';'));
    Answer shown = preview.get("demo", "/a%2Fb?x=1&y=%20", "Cookie", "mine=1; " + value);
    assertThat(shown.status()).isEqualTo(200);
    assertThat(seen.poll())
        .startsWith("/a%2Fb?x=1&y=%20 ")
        .contains("mine=1")
        .doesNotContain("bb_", value.substring(11), ticket);
  }

  @Test
  void theAddressThatAnOwnerIsGivenWorks() {
    String address = preview.urls.opened("demo", OWNER, null);
    String prefix = "http://" + preview.authority("demo");
    assertThat(address).startsWith(prefix + "/?bb_ticket=");
    Answer sent = preview.get("demo", address.substring(prefix.length()));
    assertThat(sent.headers().get("Location")).isEqualTo("/");
    assertThat(sent.headers().contains("Set-Cookie")).isTrue();
  }

  @Test
  void withoutOneThereIsNoSuchPreview() {
    Answer none = preview.get("demo", "/");
    Answer absent = preview.get("never-made", "/");
    assertThat(none.status()).isEqualTo(404);
    assertThat(absent.status()).isEqualTo(404);
    assertThat(none.body()).isEqualTo(absent.body().replace("never-made", "demo"));
    assertThat(seen).isEmpty();
  }

  @Test
  void aTicketOfOneWorkspaceOpensNoOther() {
    Answer sent = preview.get("other", "/?bb_ticket=" + tickets.ticket("demo", OWNER));
    assertThat(sent.status()).isEqualTo(307);
    assertThat(sent.headers().contains("Set-Cookie")).isFalse();
    assertThat(preview.get("other", "/", "Cookie", pass("demo")).status()).isEqualTo(404);
    assertThat(seen).isEmpty();
  }

  @Test
  void aTicketOpensTheOtherPortsOfItsWorkspace() {
    preview.targets.put("demo--4173", preview.targets.get("demo"));
    assertThat(preview.get("demo--4173", "/", "Cookie", pass("demo")).status()).isEqualTo(200);
  }

  @Test
  void somebodyElsesPassOpensNothing() {
    String foreign = Doorkeeper.COOKIE + "=" + tickets.pass("demo", "somebody-else");
    assertThat(preview.get("demo", "/", "Cookie", foreign).status()).isEqualTo(404);
  }

  @Test
  void whatHasExpiredOpensNothing() {
    String ticket = tickets.ticket("demo", OWNER);
    String pass = pass("demo");
    now.set(now.get().plus(Duration.ofMinutes(10)));
    Answer late = preview.get("demo", "/?bb_ticket=" + ticket);
    assertThat(late.headers().contains("Set-Cookie")).isFalse();
    assertThat(preview.get("demo", "/", "Cookie", pass).status()).isEqualTo(200);
    now.set(now.get().plus(Duration.ofHours(12)));
    assertThat(preview.get("demo", "/", "Cookie", pass).status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "x", "%00", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
  void nonsenseOpensNothing(String value) {
    Answer sent = preview.get("demo", "/?bb_ticket=" + value);
    assertThat(sent.status()).isEqualTo(307);
    assertThat(sent.headers().contains("Set-Cookie")).isFalse();
    assertThat(preview.get("demo", "/", "Cookie", "bb_preview=" + value).status()).isEqualTo(404);
  }

  @Test
  void aNeighboursCookieOfTheSameNameDoesNotCrowdOursOut() {
    String both = "bb_preview=" + "A".repeat(60) + "; " + pass("demo");
    assertThat(preview.get("demo", "/", "Cookie", both).status()).isEqualTo(200);
  }

  @Test
  void publicPreviewsNeedNone() {
    assertThat(preview.get("public-demo", "/").status()).isEqualTo(200);
    Answer sent = preview.get("public-demo", "/p?bb_ticket=old");
    assertThat(sent.status()).isEqualTo(307);
    assertThat(sent.headers().get("Location")).isEqualTo("/p");
  }

  @ParameterizedTest
  @CsvSource({
    "//evil.test/?bb_ticket=x, /.//evil.test/",
    "/%5Cevil.test/?bb_ticket=x, /%5Cevil.test/",
    "/a?bb_ticket=x&bb_ticket=y, /a",
    "/http://evil.test?bb_ticket=x, /http://evil.test"
  })
  void theRedirectStaysOnTheOrigin(String asked, String target) {
    assertThat(preview.get("demo", asked).headers().get("Location")).isEqualTo(target);
  }

  @Test
  void theMethodIsKept() {
    String uri = "/save?bb_ticket=" + tickets.ticket("demo", OWNER);
    Answer sent =
        preview.send(HttpMethod.POST, "demo", uri, io.vertx.core.buffer.Buffer.buffer("x"));
    assertThat(sent.status()).isEqualTo(307);
    assertThat(sent.headers().contains("Set-Cookie")).isTrue();
  }

  /** To a browser all previews are one site, so the cookie alone does not say who asks. */
  @Test
  void thePageOfAnotherPreviewIsAStranger() {
    String own = "http://" + preview.authority("demo");
    String port = "http://" + preview.authority("demo--3001");
    String evil = "http://" + preview.authority("evil");
    assertThat(status("Origin", own)).isEqualTo(200);
    assertThat(status("Origin", port)).isEqualTo(200);
    assertThat(status("Origin", evil)).isEqualTo(404);
    assertThat(status("Origin", "http://demo.preview.localhost.evil.test")).isEqualTo(404);
    assertThat(status("Origin", "null")).isEqualTo(404);
    assertThat(status("Origin", "%")).isEqualTo(404);
    assertThat(status("Sec-Fetch-Site", "same-site", "Sec-Fetch-Mode", "no-cors")).isEqualTo(404);
    assertThat(status("Sec-Fetch-Site", "cross-site", "Referer", evil + "/")).isEqualTo(404);
    assertThat(status("Sec-Fetch-Site", "same-site", "Referer", port + "/")).isEqualTo(200);
    assertThat(status("Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate")).isEqualTo(200);
    assertThat(status("Sec-Fetch-Site", "same-origin", "Sec-Fetch-Mode", "cors")).isEqualTo(200);
  }

  private int status(String... headers) {
    String[] all = java.util.Arrays.copyOf(headers, headers.length + 2);
    all[headers.length] = "Cookie";
    all[headers.length + 1] = pass("demo");
    return preview.get("demo", "/", all).status();
  }

  @Test
  void socketsNeedThePassToo() {
    assertThatThrownBy(() -> connect("/hmr"))
        .hasCauseInstanceOf(UpgradeRejectedException.class)
        .hasMessageContaining("404");
    assertThatThrownBy(() -> connect("/hmr?bb_ticket=" + tickets.ticket("demo", OWNER)))
        .hasMessageContaining("404");
    assertThatThrownBy(() -> connect("/hmr", "Cookie", pass("other"))).hasMessageContaining("404");
    assertThatThrownBy(
            () ->
                connect(
                    "/hmr",
                    "Cookie",
                    pass("demo"),
                    "Origin",
                    "http://" + preview.authority("evil")))
        .hasMessageContaining("404");
    assertThat(seen).isEmpty();
    connect("/hmr", "Cookie", pass("demo"), "Origin", "http://" + preview.authority("demo"));
    assertThat(seen.poll()).startsWith("/hmr ").doesNotContain("bb_preview");
  }

  private WebSocket connect(String uri, String... headers) {
    WebSocketConnectOptions options = new WebSocketConnectOptions();
    options
        .setHost("127.0.0.1")
        .setPort(preview.port())
        .setURI(uri)
        .addHeader("Host", preview.authority("demo"));
    for (int i = 0; i < headers.length; i += 2) {
      options.addHeader(headers[i], headers[i + 1]);
    }
    WebSocketClient client = preview.vertx.createWebSocketClient();
    return preview.onContext(() -> client.connect(options));
  }

  @Test
  void framesOnAnotherSiteNeedACookieThatIsSentThere() {
    try (PreviewFixture framed = new PreviewFixture(Duration.ofSeconds(5), tickets, "None")) {
      Answer sent = framed.get("demo", "/?bb_ticket=" + tickets.ticket("demo", OWNER));
      assertThat(sent.headers().get("Set-Cookie")).contains("; SameSite=None; Secure; Partitioned");
    }
  }

  @Test
  void theOwnerIsNeverTakenFromTheRequest() {
    preview.get("demo", "/", "X-User-ID", OWNER, "Authorization", "Bearer " + OWNER);
    assertThat(preview.visitors).containsExactly(Visitor.STRANGER);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Bearer bb_0123456789abcdefghijkl",
        "bearer  eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJiaGFyYXRidWlsZCIsInN1YiI6IngifQ.c2ln",
        "Basic dTpiYl8wMTIzNDU2Nzg5YWJjZGVmZ2hpamts"
      })
  void theApisTokensNeverReachAnApp(String authorization) {
    Answer shown =
        preview.get("public-demo", "/", "Authorization", authorization, "X-API-Key", "bb_x");
    assertThat(shown.status()).isEqualTo(200);
    assertThat(seen.poll()).doesNotContainIgnoringCase("authorization", "x-api-key");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Bearer eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJhbi1hcHAifQ.c2ln",
        "Basic dTpw",
        "Bearer x",
        "Digest username=\"a.b.c\""
      })
  void anAppsOwnCredentialsDo(String authorization) {
    preview.get("public-demo", "/", "Authorization", authorization);
    assertThat(seen.poll()).contains(authorization);
  }

  @Test
  void localServersNeedNone() {
    try (PreviewFixture local = new PreviewFixture(Duration.ofSeconds(5))) {
      local.app("demo", request -> request.response().end("hi"));
      assertThat(local.urls.opened("demo", "local", null)).doesNotContain("?");
      assertThat(local.get("demo", "/").status()).isEqualTo(200);
    }
  }
}

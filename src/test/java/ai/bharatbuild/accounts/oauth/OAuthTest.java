package ai.bharatbuild.accounts.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.accounts.AccountServer;
import ai.bharatbuild.accounts.AccountServer.Person;
import ai.bharatbuild.db.TestDatabase;
import ai.bharatbuild.it.TestServer;
import ai.bharatbuild.it.TestServer.Answer;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import no.nav.security.mock.oauth2.MockOAuth2Server;
import no.nav.security.mock.oauth2.token.DefaultOAuth2TokenCallback;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signing in with another service, over a real authorization server from end to end. */
class OAuthTest {
  @TempDir static Path base;
  private static final MockOAuth2Server SERVICE = new MockOAuth2Server();
  private static final Vertx VERTX = Vertx.vertx();
  private static volatile JsonObject githubUser;
  private static volatile JsonArray githubEmails;
  private static AccountServer server;

  @BeforeAll
  static void start() throws Exception {
    SERVICE.start();
    int github =
        TestDatabase.await(
                VERTX
                    .createHttpServer()
                    .requestHandler(
                        request -> {
                          boolean known =
                              request.headers().get("Authorization").startsWith("Bearer ey");
                          String answer =
                              request.path().equals("/user")
                                  ? githubUser.encode()
                                  : githubEmails.encode();
                          request.response().setStatusCode(known ? 200 : 401).end(answer);
                        })
                    .listen(0, "127.0.0.1"))
            .actualPort();
    Map<String, Object> settings = new HashMap<>();
    for (String name : List.of("google", "github")) {
      String key = name.toUpperCase(java.util.Locale.ROOT);
      settings.put(key + "_CLIENT_ID", "bharatbuild");
      settings.put(key + "_CLIENT_SECRET", "very-secret");
      settings.put(key + "_AUTHORIZE_URL", SERVICE.authorizationEndpointUrl(name).toString());
      settings.put(key + "_TOKEN_URL", SERVICE.tokenEndpointUrl(name).toString());
    }
    settings.put("GOOGLE_USER_URL", SERVICE.userInfoUrl("google").toString());
    settings.put("GITHUB_USER_URL", "http://127.0.0.1:" + github + "/user");
    server = AccountServer.start(base, settings);
  }

  @AfterAll
  static void stop() {
    server.close();
    SERVICE.shutdown();
    TestDatabase.await(VERTX.close());
  }

  /** What a browser has after it was told where to go. */
  private record Departure(String url, String cookie) {
    Map<String, String> query() {
      return parameters(URI.create(url));
    }
  }

  private static Map<String, String> parameters(URI uri) {
    Map<String, String> found = new HashMap<>();
    for (String pair : uri.getRawQuery().split("&")) {
      String[] parts = pair.split("=", 2);
      found.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
    }
    return found;
  }

  private static Departure depart(String provider) throws Exception {
    Answer answer = server.call(null, "GET", "/api/v1/auth/" + provider + "/url", null);
    assertThat(answer.status()).isEqualTo(200);
    String cookie = answer.header("Set-Cookie");
    assertThat(cookie)
        .startsWith("bb_oauth_" + provider + "=")
        .containsIgnoringCase("; httponly")
        .contains("SameSite=Lax", "Path=/api/v1/auth/" + provider);
    return new Departure(answer.json().getString("url"), cookie.substring(0, cookie.indexOf(';')));
  }

  /** Lets the service vouch for somebody, and gives the address that it sends the browser to. */
  private static URI vouch(Departure departure, String provider, Map<String, Object> claims)
      throws Exception {
    SERVICE.enqueueCallback(
        new DefaultOAuth2TokenCallback(
            provider, (String) claims.get("sub"), "JWT", List.of("bharatbuild"), claims, 3600));
    HttpResponse<Void> answer =
        server
            .server()
            .client()
            .send(
                HttpRequest.newBuilder(URI.create(asOpenId(departure.url()))).build(),
                BodyHandlers.discarding());
    assertThat(answer.statusCode()).isEqualTo(302);
    return URI.create(answer.headers().firstValue("Location").orElseThrow());
  }

  /** The server of the tests wants to be asked for that; GitHub does not know it. */
  private static String asOpenId(String url) {
    return url.replaceFirst("scope=[^&]*", "scope=openid");
  }

  private static Answer comeBack(URI callback, String cookie) throws Exception {
    URI own = server.server().uri(callback.getRawPath() + "?" + callback.getRawQuery());
    HttpRequest.Builder request = HttpRequest.newBuilder(own);
    if (cookie != null) {
      request.header("Cookie", cookie);
    }
    return new Answer(server.server().send(request.build(), BodyHandlers.ofByteArray()));
  }

  private static Map<String, Object> google(String subject, String email, boolean verified) {
    return Map.of(
        "sub", subject, "email", email, "email_verified", verified, "name", "Ada Lovelace");
  }

  private static Answer signIn(Map<String, Object> claims) throws Exception {
    Departure departure = depart("google");
    return comeBack(vouch(departure, "google", claims), departure.cookie());
  }

  @Test
  void somebodyNewGetsAnAccountAndTheSameOneNextTime() throws Exception {
    Answer first = signIn(google("g-1", "ada@example.org", true));
    assertThat(first.status()).as(first.text()).isEqualTo(200);
    assertThat(first.header("Cache-Control")).isEqualTo("no-store");
    JsonObject user = first.json().getJsonObject("user");
    assertThat(user.getString("email")).isEqualTo("ada@example.org");
    assertThat(user.getBoolean("email_verified")).isTrue();
    assertThat(user.getString("role")).isEqualTo("developer");
    String token = first.json().getString("access_token");
    assertThat(server.call(token, "GET", "/api/v1/auth/me", null).status()).isEqualTo(200);

    // Who somebody is depends on the service's name for them, not on their address.
    Answer again = signIn(google("g-1", "countess@example.org", true));
    assertThat(again.json().getJsonObject("user").getString("id")).isEqualTo(user.getString("id"));
    assertThat(server.login("ada@example.org", "anything").status()).isEqualTo(401);
  }

  @Test
  void whoComesBackIsInTheAuditLog() throws Exception {
    Answer in = signIn(google("g-audit", "audit@example.org", true));
    String id = in.json().getJsonObject("user").getString("id");
    Row line = noted(in);
    assertThat(line.getString("action")).isEqualTo("google_callback");
    assertThat(line.getString("outcome")).isEqualTo("ok");
    assertThat(line.getUUID("actor_id")).hasToString(id);

    Answer refused =
        comeBack(vouch(depart("google"), "google", google("g", "g@x.org", true)), null);
    assertThat(noted(refused).getString("outcome")).isEqualTo("refused");
    assertThat(noted(refused).getUUID("actor_id")).isNull();
    assertThat(noted(refused).getJsonObject("detail").getString("code")).isEqualTo("oauth_state");
  }

  private static Row noted(Answer answer) throws Exception {
    return TestServer.eventually(
            () ->
                server
                    .database()
                    .query(
                        "select * from audit_log where request_id = $1",
                        answer.header("X-Request-Id")),
            rows -> rows.size() == 1)
        .iterator()
        .next();
  }

  @Test
  void theServiceIsAskedWithAProofKeyAndSendsBackHere() throws Exception {
    Map<String, String> asked = depart("google").query();
    assertThat(asked)
        .containsEntry("response_type", "code")
        .containsEntry("client_id", "bharatbuild")
        .containsEntry("code_challenge_method", "S256")
        .containsEntry(
            "redirect_uri",
            "http://localhost:" + server.server().port() + "/api/v1/auth/google/callback");
    assertThat(asked.get("code_challenge")).matches("[A-Za-z0-9_-]{43}");
    assertThat(asked.get("state")).matches("[A-Za-z0-9_-]{43}");
    assertThat(depart("google").query().get("state")).isNotEqualTo(asked.get("state"));
  }

  @Test
  void aStateIsGoodOnceAndInItsOwnBrowserOnly() throws Exception {
    Departure mine = depart("google");
    Departure other = depart("google");
    URI callback = vouch(mine, "google", google("g-2", "grace@example.org", true));
    assertThat(comeBack(callback, null).code()).isEqualTo("oauth_state");
    assertThat(comeBack(callback, other.cookie()).code()).isEqualTo("oauth_state");
    assertThat(comeBack(callback, mine.cookie()).status()).isEqualTo(200);
    assertThat(comeBack(callback, mine.cookie()).code()).isEqualTo("oauth_state");
  }

  @Test
  void aStateOfOneServiceIsNoneOfAnother() throws Exception {
    Departure departure = depart("google");
    String state = departure.query().get("state");
    String cookie = departure.cookie().replace("google", "github");
    URI callback = URI.create("http://x/api/v1/auth/github/callback?code=x&state=" + state);
    assertThat(comeBack(callback, cookie).code()).isEqualTo("oauth_state");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "&code="})
  void withoutAGoodCodeNobodySignsIn(String code) throws Exception {
    Departure departure = depart("google");
    URI callback =
        URI.create(
            "http://x/api/v1/auth/google/callback?error=access_denied&state="
                + departure.query().get("state")
                + code);
    Answer answer = comeBack(callback, departure.cookie());
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo("oauth_denied");
  }

  /** Its proof key is another one, so that a code that was caught helps nobody. */
  @Test
  void theCodeOfAnotherSignInIsNotTaken() throws Exception {
    String caught = parameters(vouch(depart("github"), "github", Map.of("sub", "any"))).get("code");
    Departure mine = depart("github");
    URI callback =
        URI.create(
            "http://x/api/v1/auth/github/callback?state="
                + mine.query().get("state")
                + "&code="
                + caught);
    Answer answer = comeBack(callback, mine.cookie());
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo("oauth_failed");
    assertThat(answer.text()).doesNotContain("very-secret", caught);
  }

  /** No parameter of a request decides where a browser is sent. */
  @Test
  void nothingIsAnOpenRedirect() throws Exception {
    for (String name : List.of("redirect_uri", "redirect", "next", "return_to")) {
      Answer answer =
          server.call(null, "GET", "/api/v1/auth/google/url?" + name + "=https://evil.test", null);
      assertThat(answer.text()).doesNotContain("evil.test");
    }
    Departure departure = depart("google");
    URI callback = vouch(departure, "google", google("g-3", "r@example.org", true));
    URI evil = URI.create(callback + "&redirect_uri=https://evil.test&next=//evil.test");
    Answer answer = comeBack(evil, departure.cookie());
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Location")).isNull();
  }

  @Test
  void anAddressThatTheServiceHasNotVerifiedIsWorthNothing() throws Exception {
    assertThat(signIn(google("g-4", "unsure@example.org", false)).code())
        .isEqualTo("email_not_verified");
    assertThat(
            server
                .database()
                .query("select 1 from users where email = 'unsure@example.org'")
                .size())
        .isZero();
  }

  @Test
  void anExistingAccountIsLinkedOnlyWhenItsAddressIsVerifiedHereToo() throws Exception {
    Person person = server.person("developer");
    Map<String, Object> claims = google("g-5", person.email(), true);
    assertThat(signIn(claims).code()).isEqualTo("account_not_linked");
    server
        .database()
        .query(
            "update users set email_verified = true where id = $1", UUID.fromString(person.id()));
    Answer linked = signIn(claims);
    assertThat(linked.json().getJsonObject("user").getString("id")).isEqualTo(person.id());
    assertThat(signIn(google("g-6", person.email(), true)).code()).isEqualTo("account_not_linked");
  }

  @Test
  void theServersOwnLocalUserIsNobodysAccount() throws Exception {
    assertThat(signIn(google("g-7", "local@localhost", true)).code())
        .isEqualTo("account_not_linked");
  }

  @Test
  void githubIsAskedForTheAddressThatItVerified() throws Exception {
    githubUser =
        new JsonObject().put("id", 583231).put("login", "octo").put("email", "public@example.org");
    githubEmails =
        new JsonArray()
            .add(
                new JsonObject()
                    .put("email", "public@example.org")
                    .put("primary", false)
                    .put("verified", true))
            .add(
                new JsonObject()
                    .put("email", "octo@example.org")
                    .put("primary", true)
                    .put("verified", false));
    Departure departure = depart("github");
    Map<String, Object> claims = Map.of("sub", "any");
    Answer unsure = comeBack(vouch(departure, "github", claims), departure.cookie());
    assertThat(unsure.code()).isEqualTo("email_not_verified");

    githubEmails.getJsonObject(1).put("verified", true);
    departure = depart("github");
    Answer sure = comeBack(vouch(departure, "github", claims), departure.cookie());
    assertThat(sure.status()).as(sure.text()).isEqualTo(200);
    JsonObject user = sure.json().getJsonObject("user");
    assertThat(user.getString("email")).isEqualTo("octo@example.org");
    assertThat(user.getString("name")).isEqualTo("octo");
  }
}

package ai.bharatbuild.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.accounts.AccountServer.Person;
import ai.bharatbuild.it.TestServer.Answer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** People on a whole server with accounts and a real database. */
class AccountsTest {
  private static final String REFRESH = "/api/v1/auth/refresh";
  private static final String ME = "/api/v1/auth/me";

  @TempDir static Path base;
  private static AccountServer server;

  @BeforeAll
  static void start() throws Exception {
    server = AccountServer.start(base, Map.of());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void aStudentRegistersSignsInAndIsKnown() throws Exception {
    Person student = server.person("student");
    Answer me = server.get(student, ME);

    assertThat(me.status()).isEqualTo(200);
    assertThat(me.json().getString("roll_number")).isEqualTo("CS-17");
    assertThat(me.json().getBoolean("email_verified")).isFalse();
    assertThat(me.text()).doesNotContain("password").doesNotContain("$2a$");
    String stored =
        server
            .database()
            .query("select password_hash from users where email = $1", student.email())
            .iterator()
            .next()
            .getString(0);
    assertThat(stored).startsWith("$2a$12$");
  }

  @Test
  void aStudentHasToGiveTheDetails() throws Exception {
    JsonObject form = AccountServer.form(AccountServer.newEmail()).put("role", "student");
    form.remove("guide");
    form.remove("college");
    Answer answer = server.call(null, "POST", "/api/v1/auth/register", form);

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.json().getJsonArray("errors").encode()).contains("guide", "college");
  }

  @Test
  void nobodyMakesThemselvesAnAdministrator() throws Exception {
    JsonObject form = AccountServer.form(AccountServer.newEmail()).put("role", "admin");
    assertThat(server.call(null, "POST", "/api/v1/auth/register", form).status()).isEqualTo(422);

    Person founder = server.person("founder");
    Answer change =
        server.call(
            founder.token(),
            "PATCH",
            "/api/v1/admin/users/" + founder.id(),
            new JsonObject().put("role", "admin"));
    assertThat(change.status()).isEqualTo(403);
    assertThat(server.get(founder, ME).json().getString("role")).isEqualTo("founder");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Aa1-", "monsoon-42", "MONSOON-42", "Monsoon--", "Monsoon42", "Aa1-\u0007aaaa"})
  void aWeakPasswordIsRefused(String password) throws Exception {
    JsonObject form = AccountServer.form(AccountServer.newEmail()).put("password", password);

    assertThat(server.call(null, "POST", "/api/v1/auth/register", form).status()).isEqualTo(422);
  }

  @Test
  void anAddressHasOneAccount() throws Exception {
    Person person = server.person("developer");
    JsonObject form = AccountServer.form(person.email().toUpperCase(java.util.Locale.ROOT));
    Answer again = server.call(null, "POST", "/api/v1/auth/register", form);

    assertThat(again.status()).isEqualTo(400);
    assertThat(again.code()).isEqualTo("email_taken");
  }

  @Test
  void twoWhoRegisterTheSameAddressAtOnceGetOneAccount() throws Exception {
    JsonObject form = AccountServer.form(AccountServer.newEmail());
    List<Integer> statuses =
        together(4, () -> server.call(null, "POST", "/api/v1/auth/register", form).status());

    assertThat(statuses).containsExactlyInAnyOrder(201, 400, 400, 400);
  }

  @Test
  void anUnknownAddressIsAnsweredLikeAWrongPassword() throws Exception {
    Person person = server.person("developer");
    JsonObject wrong = server.login(person.email(), "Wrong-1234").json();
    JsonObject unknown = server.login(AccountServer.newEmail(), "Wrong-1234").json();
    wrong.remove("request_id");
    unknown.remove("request_id");

    assertThat(wrong.getInteger("status")).isEqualTo(401);
    assertThat(wrong.getString("detail")).isEqualTo("Incorrect email or password");
    assertThat(unknown).isEqualTo(wrong);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void tooManyAttemptsLockAnAccountThatExistsOrNot(boolean exists) throws Exception {
    String email = exists ? server.person("developer").email() : AccountServer.newEmail();
    List<Integer> statuses = new ArrayList<>();
    for (int i = 0; i < LoginLimit.PER_ACCOUNT; i++) {
      statuses.add(server.login(email, "Wrong-1234").status());
    }
    Answer locked = server.login(email.toUpperCase(java.util.Locale.ROOT), AccountServer.PASSWORD);

    assertThat(statuses).containsOnly(401);
    assertThat(locked.status()).isEqualTo(429);
    assertThat(Integer.parseInt(locked.header("Retry-After"))).isBetween(1, 15 * 60);
    server.database().query("delete from login_attempts");
  }

  @Test
  void attemptsAtTheSameTimeCountToo() throws Exception {
    String email = server.person("developer").email();
    List<Integer> statuses =
        together(LoginLimit.PER_ACCOUNT + 6, () -> server.login(email, "Wrong-1234").status());

    assertThat(statuses.stream().filter(status -> status == 429).count()).isEqualTo(6);
    server.database().query("delete from login_attempts");
  }

  @Test
  void aRefreshTokenIsGoodOnceAndACopyEndsTheSignIn() throws Exception {
    Person person = server.person("developer");
    Answer next = refresh(person.refreshToken());
    assertThat(next.status()).isEqualTo(200);
    String newest = next.json().getString("refresh_token");
    String access = next.json().getString("access_token");
    assertThat(server.call(access, "GET", ME, null).status()).isEqualTo(200);

    assertThat(refresh(person.refreshToken()).status()).isEqualTo(401);

    assertThat(refresh(newest).status()).isEqualTo(401);
    assertThat(server.call(access, "GET", ME, null).status()).isEqualTo(401);
    assertThat(server.get(person, ME).status()).isEqualTo(401);
  }

  @Test
  void aRefreshTokenUsedTwiceAtOnceIsACopy() throws Exception {
    Person person = server.person("developer");
    List<Answer> answers = together(4, () -> refresh(person.refreshToken()));
    List<Answer> good = answers.stream().filter(answer -> answer.status() == 200).toList();

    assertThat(good).hasSize(1);
    assertThat(refresh(good.getFirst().json().getString("refresh_token")).status()).isEqualTo(401);
  }

  @Test
  void signingOutEndsTheTokensAtOnceAndNoOtherSignIn() throws Exception {
    Person here = server.person("developer");
    Person elsewhere = server.signIn(here.email());
    assertThat(server.get(here, ME).status()).isEqualTo(200);

    assertThat(server.call(here.token(), "POST", "/api/v1/auth/logout", null).status())
        .isEqualTo(200);

    assertThat(server.get(here, ME).status()).isEqualTo(401);
    assertThat(refresh(here.refreshToken()).status()).isEqualTo(401);
    assertThat(server.get(elsewhere, ME).status()).isEqualTo(200);
  }

  @Test
  void anAdministratorChangesRolesAndEndsSignIns() throws Exception {
    Person admin = server.person("admin");
    Person person = server.person("developer");
    String path = "/api/v1/admin/users/" + person.id();
    assertThat(server.get(person, "/api/v1/admin/users").status()).isEqualTo(403);

    server.call(admin.token(), "PATCH", path, new JsonObject().put("role", "admin"));
    assertThat(server.get(person, "/api/v1/admin/users?limit=1").status()).isEqualTo(200);
    server.call(admin.token(), "PATCH", path, new JsonObject().put("role", "faculty"));
    assertThat(server.get(person, "/api/v1/admin/users").status()).isEqualTo(403);

    server.call(admin.token(), "PATCH", path, new JsonObject().put("is_active", false));
    assertThat(server.get(person, ME).status()).isEqualTo(401);
    assertThat(refresh(person.refreshToken()).status()).isEqualTo(401);
    assertThat(server.login(person.email(), AccountServer.PASSWORD).code())
        .isEqualTo("account_inactive");
    assertThat(server.login(person.email(), "Wrong-1234").status()).isEqualTo(401);
  }

  @Test
  void theLocalUserCannotBeChangedAndAnUnknownUserIs404() throws Exception {
    Person admin = server.person("admin");
    JsonObject change = new JsonObject().put("is_active", false);
    for (String id : List.of("00000000-0000-4000-8000-000000000001", UUID.randomUUID() + "", "x")) {
      Answer answer = server.call(admin.token(), "PATCH", "/api/v1/admin/users/" + id, change);
      assertThat(answer.status()).as(id).isEqualTo(404);
    }
  }

  @Test
  void forgedTokensAreRefused() throws Exception {
    Person person = server.person("developer");
    String[] parts = person.token().split("\\.");
    JsonObject claims = new JsonObject(new String(Base64.getUrlDecoder().decode(parts[1])));
    JsonObject header = new JsonObject(new String(Base64.getUrlDecoder().decode(parts[0])));
    assertThat(header.getString("kid")).isNotBlank();
    assertThat(header.getString("alg")).isEqualTo("HS256");

    String unsigned = part(new JsonObject().put("alg", "none").put("typ", "JWT"));
    String other =
        part(claims.copy().put("role", "admin").put("sub", UUID.randomUUID().toString()));
    for (String token :
        List.of(
            unsigned + "." + parts[1] + ".",
            unsigned + "." + parts[1] + "." + parts[2],
            parts[0] + "." + other + "." + parts[2],
            parts[0] + "." + parts[1] + "." + parts[2].substring(2),
            part(header.copy().put("kid", "../../x")) + "." + parts[1] + "." + parts[2],
            person.refreshToken(),
            "x".repeat(5000),
            "")) {
      assertThat(server.call(token, "GET", ME, null).status()).as(token).isEqualTo(401);
    }
    assertThat(server.get(person, ME).status()).isEqualTo(200);
  }

  @Test
  void whatACallerSaysOfItselfInHeadersIsNothing() throws Exception {
    var request =
        java.net.http.HttpRequest.newBuilder(server.server().uri("/api/v1/jobs"))
            .header("X-User-ID", "local")
            .build();

    assertThat(
            server
                .server()
                .send(request, java.net.http.HttpResponse.BodyHandlers.ofString())
                .statusCode())
        .isEqualTo(401);
  }

  @Test
  void noTokenIsKeptReadably() throws Exception {
    Person person = server.person("developer");
    for (String table : List.of("users", "sessions", "refresh_tokens", "login_attempts")) {
      String rows =
          server.database().query("select t::text from " + table + " t").stream()
              .map(row -> row.getString(0))
              .toList()
              .toString();
      assertThat(rows)
          .doesNotContain(person.token(), person.refreshToken(), AccountServer.PASSWORD);
    }
  }

  private static Answer refresh(String token) throws Exception {
    return server.call(null, "POST", REFRESH, new JsonObject().put("refresh_token", token));
  }

  private static String part(JsonObject json) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(json.encode().getBytes(StandardCharsets.UTF_8));
  }

  /** Does it several times at once. */
  private static <T> List<T> together(int times, Callable<T> task) throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(times)) {
      List<T> results = new ArrayList<>();
      for (Future<T> each : threads.invokeAll(java.util.Collections.nCopies(times, task))) {
        results.add(each.get());
      }
      return results;
    }
  }
}

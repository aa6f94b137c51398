package ai.bharatbuild.audit;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.accounts.AccountServer;
import ai.bharatbuild.accounts.AccountServer.Person;
import ai.bharatbuild.it.TestServer;
import ai.bharatbuild.it.TestServer.Answer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the audit log of a whole server says of calls: who, what, and whose. */
class AuditedCallsTest {
  private static final String AUTH = "/api/v1/auth/";

  @TempDir static Path base;
  private static AccountServer server;

  @BeforeAll
  static void start() throws Exception {
    server = AccountServer.start(base, Map.of("TRUSTED_PROXIES", "127.0.0.0/8"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** The lines of an answer's request that are there by now. */
  private static List<Row> now(Answer answer) {
    return server
        .database()
        .query(
            "select * from audit_log where request_id = $1 order by at",
            answer.header("X-Request-Id"))
        .stream()
        .toList();
  }

  private static Row line(Answer answer) throws Exception {
    return TestServer.eventually(() -> now(answer), lines -> !lines.isEmpty()).getFirst();
  }

  private static void assertLine(
      Answer answer, String action, String outcome, String actor, String target) throws Exception {
    Row line = line(answer);
    assertThat(line.getString("action")).isEqualTo(action);
    assertThat(line.getString("outcome")).isEqualTo(outcome);
    assertThat(line.getUUID("actor_id")).isEqualTo(actor == null ? null : UUID.fromString(actor));
    assertThat(line.getString("target")).isEqualTo(target);
    assertThat(line.getJsonObject("detail").getInteger("status")).isEqualTo(answer.status());
  }

  private static Answer refresh(String token) throws Exception {
    return server.call(
        null, "POST", AUTH + "refresh", new JsonObject().put("refresh_token", token));
  }

  @Test
  void whoseSignInSucceededOrFailedOrEndedForReuse() throws Exception {
    Person person = server.person("developer");
    String id = person.id();

    assertLine(server.login(person.email(), AccountServer.PASSWORD), "login", "ok", id, id);
    Answer wrong = server.login(person.email(), "Wrong-1234");
    assertLine(wrong, "login", "refused", null, id);
    assertThat(line(wrong).getJsonObject("detail").getString("code")).isEqualTo("unauthenticated");
    Person admin = server.person("admin");
    assertThat(
            server
                .get(admin, "/api/v1/admin/audit?action=login&outcome=refused&target=" + id)
                .json()
                .getInteger("total"))
        .isOne();
    Answer unknown = server.login("nobody-at-all@example.org", "Wrong-1234");
    assertLine(unknown, "login", "refused", null, AUTH + "login");
    assertLine(refresh(person.refreshToken()), "refresh", "ok", id, id);

    Answer reused = refresh(person.refreshToken());
    assertLine(reused, "refresh", "refused", null, id);
    JsonObject detail = line(reused).getJsonObject("detail");
    assertThat(detail.getString("reason")).isEqualTo("token_reuse");
    Row ended =
        server
            .database()
            .query(
                "select revoked_for, user_id from sessions where id = $1",
                UUID.fromString(detail.getString("session")))
            .iterator()
            .next();
    assertThat(ended.getString(0)).isEqualTo("reuse");
    assertThat(ended.getUUID(1)).hasToString(id);
  }

  @Test
  void whoRegisteredAndWhoseAddressWasTakenOrForgotTheirPassword() throws Exception {
    JsonObject form = AccountServer.form(AccountServer.newEmail());
    Answer made = server.call(null, "POST", AUTH + "register", form);
    String id = made.json().getString("id");

    assertLine(made, "register", "ok", id, id);
    Answer again = server.call(null, "POST", AUTH + "register", form);
    assertLine(again, "register", "refused", null, id);
    JsonObject address = new JsonObject().put("email", form.getString("email"));
    Answer forgot = server.call(null, "POST", AUTH + "forgot-password", address);
    assertLine(forgot, "forgot_password", "ok", null, id);
  }

  @Test
  void whoTookTheirDataAway() throws Exception {
    Person person = server.person("developer");

    Answer export = server.get(person, AUTH + "me/export");

    assertLine(export, "export_me", "ok", person.id(), person.id());
  }

  /** The line is there with the answer: a server that is killed then has not lost it. */
  @Test
  void whatAnAdministratorChangedIsWrittenWithTheChange() throws Exception {
    Person admin = server.person("admin");
    Person person = server.person("developer");
    JsonObject change = new JsonObject().put("role", "faculty").put("is_active", false);

    Answer done = server.call(admin.token(), "PATCH", "/api/v1/admin/users/" + person.id(), change);

    assertThat(done.status()).isEqualTo(200);
    assertThat(now(done)).hasSize(1);
    assertLine(done, "change_user", "ok", admin.id(), person.id());
    JsonObject detail = line(done).getJsonObject("detail");
    assertThat(detail.getString("role")).isEqualTo("faculty");
    assertThat(detail.getBoolean("is_active")).isFalse();

    Answer refused =
        server.call(admin.token(), "PATCH", "/api/v1/admin/users/" + UUID.randomUUID(), change);
    assertThat(line(refused).getString("outcome")).isEqualTo("refused");
    // Nothing comes later: each call has one line.
    server.get(admin, "/api/v1/admin/users");
    assertThat(now(done)).hasSize(1);
  }

  /** Otherwise nobody would know of it in the end. */
  @Test
  void withoutItsLineNoAccountIsChanged() throws Exception {
    Person admin = server.person("admin");
    Person person = server.person("developer");
    server
        .database()
        .query(
            "alter table audit_log add constraint full_up check (action <> 'change_user') not"
                + " valid");
    try {
      Answer answer =
          server.call(
              admin.token(),
              "PATCH",
              "/api/v1/admin/users/" + person.id(),
              new JsonObject().put("role", "admin"));
      assertThat(answer.status()).isEqualTo(500);
      assertThat(server.get(person, AUTH + "me").json().getString("role")).isEqualTo("developer");
    } finally {
      server.database().query("alter table audit_log drop constraint full_up");
    }
  }

  @Test
  void anOperatorsChangeIsNotedBeforeItBegins() throws Exception {
    Person admin = server.person("admin");

    Answer done = server.call(admin.token(), "POST", "/api/v1/jobs/admin/cleanup", null);

    assertThat(done.status()).isEqualTo(200);
    Row begun = now(done).getFirst();
    assertThat(begun.getString("action")).isEqualTo("clean_up_jobs.begun");
    assertThat(begun.getUUID("actor_id")).hasToString(admin.id());
    TestServer.eventually(() -> now(done), lines -> lines.size() == 2);
  }

  @Test
  void whoWasRefusedIsKnown() throws Exception {
    Person person = server.person("founder");

    Answer refused = server.get(person, "/api/v1/admin/users");

    assertLine(refused, "list_users", "refused", person.id(), "/api/v1/admin/users");
  }

  private static Answer withKey(String key, String address) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(server.server().uri("/api/v1/jobs"))
            .header("X-API-Key", key)
            .header("X-Forwarded-For", address)
            .build();
    return new Answer(server.server().send(request, BodyHandlers.ofByteArray()));
  }

  @Test
  void keysThatAreRefusedAreNoted() throws Exception {
    Person person = server.person("developer");
    JsonObject terms =
        new JsonObject().put("name", "k").put("allowed_ips", new JsonArray().add("192.0.2.0/24"));
    JsonObject made = server.call(person.token(), "POST", "/api/v1/api-keys", terms).json();
    String key = made.getString("key");
    assertThat(withKey(key, "192.0.2.9").status()).isEqualTo(200);

    Answer elsewhere = withKey(key, "198.51.100.1");
    assertThat(elsewhere.code()).isEqualTo("address_not_allowed");
    assertLine(elsewhere, "api_key.refused", "refused", null, made.getString("id"));
    Row line = line(elsewhere);
    assertThat(line.getUUID("api_key_id")).hasToString(made.getString("id"));
    assertThat(line.getJsonObject("detail").getMap())
        .containsEntry("code", "address_not_allowed")
        .containsEntry("owner", person.id())
        .containsEntry("operation", "listJobs");

    Answer unknown = withKey("bb_" + "x".repeat(43), "198.51.100.1");
    assertLine(unknown, "api_key.refused", "refused", null, "/api/v1/jobs");
    assertThat(line(unknown).getUUID("api_key_id")).isNull();
  }

  @Test
  void aFloodOfRefusedKeysDoesNotFillTheLog() throws Exception {
    String flood = "203.0.113.77";
    for (int i = 0; i < 5 * BoundedAudit.LINES; i++) {
      assertThat(withKey("bb_guess" + i, flood).status()).isEqualTo(401);
    }
    // A call of somebody else's is in the log later than all of those would be.
    line(withKey("bb_guess", "203.0.113.78"));

    assertThat(
            server
                .database()
                .query("select 1 from audit_log where address = $1::text::inet", flood)
                .size())
        .isEqualTo(BoundedAudit.LINES);
  }
}

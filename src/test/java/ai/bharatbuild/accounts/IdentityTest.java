package ai.bharatbuild.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.accounts.AccountServer.Person;
import ai.bharatbuild.db.TestDatabase;
import ai.bharatbuild.it.TestServer;
import ai.bharatbuild.it.TestServer.Answer;
import io.vertx.core.Vertx;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people do with their own accounts, on a whole server with a database and an outbox. */
class IdentityTest {
  private static final String AUTH = "/api/v1/auth/";
  private static final String FRESH = "Winter-4321";
  private static final Pattern LINK = Pattern.compile("/([a-z-]+)#token=([A-Za-z0-9_-]+)");

  @TempDir static Path base;
  private static AccountServer server;

  @BeforeAll
  static void start() throws Exception {
    server =
        AccountServer.start(
            base.resolve("jobs"), Map.of("DATA_PATH", base.resolve("data").toString()));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Answer post(String token, String path, Object... members) throws Exception {
    JsonObject body = new JsonObject();
    for (int i = 0; i < members.length; i += 2) {
      body.put((String) members[i], members[i + 1]);
    }
    return server.call(token, "POST", AUTH + path, body);
  }

  /** The tokens that were mailed to an address for a page, oldest first. */
  private static List<String> mailed(String email, String page) throws IOException {
    Path outbox = base.resolve("data/outbox");
    List<String> tokens = new ArrayList<>();
    if (!Files.exists(outbox)) {
      return tokens;
    }
    List<Path> files;
    try (Stream<Path> all = Files.list(outbox)) {
      files = all.filter(it -> it.toString().endsWith(".eml")).sorted().toList();
    }
    for (Path file : files) {
      String text =
          Files.readString(file).replace("=\r\n", "").replace("=\n", "").replace("=3D", "=");
      Matcher link = LINK.matcher(text);
      if (text.contains("To: " + email) && link.find() && link.group(1).equals(page)) {
        tokens.add(link.group(2));
      }
    }
    return tokens;
  }

  private static String awaitMail(String email, String page) throws Exception {
    return TestServer.eventually(() -> mailed(email, page), it -> !it.isEmpty()).getLast();
  }

  private static boolean verified(Person person) throws Exception {
    return server.get(person, AUTH + "me").json().getBoolean("email_verified");
  }

  /** Lets the next e-mail of a kind be sent at once. */
  private static void letAMinutePass(Person person) {
    server
        .database()
        .query(
            "update one_time_tokens set created_at = created_at - interval '2 minutes'"
                + " where user_id = $1",
            UUID.fromString(person.id()));
  }

  @Test
  void anAddressIsVerifiedByTheLinkThatIsSentThere() throws Exception {
    Person person = server.person("developer");
    String token = awaitMail(person.email(), "verify-email");
    assertThat(verified(person)).isFalse();
    assertThat(post(null, "verify-email", "token", token + "x").code()).isEqualTo("invalid_token");
    assertThat(post(null, "reset-password", "token", token, "new_password", FRESH).code())
        .isEqualTo("invalid_token");
    assertThat(post(null, "verify-email", "token", token).status()).isEqualTo(200);
    assertThat(verified(person)).isTrue();
    assertThat(post(null, "verify-email", "token", token).status()).isEqualTo(400);
    letAMinutePass(person);
    assertThat(post(null, "resend-verification", "email", person.email()).status()).isEqualTo(200);
    assertThat(mailed(person.email(), "verify-email")).hasSize(1);
  }

  @Test
  void aNewerLinkSpoilsTheOlderAndOneGoesAMinute() throws Exception {
    Person person = server.person("developer");
    String first = awaitMail(person.email(), "verify-email");
    post(null, "resend-verification", "email", person.email());
    letAMinutePass(person);
    post(null, "resend-verification", "email", person.email().toUpperCase());
    List<String> all =
        TestServer.eventually(() -> mailed(person.email(), "verify-email"), it -> it.size() >= 2);
    assertThat(all).hasSize(2);
    assertThat(post(null, "verify-email", "token", first).status()).isEqualTo(400);
    String second = all.stream().filter(it -> !it.equals(first)).findFirst().orElseThrow();
    assertThat(post(null, "verify-email", "token", second).status()).isEqualTo(200);
  }

  @Test
  void linksExpire() throws Exception {
    Person person = server.person("developer");
    String token = awaitMail(person.email(), "verify-email");
    server
        .database()
        .query(
            "update one_time_tokens set expires_at = now() where user_id = $1",
            UUID.fromString(person.id()));
    assertThat(post(null, "verify-email", "token", token).code()).isEqualTo("invalid_token");
  }

  @Test
  void aForgottenPasswordIsResetOnceAndEverySignInEnds() throws Exception {
    Person person = server.person("developer");
    Person elsewhere = server.signIn(person.email());
    post(null, "forgot-password", "email", person.email());
    String token = awaitMail(person.email(), "reset-password");
    assertThat(post(null, "reset-password", "token", token, "new_password", "weak").status())
        .isEqualTo(422);

    List<Integer> answers = new ArrayList<>();
    try (var threads = Executors.newFixedThreadPool(4)) {
      List<Callable<Integer>> attempts = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        String password = FRESH + i;
        attempts.add(
            () -> post(null, "reset-password", "token", token, "new_password", password).status());
      }
      for (Future<Integer> attempt : threads.invokeAll(attempts)) {
        answers.add(attempt.get());
      }
    }
    assertThat(answers).containsExactlyInAnyOrder(200, 400, 400, 400);
    assertThat(server.get(person, AUTH + "me").status()).isEqualTo(401);
    assertThat(server.get(elsewhere, AUTH + "me").status()).isEqualTo(401);
    assertThat(post(null, "refresh", "refresh_token", person.refreshToken()).status())
        .isEqualTo(401);
    assertThat(server.login(person.email(), AccountServer.PASSWORD).status()).isEqualTo(401);
    String right = FRESH + answers.indexOf(200);
    assertThat(server.login(person.email(), right).status()).isEqualTo(200);
    assertThat(post(null, "reset-password", "token", token, "new_password", FRESH).status())
        .isEqualTo(400);
  }

  /** In the original a hash of the header of any access token set anybody's password. */
  @Test
  void nothingThatSomebodyHasIsAResetToken() throws Exception {
    Person person = server.person("developer");
    post(null, "forgot-password", "email", person.email());
    awaitMail(person.email(), "reset-password");
    String header = person.token().split("\\.")[0];
    byte[] digest =
        MessageDigest.getInstance("SHA-256").digest(header.getBytes(StandardCharsets.UTF_8));
    String stored =
        HexFormat.of()
            .formatHex(
                server
                    .database()
                    .query(
                        "select token_hash from one_time_tokens where purpose = 'reset_password'"
                            + " and user_id = $1",
                        UUID.fromString(person.id()))
                    .iterator()
                    .next()
                    .getBuffer(0)
                    .getBytes());
    for (String guess :
        List.of(
            person.refreshToken(),
            header,
            HexFormat.of().formatHex(digest),
            Base64.getUrlEncoder().withoutPadding().encodeToString(digest),
            stored,
            Base64.getUrlEncoder().encodeToString(HexFormat.of().parseHex(stored)),
            person.id())) {
      assertThat(post(null, "reset-password", "token", guess, "new_password", FRESH).code())
          .isEqualTo("invalid_token");
    }
  }

  @Test
  void anUnknownAddressIsAnsweredLikeAKnownOne() throws Exception {
    Person person = server.person("developer");
    for (String path : List.of("forgot-password", "resend-verification")) {
      Answer known = post(null, path, "email", person.email());
      Answer unknown = post(null, path, "email", "nobody@example.org");
      assertThat(unknown.status()).isEqualTo(known.status()).isEqualTo(200);
      assertThat(unknown.text()).isEqualTo(known.text());
    }
    assertThat(mailed("nobody@example.org", "reset-password")).isEmpty();
  }

  @Test
  void aResetProvesTheAddressAndTakesAwayWhatSomebodyElsePrepared() throws Exception {
    Person squatter = server.person("developer");
    UUID id = UUID.fromString(squatter.id());
    server
        .database()
        .query(
            "insert into oauth_identities (provider, subject, user_id) values ('github', $1, $2)",
            "squatter-" + id,
            id);
    server
        .database()
        .query(
            "insert into api_keys (user_id, name, prefix, key_hash, secret_hash, scopes) values"
                + " ($1, 'mine', 'bb_mine', sha256($2::text::bytea), sha256('s'), '{jobs:read}')",
            id,
            squatter.id());
    post(null, "forgot-password", "email", squatter.email());
    String token = awaitMail(squatter.email(), "reset-password");
    assertThat(post(null, "reset-password", "token", token, "new_password", FRESH).status())
        .isEqualTo(200);
    assertThat(
            server.database().query("select 1 from oauth_identities where user_id = $1", id).size())
        .isZero();
    assertThat(
            server
                .database()
                .query("select status from api_keys where user_id = $1", id)
                .iterator()
                .next()
                .getString(0))
        .isEqualTo("revoked");
    assertThat(
            server
                .database()
                .query("select email_verified from users where id = $1", id)
                .iterator()
                .next()
                .getBoolean(0))
        .isTrue();
  }

  @Test
  void changingThePasswordNeedsTheOldOneAndEndsOtherSignIns() throws Exception {
    Person person = server.person("developer");
    Person elsewhere = server.signIn(person.email());
    Answer wrong =
        post(person.token(), "change-password", "current_password", "x", "new_password", FRESH);
    assertThat(wrong.status()).isEqualTo(401);
    assertThat(wrong.code()).isEqualTo("wrong_password");
    Answer right =
        post(
            person.token(),
            "change-password",
            "current_password",
            AccountServer.PASSWORD,
            "new_password",
            FRESH);
    assertThat(right.status()).isEqualTo(200);
    assertThat(server.get(person, AUTH + "me").status()).isEqualTo(200);
    assertThat(server.get(elsewhere, AUTH + "me").status()).isEqualTo(401);
    assertThat(server.login(person.email(), FRESH).status()).isEqualTo(200);
  }

  @Test
  void anAccountIsExportedWithoutSecretsAndDeletedWithAllItHas() throws Exception {
    Person person = server.person("student");
    Person other = server.person("student");
    awaitMail(person.email(), "verify-email");
    String job = "identity-" + UUID.randomUUID().toString().substring(0, 8);
    server.call(
        person.token(),
        "POST",
        "/api/v1/jobs/create",
        new JsonObject().put("project_name", "mine").put("job_id", job));
    keepSomething(person, job);

    Answer export = server.get(person, AUTH + "me/export");
    JsonObject tables = export.json().getJsonObject("tables");
    assertThat(tables.getJsonArray("users").getJsonObject(0).getString("email"))
        .isEqualTo(person.email());
    assertThat(tables.getJsonArray("sessions")).hasSize(1);
    assertThat(export.json().getJsonArray("workspaces").encode()).contains(job);
    assertThat(export.text()).doesNotContain("$2a$", "token_hash", other.email());

    Answer wrong = delete(person, new JsonObject().put("password", "wrong"));
    assertThat(wrong.code()).isEqualTo("wrong_password");
    server
        .database()
        .query(
            "update sessions set created_at = now() - interval '11 minutes' where user_id = $1",
            UUID.fromString(person.id()));
    assertThat(delete(person, null).code()).isEqualTo("reauthentication_required");
    Answer done = delete(person, new JsonObject().put("password", AccountServer.PASSWORD));
    assertThat(done.status()).isEqualTo(200);

    assertThat(server.get(person, AUTH + "me").status()).isEqualTo(401);
    assertThat(server.login(person.email(), AccountServer.PASSWORD).status()).isEqualTo(401);
    UUID id = UUID.fromString(person.id());
    assertThat(server.database().query("select 1 from users where id = $1", id).size()).isZero();
    assertThat(base.resolve("jobs").resolve(job)).doesNotExist();
    assertThat(kept()).isEmpty();
    assertThat(server.get(other, AUTH + "me").status()).isEqualTo(200);
  }

  /** A version of a job, one of a job that has expired, and a document. */
  private static void keepSomething(Person person, String job) throws Exception {
    String jobs = "/api/v1/jobs/" + job;
    server.call(
        person.token(),
        "POST",
        jobs + "/files",
        new JsonObject().put("path", "a.txt").put("content", "a"));
    server.call(person.token(), "POST", jobs + "/complete", null);
    assertThat(server.get(person, jobs + "/versions").json().getInteger("total")).isEqualTo(1);
    Path versions = objects().resolve("versions").resolve(person.id());
    Files.createDirectories(versions.resolve("long-gone"));
    Files.copy(
        versions.resolve(job).resolve("00000001.json"),
        versions.resolve("long-gone/00000001.json"));
    JsonObject project =
        server
            .call(
                person.token(),
                "POST",
                "/api/v1/projects",
                new JsonObject().put("title", "Mine").put("mode", "student"))
            .json();
    Answer document =
        server.call(
            person.token(),
            "POST",
            "/api/v1/projects/"
                + project.getString("id")
                + "/documents?type=srs&title=t&file_name=f.txt",
            new JsonObject());
    assertThat(document.status()).as(document.text()).isEqualTo(201);
    assertThat(kept()).hasSize(4);
  }

  private static Path objects() {
    return base.resolve("data/objects/objects");
  }

  private static List<Path> kept() throws Exception {
    try (Stream<Path> all = Files.walk(objects())) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  private static Answer delete(Person person, JsonObject body) throws Exception {
    return server.call(person.token(), "DELETE", AUTH + "me", body);
  }

  @Test
  void whatMustOutliveAnAccountDoesNotTellWhoseItWas() throws Exception {
    Person person = server.person("student");
    UUID id = UUID.fromString(person.id());
    TestDatabase database = server.database();
    database.query("create table kept_payments (user_id uuid references users, paise bigint)");
    database.query("create table notes (writer uuid references users on delete set null)");
    database.query("insert into kept_payments values ($1, 199900)", id);
    database.query("insert into notes values ($1)", id);

    assertThat(delete(person, null).status()).isEqualTo(200);

    assertThat(database.query("select paise from kept_payments where user_id = $1", id).size())
        .isOne();
    assertThat(database.query("select 1 from notes where writer is null").size()).isOne();
    assertThat(database.query("select 1 from sessions where user_id = $1", id).size()).isZero();
    String left =
        database
            .query("select to_jsonb(u)::text from users u where id = $1", id)
            .iterator()
            .next()
            .getString(0);
    assertThat(left).doesNotContain(person.email(), "Asha", "CS-17", "City College", "$2a$");
    database.query("drop table kept_payments, notes");
  }

  @Test
  void aTicketOpensOneWebSocketForItsOwner() throws Exception {
    Person person = server.person("developer");
    Answer made = server.call(person.token(), "POST", "/api/v1/ws/ticket", null);
    assertThat(made.status()).isEqualTo(200);
    String ticket = made.json().getString("ticket");
    String unused =
        server.call(person.token(), "POST", "/api/v1/ws/ticket", null).json().getString("ticket");
    Vertx vertx = Vertx.vertx();
    try {
      // There is no such workspace: 404 says that the caller is known, 401 that they are not.
      assertThat(terminal(vertx, "bb.v1")).isEqualTo(401);
      assertThat(terminal(vertx, "bb.v1", "bb-ticket." + ticket + "x")).isEqualTo(401);
      assertThat(terminal(vertx, "bb.v1", "bb-ticket." + ticket)).isEqualTo(404);
      assertThat(terminal(vertx, "bb.v1", "bb-ticket." + ticket)).isEqualTo(401);
      post(person.token(), "logout");
      assertThat(terminal(vertx, "bb.v1", "bb-ticket." + unused)).isEqualTo(401);
    } finally {
      TestDatabase.await(vertx.close());
    }
  }

  private static int terminal(Vertx vertx, String... protocols) {
    WebSocketConnectOptions options =
        new WebSocketConnectOptions()
            .setHost("127.0.0.1")
            .setPort(server.server().port())
            .setURI("/api/v1/containers/no-such-workspace/terminal")
            .setSubProtocols(List.of(protocols));
    return TestDatabase.await(
        vertx
            .createWebSocketClient()
            .connect(options)
            .map(101)
            .otherwise(e -> ((UpgradeRejectedException) e).getStatus()));
  }
}

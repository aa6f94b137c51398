package ai.bharatbuild.it;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.db.DatabaseAddress;
import ai.bharatbuild.db.TestDatabase;
import ai.bharatbuild.it.TestServer.Answer;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** The documented flow of a call with a key: key, limits, counters, request, row of usage. */
class ApiKeysIT {
  private static final String PASSWORD = "Correct-horse-7";
  @TempDir Path base;
  private final TestDatabase database = TestDatabase.create();
  private final ListAppender<ILoggingEvent> logs = new ListAppender<>();
  private final List<String> secrets = new ArrayList<>(List.of(PASSWORD));
  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    logs.start();
    root().addAppender(logs);
    server =
        TestServer.start(
            base,
            Map.of(
                "MODE",
                "accounts",
                "DATABASE_URL",
                database.url(),
                "RATE_TABLE",
                "login=100/min,register=100/min"));
  }

  @AfterEach
  void stop() {
    root().detachAppender(logs);
    server.close();
    database.close();
  }

  private static Logger root() {
    return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  }

  /** Faults of the original: the header signed nobody in, and only two routes were limited. */
  @Test
  void aKeySignsInWithinItsScopesAndLimitsAndItsUseIsTold() throws Exception {
    String token = signedIn("ann@example.org");
    JsonObject made =
        make(
            token,
            new JsonObject()
                .put("name", "build server")
                .put("scopes", new JsonArray().add("jobs:read").add("jobs:write"))
                .put("limits", new JsonObject().put("per_hour", 6)));
    String key = made.getString("key");
    Answer created =
        call("POST", "/api/v1/jobs/create", key, new JsonObject().put("project_name", "by key"));
    assertThat(created.status()).isEqualTo(201);
    assertThat(created.header("X-RateLimit-Limit")).isEqualTo("6");
    assertThat(created.header("X-RateLimit-Remaining")).isEqualTo("5");
    String job = created.json().getString("job_id");
    assertThat(call("GET", "/api/v1/jobs/" + job, key, null).status()).isEqualTo(200);
    // The owner sees the job, somebody else with a key does not.
    assertThat(bearer("GET", "/api/v1/jobs/" + job, token, null).status()).isEqualTo(200);
    String other =
        make(signedIn("ben@example.org"), new JsonObject().put("name", "k")).getString("key");
    assertThat(call("GET", "/api/v1/jobs/" + job, other, null).status()).isEqualTo(404);

    assertThat(call("GET", "/api/v1/containers", key, null).code()).isEqualTo("forbidden");
    assertThat(call("GET", "/api/v1/api-keys", key, null).code()).isEqualTo("forbidden");
    assertThat(call("GET", "/api/v1/jobs", key + "x", null).code()).isEqualTo("unauthenticated");
    for (int i = 0; i < 4; i++) {
      assertThat(call("GET", "/api/v1/jobs", key, null).status()).isEqualTo(200);
    }
    Answer limited = call("GET", "/api/v1/jobs", key, null);
    assertThat(limited.status()).isEqualTo(429);
    assertThat(limited.code()).isEqualTo("rate_limited");
    // One call is regained every ten minutes.
    assertThat(Integer.parseInt(limited.header("Retry-After"))).isBetween(500, 600);

    String id = made.getString("id");
    TestServer.eventually(() -> usage(token, id).size(), lines -> lines == 7);
    JsonObject line =
        (JsonObject)
            usage(token, id).stream()
                .filter(each -> ((JsonObject) each).getString("method").equals("POST"))
                .findFirst()
                .orElseThrow();
    assertThat(line.getString("endpoint")).isEqualTo("/api/v1/jobs/create");
    assertThat(line.getInteger("status")).isEqualTo(201);
    assertThat(line.getString("request_id")).isEqualTo(created.header("X-Request-Id"));
    JsonObject sums = bearer("GET", "/api/v1/usage?group_by=key", token, null).json();
    assertThat(sums.getJsonArray("usage").toString()).contains(id);
    assertThat(
            bearer("GET", "/api/v1/api-keys/" + id, token, null).json().getString("last_used_at"))
        .isNotNull();

    assertThat(bearer("DELETE", "/api/v1/api-keys/" + id, token, null).status()).isEqualTo(200);
    assertThat(call("GET", "/api/v1/jobs", key, null).code()).isEqualTo("unauthenticated");
  }

  @Test
  void aKeyForSomeModesMakesAndExecutesNoOthers() throws Exception {
    String token = signedIn("dee@example.org");
    String key =
        make(
                token,
                new JsonObject()
                    .put("name", "k")
                    .put("allowed_modes", new JsonArray().add("student")))
            .getString("key");
    JsonObject project = new JsonObject().put("title", "A project").put("mode", "developer");
    assertThat(call("POST", "/api/v1/projects", key, project).code()).isEqualTo("forbidden");
    assertThat(
            call("POST", "/api/v1/projects", key, project.copy().put("mode", "student")).status())
        .isEqualTo(201);
    String id = bearer("POST", "/api/v1/projects", token, project).json().getString("id");
    assertThat(call("POST", "/api/v1/projects/" + id + "/execute", key, new JsonObject()).code())
        .isEqualTo("forbidden");
  }

  @Test
  void whatHappenedIsNotedAndNoSecretIsInAnyTableOrLog() throws Exception {
    String token = signedIn("cal@example.org");
    bearer("POST", "/api/v1/auth/login", "", login("cal@example.org", "Wrong-password-1"));
    JsonObject made = make(token, new JsonObject().put("name", "k").put("require_secret", true));
    String key = made.getString("key");
    assertThat(call("GET", "/api/v1/jobs", key, null).status()).isEqualTo(401);
    Answer withSecret =
        send(
            HttpRequest.newBuilder(server.uri("/api/v1/jobs"))
                .header("X-API-Key", key)
                .header("X-API-Secret", made.getString("secret"))
                .build());
    assertThat(withSecret.status()).isEqualTo(200);
    assertThat(bearer("GET", "/api/v1/admin/audit", token, null).code()).isEqualTo("forbidden");
    Answer signedOut = bearer("POST", "/api/v1/auth/logout", token, new JsonObject());
    assertThat(signedOut.status()).isLessThan(300);

    sql("update users set role = 'admin' where email = 'cal@example.org'");
    String admin = signIn("cal@example.org");
    List<String> actions =
        TestServer.eventually(
            () -> actions(admin),
            found -> found.contains("logout") && found.contains("list_audit"));
    assertThat(actions).contains("register", "login", "api_key.created", "create_api_key");
    JsonObject one =
        bearer(
                "GET",
                "/api/v1/admin/audit?request_id=" + signedOut.header("X-Request-Id"),
                admin,
                null)
            .json()
            .getJsonArray("entries")
            .getJsonObject(0);
    assertThat(one.getString("action")).isEqualTo("logout");

    server.stop();
    for (String secret : secrets) {
      assertThat(everything()).doesNotContain(secret);
      assertThat(logged()).noneMatch(line -> line.contains(secret));
    }
  }

  private List<String> actions(String admin) throws Exception {
    return bearer("GET", "/api/v1/admin/audit?limit=100", admin, null)
        .json()
        .getJsonArray("entries")
        .stream()
        .map(entry -> ((JsonObject) entry).getString("action"))
        .toList();
  }

  private JsonArray usage(String token, String key) throws Exception {
    return bearer("GET", "/api/v1/usage/calls?limit=100&api_key_id=" + key, token, null)
        .json()
        .getJsonArray("calls");
  }

  private String signedIn(String email) throws Exception {
    JsonObject person = login(email, PASSWORD).put("name", "Somebody").put("role", "developer");
    Answer registered = bearer("POST", "/api/v1/auth/register", "", person);
    assertThat(registered.status()).as(registered.text()).isEqualTo(201);
    return signIn(email);
  }

  private String signIn(String email) throws Exception {
    Answer answer = bearer("POST", "/api/v1/auth/login", "", login(email, PASSWORD));
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    secrets.add(answer.json().getString("access_token"));
    secrets.add(answer.json().getString("refresh_token"));
    return answer.json().getString("access_token");
  }

  private static JsonObject login(String email, String password) {
    return new JsonObject().put("email", email).put("password", password);
  }

  private JsonObject make(String token, JsonObject terms) throws Exception {
    Answer answer = bearer("POST", "/api/v1/api-keys", token, terms);
    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    secrets.add(answer.json().getString("key"));
    secrets.add(answer.json().getString("secret"));
    return answer.json();
  }

  private Answer call(String method, String path, String key, JsonObject body) throws Exception {
    return send(request(method, path, body).header("X-API-Key", key).build());
  }

  private Answer bearer(String method, String path, String token, JsonObject body)
      throws Exception {
    HttpRequest.Builder request = request(method, path, body);
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    return send(request.build());
  }

  private HttpRequest.Builder request(String method, String path, JsonObject body) {
    return HttpRequest.newBuilder(server.uri(path))
        .header("Content-Type", "application/json")
        .method(
            method,
            body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.encode()));
  }

  private Answer send(HttpRequest request) throws Exception {
    return new Answer(server.send(request, BodyHandlers.ofByteArray()));
  }

  private List<String> logged() {
    return List.copyOf(logs.list).stream()
        .map(
            event ->
                event.getFormattedMessage()
                    + event.getKeyValuePairs()
                    + (event.getThrowableProxy() == null
                        ? ""
                        : ThrowableProxyUtil.asString(event.getThrowableProxy())))
        .toList();
  }

  /** Every row of every table. */
  private String everything() throws SQLException {
    StringBuilder all = new StringBuilder();
    try (Connection connection = connect();
        Statement names = connection.createStatement();
        ResultSet tables =
            names.executeQuery("select tablename from pg_tables where schemaname = 'public'")) {
      while (tables.next()) {
        try (Statement rows = connection.createStatement();
            ResultSet row =
                rows.executeQuery("select t::text from \"%s\" t".formatted(tables.getString(1)))) {
          while (row.next()) {
            all.append(row.getString(1)).append('\n');
          }
        }
      }
    }
    return all.toString();
  }

  private void sql(String statement) throws SQLException {
    try (Connection connection = connect();
        Statement change = connection.createStatement()) {
      change.execute(statement);
    }
  }

  private Connection connect() throws SQLException {
    DatabaseAddress address = database.address();
    return DriverManager.getConnection(address.jdbcUrl(), address.properties());
  }
}

package ai.bharatbuild.it;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.it.TestServer.Answer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server with accounts whose PostgreSQL is stopped, or answers nothing any more, for longer than
 * it takes until a sign-in, a key and a plan are asked for anew.
 */
class AccountsInOutageIT {
  private static final Duration OUTAGE = Duration.ofSeconds(45);

  /** A call that needs the database, which is given up by then, and the machine's own delays. */
  private static final Duration GIVEN_UP = Duration.ofSeconds(25);

  /**
   * A call that does not need it waits for it now and then: two seconds at most for whose call it
   * is, and as long for what the plan allows.
   */
  private static final Duration BRIEF = Duration.ofSeconds(6);

  @TempDir Path base;
  private DataServer postgres;
  private TestServer server;
  private String token;
  private String key;
  private String job;

  @BeforeEach
  void start() throws Exception {
    postgres = DataServer.postgres();
    server =
        TestServer.start(
            base,
            Map.of(
                "MODE",
                "accounts",
                "DATABASE_POOL_SIZE",
                2,
                "DATABASE_URL",
                "postgresql://postgres:test@127.0.0.1:%d/postgres".formatted(postgres.port()),
                "RATE_TABLE",
                "files=100000/min,read=100000/min,tier.plus=100000/min,login=100/min"));
    JsonObject person =
        new JsonObject()
            .put("email", "asha@example.org")
            .put("password", "Correct-horse-7")
            .put("name", "Asha")
            .put("role", "developer");
    assertThat(call("none", "", "POST", "/api/v1/auth/register", person).status()).isEqualTo(201);
    token =
        call("none", "", "POST", "/api/v1/auth/login", person.copy())
            .json()
            .getString("access_token");
    JsonObject terms =
        new JsonObject()
            .put("name", "ci")
            .put("scopes", new JsonArray().add("jobs:read").add("jobs:write"))
            .put("limits", new JsonObject().put("per_minute", 10_000).put("per_hour", 10_000));
    key = byToken("POST", "/api/v1/api-keys", terms).json().getString("key");
    job =
        byToken("POST", "/api/v1/jobs/create", new JsonObject().put("project_name", "outage"))
            .json()
            .getString("job_id");
  }

  @AfterEach
  void stop() throws Exception {
    try {
      server.closeAndClean();
    } finally {
      postgres.close();
    }
  }

  @Test
  void whileTheDatabaseIsStoppedTokensAndKeysGoOn() throws Exception {
    outage(postgres::stop, postgres::start);
  }

  @Test
  void whileTheDatabaseHangsTokensAndKeysGoOn() throws Exception {
    outage(postgres::pause, postgres::unpause);
  }

  private void outage(Runnable begin, Runnable end) throws Exception {
    writes();
    begin.run();
    long from = System.nanoTime();
    Thread needing = Thread.ofVirtual().start(this::needsTheDatabase);
    int written = 0;
    while (System.nanoTime() - from < OUTAGE.toNanos()) {
      writes();
      written++;
      Thread.sleep(100);
    }
    assertThat(written).isGreaterThan(100);
    assertThat(check()).isEqualTo("down");
    needing.join();
    assertThat(failure).isNull();
    end.run();
    // The first statements may meet a server that is just starting.
    TestServer.eventually(
        () -> {
          Answer answer = byToken("GET", "/api/v1/api-keys", null);
          assertThat(answer.status()).as(answer.text()).isIn(200, 503);
          return answer.status();
        },
        status -> status == 200);
    TestServer.eventually(this::check, "ok"::equals);
    theQueueGoesOn();
  }

  private volatile Throwable failure;

  private void needsTheDatabase() {
    try {
      for (int i = 0; i < 3; i++) {
        long begun = System.nanoTime();
        Answer answer = byToken("GET", "/api/v1/api-keys", null);
        assertThat(answer.status()).as(answer.text()).isEqualTo(503);
        assertThat(answer.code()).isEqualTo("unavailable");
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(GIVEN_UP);
      }
    } catch (Throwable e) {
      failure = e;
    }
  }

  private void writes() throws Exception {
    JsonObject file = new JsonObject().put("path", "a.txt").put("content", "hello");
    String path = "/api/v1/jobs/" + job + "/files";
    long begun = System.nanoTime();
    Answer signedIn = byToken("POST", path, file);
    assertThat(signedIn.status()).as(signedIn.text()).isEqualTo(200);
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).as("by token").isLessThan(BRIEF);
    begun = System.nanoTime();
    Answer withKey = call("X-API-Key", key, "POST", path, file);
    assertThat(withKey.status()).as(withKey.text()).isEqualTo(200);
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).as("by key").isLessThan(BRIEF);
  }

  /** A project whose job is empty, so that its task ends at once, without a sandbox. */
  private void theQueueGoesOn() throws Exception {
    JsonObject project = new JsonObject().put("title", "After it").put("mode", "developer");
    String id = byToken("POST", "/api/v1/projects", project).json().getString("id");
    byToken("POST", "/api/v1/projects/" + id + "/jobs", new JsonObject().put("job_id", job));
    JsonObject build = new JsonObject().put("install_command", "").put("build_command", "");
    String task =
        byToken("POST", "/api/v1/projects/" + id + "/execute", build).json().getString("task_id");
    TestServer.eventually(
        () -> byToken("GET", "/api/v1/tasks/" + task, null).json().getString("finished_at"),
        finished -> finished != null);
  }

  private String check() throws Exception {
    return call("none", "", "GET", "/health", null)
        .json()
        .getJsonObject("checks")
        .getJsonObject("database")
        .getString("status");
  }

  private Answer byToken(String method, String path, JsonObject body) throws Exception {
    return call("Authorization", "Bearer " + token, method, path, body);
  }

  private Answer call(String header, String value, String method, String path, JsonObject body)
      throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(server.uri(path))
            .header("Content-Type", "application/json")
            .header(header, value)
            .method(
                method,
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.encode()))
            .build();
    return new Answer(server.send(request, BodyHandlers.ofByteArray()));
  }
}

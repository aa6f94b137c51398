package ai.bharatbuild.it;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.it.TestServer.Answer;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.Driver;

/** A PostgreSQL 15 and a Redis of their own, stopped or paused while a server uses them. */
class DataOutageIT {
  @TempDir Path base;
  private DataServer postgres;
  private DataServer redis;
  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    postgres = DataServer.postgres();
    redis = DataServer.redis();
    server =
        TestServer.start(
            base,
            Map.of(
                "DATABASE_URL",
                "postgresql://postgres:test@127.0.0.1:%d/postgres".formatted(postgres.port()),
                "REDIS_URL",
                "redis://127.0.0.1:" + redis.port(),
                "RATE_LIMITS",
                "on",
                "RATE_TABLE",
                "jobs.create=3/day,read=1000000/min,files=100000/min,tier.partner=100000/min,address=1000000/min",
                "USAGE_CALLS",
                "all"));
  }

  @AfterEach
  void stop() throws Exception {
    try {
      server.closeAndClean();
    } finally {
      redis.close();
      postgres.close();
    }
  }

  @Test
  void withoutTheDatabaseJobsAndCommandsGoOnAndTheRestSaysSo() throws Exception {
    outage(postgres::stop, postgres::start);
  }

  /** Its processes stand still, and connections stay open. */
  @Test
  void whileTheDatabaseHangsJobsAndCommandsGoOnAndTheRestSaysSo() throws Exception {
    outage(postgres::pause, postgres::unpause);
  }

  private void outage(Runnable begin, Runnable end) throws Exception {
    TestServer.eventually(() -> server.get("/api/v1/api-keys").status(), status -> status == 200);
    String id = server.container("static");
    try (Events.Open running =
        server.open(
            id,
            new JsonObject()
                .put("command", "for i in 1 2 3 4 5 6 7 8 9 10; do echo $i; sleep 1; done"))) {
      begin.run();
      assertThat(server.get("/api/v1/api-keys").code()).isEqualTo("unavailable");
      assertThat(server.get("/api/v1/usage").status()).isEqualTo(503);
      JsonObject file = new JsonObject().put("path", "a.txt").put("content", "hello");
      assertThat(server.post("/api/v1/jobs/" + job() + "/files", file).status()).isEqualTo(200);
      assertThat(server.post("/api/v1/containers/" + id + "/files", file).status()).isEqualTo(200);
      assertThat(server.exec(id, "cat a.txt").stdout()).isEqualTo("hello");
      assertThat(running.toEnd().stdout()).isEqualTo("1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n");
      TestServer.eventually(() -> check("database"), "down"::equals);
      healthTellsNoAddress();
    }
    end.run();
    // Connections are accepted and broken off for a while before there is a database behind them.
    TestServer.eventually(
        () -> {
          Answer answer = server.get("/api/v1/api-keys");
          assertThat(answer.status()).as(answer.text()).isIn(200, 503);
          return answer.status();
        },
        status -> status == 200);
    TestServer.eventually(() -> check("database"), "ok"::equals);
    healthTellsNoAddress();
    // What was called meanwhile waited in memory and is written now.
    TestServer.eventually(this::refusalsNoted, count -> count >= 2);
  }

  /** Asked of the database itself: asking the server is a call that is noted, too. */
  private int refusalsNoted() throws Exception {
    Properties user = new Properties();
    user.put("user", "postgres");
    user.put("password", "test");
    String url = "jdbc:postgresql://127.0.0.1:%d/postgres".formatted(postgres.port());
    try (Connection connection = new Driver().connect(url, user);
        ResultSet rows =
            connection
                .createStatement()
                .executeQuery(
                    "select coalesce(sum(calls), 0) from usage_logs where status = 503")) {
      rows.next();
      return rows.getInt(1);
    }
  }

  @Test
  void withoutRedisLimitsStillHold() throws Exception {
    TestServer.eventually(() -> check("redis"), "ok"::equals);
    assertThat(created()).isEqualTo(3);
    redis.stop();
    assertThat(created()).isEqualTo(3);
    TestServer.eventually(() -> check("redis"), "degraded"::equals);
    healthTellsNoAddress();
    assertThat(created()).isZero();
    redis.start();
    TestServer.eventually(() -> check("redis"), "ok"::equals);
    assertThat(created()).isEqualTo(3);
  }

  /** Everybody may ask for it. */
  private void healthTellsNoAddress() throws Exception {
    assertThat(server.get("/health").text())
        .doesNotContain("127.0.0.1", "localhost")
        .doesNotContain(Integer.toString(postgres.port()), Integer.toString(redis.port()));
  }

  private String job() throws Exception {
    String id = TestServer.newId();
    JsonObject request = new JsonObject().put("project_name", "outage").put("job_id", id);
    assertThat(server.post("/api/v1/jobs/create", request).status()).isEqualTo(201);
    return id;
  }

  private int created() throws Exception {
    int created = 0;
    for (int i = 0; i < 5; i++) {
      Answer answer =
          server.post("/api/v1/jobs/create", new JsonObject().put("project_name", "limited"));
      if (answer.status() == 201) {
        created++;
      } else {
        assertThat(answer.code()).isEqualTo("rate_limited");
        assertThat(answer.header("Retry-After")).isNotNull();
      }
    }
    return created;
  }

  private String check(String name) throws Exception {
    return server
        .get("/health")
        .json()
        .getJsonObject("checks")
        .getJsonObject(name)
        .getString("status");
  }
}

package ai.bharatbuild.it;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What an operator sees and sets. */
class OperationsIT {
  @TempDir static Path base;
  private static TestServer server;
  private static String id;

  @BeforeAll
  static void start() throws Exception {
    server =
        TestServer.start(
            base,
            Map.of(
                "COMMAND_POLICY",
                "enforce",
                "STORAGE_ALERT_MB",
                1,
                "MAX_SANDBOXES",
                2,
                "CORS_ORIGINS",
                "http://friend.example"));
    id = server.container("python");
  }

  @AfterAll
  static void stop() throws Exception {
    server.closeAndClean();
  }

  @Test
  void anEnforcedRuleRefusesTheCommand() throws Exception {
    JsonObject command = new JsonObject().put("command", "rm -rf --no-preserve-root /");
    TestServer.Answer answer = server.post("/api/v1/containers/" + id + "/exec", command);

    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.code()).isEqualTo("command_blocked");
    assertThat(server.exec(id, "echo $(python3 -V 2>/dev/null) && echo fine").code()).isZero();
  }

  @Test
  void everyExecLeavesAnAuditLine() throws Exception {
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    Logger audit = (Logger) LoggerFactory.getLogger("audit");
    lines.start();
    audit.addAppender(lines);
    try {
      Events events = server.exec(id, "echo audited");
      ILoggingEvent line =
          lines.list.stream()
              .filter(
                  each ->
                      each.getKeyValuePairs().stream()
                          .anyMatch(pair -> events.execId().equals(pair.value)))
              .findFirst()
              .orElseThrow();
      assertThat(line.getKeyValuePairs().toString())
          .contains("echo audited")
          .contains("request_id")
          .contains("local")
          .contains(id);
    } finally {
      audit.detachAppender(lines);
    }
  }

  @Test
  void diskUseBeyondTheAlertLevelIsComplainedOf() throws Exception {
    String job = TestServer.newId();
    server.post(
        "/api/v1/jobs/create", new JsonObject().put("project_name", "big").put("job_id", job));
    server.put("/api/v1/jobs/" + job + "/raw/big", new byte[2 << 20]);

    JsonObject storage =
        TestServer.eventually(
            () -> server.get("/health").json().getJsonObject("checks").getJsonObject("storage"),
            check -> check.getString("status").equals("degraded"));
    assertThat(storage.getString("detail")).contains("alert level");
    String metrics =
        server
            .client()
            .send(
                HttpRequest.newBuilder(
                        URI.create(
                            "http://127.0.0.1:" + server.server().metricsPort() + "/metrics"))
                    .build(),
                BodyHandlers.ofString())
            .body();
    assertThat(metrics)
        .contains("bharatbuild_jobs_disk_bytes")
        .contains("bharatbuild_jobs_project_bytes")
        .contains("vertx_http_server_requests")
        .contains("jvm_memory_used_bytes")
        .doesNotContain(job);
  }

  @Test
  void aCallerHasOnlySoManyContainers() throws Exception {
    String second = server.container("static");
    TestServer.Answer third =
        server.post(
            "/api/v1/containers/" + TestServer.newId() + "/create",
            new JsonObject().put("project_type", "static"));

    assertThat(third.status()).isEqualTo(429);
    assertThat(third.code()).isEqualTo("rate_limited");
    assertThat(third.header("Retry-After")).isNotBlank();
    server.delete("/api/v1/containers/" + second + "?delete_files=true");
    String again = server.container("static");
    server.delete("/api/v1/containers/" + again + "?delete_files=true");
  }
}

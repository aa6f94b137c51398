package ai.bharatbuild.bench;

import ai.bharatbuild.json.Json;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * A call with an API key, whose five limits are counted and whose row of usage is written, beside
 * the same call on a server in local mode, which asks nobody who they are and counts nothing.
 */
final class ApiKeyCall implements Bench.Benchmark {
  private static final int CONNECTIONS = 1;
  private static final Duration WARM_UP = Duration.ofSeconds(6);
  private static final Duration ROUND = Duration.ofSeconds(2);
  private static final String CALL = "GET /api/v1/jobs HTTP/1.1\r\nHost: localhost\r\n";
  private static final String BESIDE = "the same call in local mode, one connection";
  private static final double GOAL_MS = 0.3;

  @Override
  public void run(Workbench bench) throws Exception {
    Path base = bench.tmpfs();
    ServerProcess open =
        bench.server(
            Files.createDirectory(base.resolve("open")),
            Map.of("MODE", "local", "DATABASE_URL", "off"));
    ServerProcess guarded =
        bench.server(
            Files.createDirectory(base.resolve("guarded")),
            Map.of("MODE", "accounts", "RATE_TABLE", "read=50000000/min,address=50000000/min"));
    Buffer bare = Buffer.buffer(CALL + "\r\n");
    Buffer keyed = Buffer.buffer(CALL + "X-API-Key: " + key(guarded.port()) + "\r\n\r\n");
    Rounds p50 = new Rounds();
    Rounds p99 = new Rounds();
    Rounds bareP50 = new Rounds();
    Rounds bareP99 = new Rounds();
    Rounds added = new Rounds();
    try (LoadClient toOpen = new LoadClient(open.port());
        LoadClient toGuarded = new LoadClient(guarded.port())) {
      toOpen.run(CONNECTIONS, WARM_UP, connection -> bare);
      toGuarded.run(CONNECTIONS, WARM_UP, connection -> keyed);
      for (int round = 0; round < bench.rounds; round++) {
        LoadClient.Result without = toOpen.run(CONNECTIONS, ROUND, connection -> bare);
        LoadClient.Result with = toGuarded.run(CONNECTIONS, ROUND, connection -> keyed);
        p50.add(with.milliseconds(50));
        p99.add(with.milliseconds(99));
        bareP50.add(without.milliseconds(50));
        bareP99.add(without.milliseconds(99));
        added.add(with.milliseconds(50) - without.milliseconds(50));
      }
    }
    bench.report(Figure.paired(bench.name + ".p50", p50, "ms", BESIDE, bareP50, Goal.NONE));
    bench.report(Figure.paired(bench.name + ".p99", p99, "ms", BESIDE, bareP99, Goal.NONE));
    bench.report(
        Figure.paired(
            bench.name + ".added-p50", added, "ms", BESIDE, bareP50, Goal.below(GOAL_MS)));
  }

  /** Registers somebody and makes a key whose own limits do not get in the way. */
  private static String key(int port) throws IOException, InterruptedException {
    String password = "Bench-mark-1!";
    Map<String, Object> person =
        Map.of(
            "email",
            "bench@example.org",
            "password",
            password,
            "name",
            "Bench",
            "role",
            "developer");
    send(port, "/api/v1/auth/register", person, "");
    JsonNode login =
        send(
            port,
            "/api/v1/auth/login",
            Map.of("email", "bench@example.org", "password", password),
            "");
    Map<String, Object> terms =
        Map.of(
            "name",
            "bench",
            "limits",
            Map.of("per_minute", 1_000_000, "per_hour", 10_000_000, "per_day", 100_000_000));
    return send(port, "/api/v1/api-keys", terms, "Bearer " + login.get("access_token").asText())
        .get("key")
        .asText();
  }

  private static JsonNode send(int port, String path, Object body, String authorization)
      throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
              .header("Content-Type", "application/json")
              .POST(BodyPublishers.ofString(Json.encode(body).toString()));
      if (!authorization.isEmpty()) {
        request.header("Authorization", authorization);
      }
      HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
      if (answer.statusCode() >= 300) {
        throw new BenchFailure(path + " answered " + answer.statusCode() + ": " + answer.body());
      }
      return Json.MAPPER.readTree(answer.body());
    }
  }
}

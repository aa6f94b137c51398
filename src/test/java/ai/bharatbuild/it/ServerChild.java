package ai.bharatbuild.it;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The server in a process of its own, which can be killed. */
public final class ServerChild {
  private static final Pattern READY = Pattern.compile("ready on http://127\\.0\\.0\\.1:(\\d+)");

  private final Process process;
  private final int port;
  private final HttpClient client;

  private ServerChild(Process process, int port, HttpClient client) {
    this.process = process;
    this.port = port;
    this.client = client;
  }

  /**
   * Returns when the server is ready; its log goes to that file.
   *
   * @param settings by their names in the environment
   */
  public static ServerChild start(
      HttpClient client, Path base, Path log, Map<String, String> settings) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            "ai.bharatbuild.Main");
    builder.environment().put("PORT", "0");
    builder.environment().put("METRICS_PORT", "-1");
    builder.environment().put("JOBS_BASE_PATH", base.toString());
    builder.environment().put("SANDBOX_NETWORK", "bharatbuild-test");
    builder.environment().put("DATABASE_URL", "off");
    builder.environment().putAll(settings);
    Process process =
        builder
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.to(log.toFile()))
            .start();
    String text =
        TestServer.eventually(
            () -> Files.readString(log), now -> READY.matcher(now).find() || !process.isAlive());
    Matcher ready = READY.matcher(text);
    if (!ready.find()) {
      throw new AssertionError("the server did not start: " + text);
    }
    return new ServerChild(process, Integer.parseInt(ready.group(1)), client);
  }

  /** SIGKILL; returns when the process is gone. */
  public void kill() throws InterruptedException {
    process.destroyForcibly();
    if (!process.waitFor(20, TimeUnit.SECONDS)) {
      throw new AssertionError("the server outlives SIGKILL");
    }
  }

  /** SIGTERM, so that it puts away what it keeps prepared; returns when the process is gone. */
  public void stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("the server does not stop");
    }
  }

  public JsonObject post(String path, JsonObject body) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(uri(path)).POST(BodyPublishers.ofString(body.encode())));
  }

  /** A request to be sent by the caller. */
  public HttpRequest request(String path, JsonObject body) {
    return HttpRequest.newBuilder(uri(path)).POST(BodyPublishers.ofString(body.encode())).build();
  }

  public JsonObject get(String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(uri(path)));
  }

  public JsonObject delete(String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(uri(path)).DELETE());
  }

  private JsonObject send(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
    if (response.statusCode() / 100 != 2) {
      throw new AssertionError(response.statusCode() + " " + response.body());
    }
    return response.body().isEmpty() ? new JsonObject() : new JsonObject(response.body());
  }

  /** Follows the events at that path after one of them. */
  public Events.Open follow(String path, long lastEventId)
      throws IOException, InterruptedException {
    var response =
        client.send(
            HttpRequest.newBuilder(uri(path))
                .header("Last-Event-ID", Long.toString(lastEventId))
                .build(),
            BodyHandlers.ofInputStream());
    if (response.statusCode() != 200) {
      throw new AssertionError(List.of(response.statusCode(), path).toString());
    }
    return new Events.Open(response);
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }
}

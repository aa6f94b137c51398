package ai.bharatbuild.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.it.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The whole server without an engine, over a directory of the test's own, and the jobs API's calls.
 */
final class JobServer implements AutoCloseable {
  static final int MAX_FILE = 1 << 20;
  static final int MAX_PROJECT = 5 << 20;
  private final TestServer server;

  JobServer(Path base) throws Exception {
    this(base, Map.of());
  }

  JobServer(Path base, Map<String, Object> more) throws Exception {
    Map<String, Object> settings = new HashMap<>();
    settings.put("DOCKER_SOCKET", base.resolveSibling("no-engine.sock").toString());
    settings.put("MAX_FILE_SIZE_MB", 1);
    settings.put("MAX_PROJECT_SIZE_MB", 5);
    settings.putAll(more);
    server = TestServer.start(base, settings);
  }

  TestServer server() {
    return server;
  }

  /** A request to a path below {@code /api/v1/jobs}, sent as it is written. */
  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(server.uri("/api/v1/jobs" + path).toString()));
  }

  HttpResponse<byte[]> bytes(HttpRequest.Builder request) throws Exception {
    return server.send(request.build(), BodyHandlers.ofByteArray());
  }

  Reply send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return new Reply(server.send(request.build(), BodyHandlers.ofString()));
  }

  Reply get(String path) throws Exception {
    return send(request(path).GET());
  }

  Reply delete(String path) throws Exception {
    return send(request(path).DELETE());
  }

  Reply post(String path, Object json) throws Exception {
    BodyPublisher body =
        json == null ? BodyPublishers.noBody() : BodyPublishers.ofString(json.toString());
    return send(request(path).header("Content-Type", "application/json").POST(body));
  }

  Reply put(String path, byte[] bytes) throws Exception {
    return send(request(path).PUT(BodyPublishers.ofByteArray(bytes)));
  }

  /** What the job says it has; its size is told in MB, to six places. */
  void assertCounts(String id, int files, double bytes) throws Exception {
    JsonObject job = get("/" + id).json();
    assertThat(job.getInteger("files_count")).isEqualTo(files);
    assertThat(job.getDouble("total_size_mb")).isEqualTo(Math.round(bytes / (1 << 20) * 1e6) / 1e6);
  }

  String create(String id) throws Exception {
    Reply reply = tryCreate(id);
    if (reply.status() != 201) {
      throw new AssertionError(reply.body());
    }
    return id;
  }

  Reply tryCreate(String id) throws Exception {
    return post("/create", new JsonObject().put("project_name", "app").put("job_id", id));
  }

  Reply write(String id, String path, String content) throws Exception {
    return post("/" + id + "/files", file(path, content));
  }

  static JsonObject file(String path, String content) {
    return new JsonObject().put("path", path).put("content", content);
  }

  static JsonArray batch(JsonObject... files) {
    return new JsonArray(List.of((Object[]) files));
  }

  static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  @Override
  public void close() {
    server.close();
  }

  /** An answer whose body is JSON. */
  record Reply(HttpResponse<String> response) {
    int status() {
      return response.statusCode();
    }

    String body() {
      return response.body();
    }

    JsonObject json() {
      return new JsonObject(body());
    }

    String code() {
      return json().getString("code");
    }

    String header(String name) {
      return response.headers().firstValue(name).orElse(null);
    }

    List<String> paths() {
      return json().getJsonArray("files").stream()
          .map(file -> ((JsonObject) file).getString("path"))
          .toList();
    }
  }
}

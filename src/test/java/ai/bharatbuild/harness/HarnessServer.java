package ai.bharatbuild.harness;

import ai.bharatbuild.it.Events;
import ai.bharatbuild.it.ServerChild;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Map;

/** The server that is tried, in a process of its own, which can be killed and started again. */
final class HarnessServer {
  /** Runs that work at once. */
  static final int AT_ONCE = 4;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final Path base;
  private final Map<String, String> settings;
  private int starts;
  private volatile ServerChild child;

  HarnessServer(Path base, String model) throws Exception {
    this.base = base;
    this.settings =
        Map.of(
            "MODEL_PROVIDER",
            "anthropic",
            "ANTHROPIC_API_KEY",
            "scripted",
            "ANTHROPIC_BASE_URL",
            model,
            "RUNS_CONCURRENT",
            Integer.toString(AT_ONCE));
    start();
  }

  private void start() throws Exception {
    Path log = base.resolve("server-" + ++starts + ".log");
    child = ServerChild.start(client, base.resolve("jobs"), log, settings);
  }

  /** Kills it without a word, and starts another one on the same files. */
  void killAndStart() throws Exception {
    child.kill();
    start();
  }

  JsonObject post(String path, JsonObject body) throws IOException, InterruptedException {
    return child.post(path, body);
  }

  JsonObject get(String path) throws IOException, InterruptedException {
    return child.get(path);
  }

  /** Makes a job with these files; gives its id. */
  String job(String name, Map<String, String> files) throws IOException, InterruptedException {
    JsonObject job = child.post("/api/v1/jobs/create", new JsonObject().put("project_name", name));
    String id = job.getString("job_id");
    JsonArray batch = new JsonArray();
    files.forEach(
        (path, text) -> batch.add(new JsonObject().put("path", path).put("content", text)));
    child.post("/api/v1/jobs/" + id + "/files/batch", new JsonObject().put("files", batch));
    return id;
  }

  /** A file of a job; null where it has none. */
  String file(String job, String path) throws IOException, InterruptedException {
    HttpRequest request = child.request("/api/v1/jobs/" + job + "/raw/" + path, new JsonObject());
    var response =
        client.send(HttpRequest.newBuilder(request.uri()).GET().build(), BodyHandlers.ofString());
    return response.statusCode() == 200 ? response.body() : null;
  }

  Events.Open follow(String path, long lastEventId) throws IOException, InterruptedException {
    return child.follow(path, lastEventId);
  }

  /** Removes a job with its sandbox; what cannot be removed is left. */
  void remove(String job) throws InterruptedException {
    for (String path : new String[] {"/api/v1/containers/" + job, "/api/v1/jobs/" + job}) {
      try {
        child.delete(path);
      } catch (IOException | AssertionError e) {
        // There may be none.
      }
    }
  }

  /** Stops it, so that it puts away what it keeps prepared. */
  void stop() throws InterruptedException {
    child.stop();
    client.close();
  }
}

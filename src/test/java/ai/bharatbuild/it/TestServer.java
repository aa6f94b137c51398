package ai.bharatbuild.it;

import ai.bharatbuild.Server;
import ai.bharatbuild.config.SettingsLoader;
import ai.bharatbuild.contract.ApiContract;
import ai.bharatbuild.events.DomainEvent;
import ai.bharatbuild.events.Heard;
import ai.bharatbuild.files.VolumeMounts;
import ai.bharatbuild.telemetry.Metrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A whole server on a free port, with its own directory and sandbox network, and a client for it.
 */
public final class TestServer implements AutoCloseable {
  private static final AtomicInteger IDS = new AtomicInteger();
  private static final long PATIENCE_SECONDS = 40;

  /** Between two looks, so that what is waited for has the processor. */
  private static final long PAUSE_MILLIS = 5;

  private static final String NETWORK = "bharatbuild-test";

  private final Vertx vertx;
  private final Server server;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final Path base;

  private TestServer(Vertx vertx, Path base, Server server) {
    this.vertx = vertx;
    this.base = base;
    this.server = server;
  }

  /**
   * Starts a server whose settings are the defaults and those given, by their environment names. No
   * sandboxes wait, and there is no database, unless that is asked for.
   */
  public static TestServer start(Path base, Map<String, Object> settings) throws Exception {
    JsonObject values =
        new JsonObject()
            .put("PORT", 0)
            .put("METRICS_PORT", 0)
            .put("JOBS_BASE_PATH", base.toString())
            .put("SANDBOX_NETWORK", NETWORK)
            .put("DATABASE_URL", "off")
            .put("WARM_POOL_MAX", 0);
    if (System.getenv("SANDBOX_IMAGE_PREFIX") != null) {
      values.put("SANDBOX_IMAGE_PREFIX", System.getenv("SANDBOX_IMAGE_PREFIX"));
    }
    settings.forEach(values::put);
    Metrics metrics = new Metrics();
    Vertx vertx = metrics.install(Vertx.builder()).build();
    try {
      return new TestServer(
          vertx, base, await(Server.start(vertx, metrics, SettingsLoader.of(values))));
    } catch (Exception e) {
      await(vertx.close());
      throw e;
    }
  }

  /** A workspace id that no other test of this run uses. */
  public static String newId() {
    return "it-" + ProcessHandle.current().pid() + "-" + IDS.incrementAndGet();
  }

  public int port() {
    return server.port();
  }

  /** The name that the engine knows the sandboxes' network by. */
  public String network() {
    return NETWORK + "-" + server.id();
  }

  public Server server() {
    return server;
  }

  /** Hears what happens in the server from now on. */
  public Heard<DomainEvent> hear() {
    Heard<DomainEvent> heard = new Heard<>();
    vertx
        .eventBus()
        .<DomainEvent>localConsumer(DomainEvent.TOPIC.name(), message -> heard.add(message.body()));
    return heard;
  }

  /** A client for what is not the API. */
  public HttpClient client() {
    return client;
  }

  public URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port() + path);
  }

  public Answer get(String path) throws Exception {
    return send("GET", path, BodyPublishers.noBody());
  }

  public Answer delete(String path) throws Exception {
    return send("DELETE", path, BodyPublishers.noBody());
  }

  public Answer post(String path) throws Exception {
    return send("POST", path, BodyPublishers.noBody());
  }

  public Answer post(String path, JsonObject body) throws Exception {
    return send("POST", path, BodyPublishers.ofString(body.encode()));
  }

  public Answer post(String path, JsonArray body) throws Exception {
    return send("POST", path, BodyPublishers.ofString(body.encode()));
  }

  public Answer put(String path, byte[] body) throws Exception {
    return send("PUT", path, BodyPublishers.ofByteArray(body));
  }

  public Answer send(String method, String path, BodyPublisher body) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(uri(path)).method(method, body).build();
    return new Answer(send(request, BodyHandlers.ofByteArray()));
  }

  /** Sends a request to the API and sees that the answer is as the contract says. */
  public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> body)
      throws IOException, InterruptedException {
    return ApiContract.ofServer().check(client.send(request, body));
  }

  /** Creates a container of a type, whose limits are raised so that tests are not slowed down. */
  public String container(String type) throws Exception {
    return container(type, new JsonObject().put("cpu_limit", 2.0).put("memory_limit", "1g"));
  }

  public String container(String type, JsonObject config) throws Exception {
    String id = newId();
    Answer answer =
        post(
            "/api/v1/containers/" + id + "/create",
            new JsonObject().put("project_type", type).put("config", config));
    if (answer.status() != 201) {
      throw new AssertionError("container not created: " + answer.text());
    }
    return id;
  }

  /** Runs a command to its end and gives its events. */
  public Events exec(String id, String command) throws Exception {
    return exec(id, new JsonObject().put("command", command));
  }

  public Events exec(String id, JsonObject request) throws Exception {
    try (Events.Open open = open(id, request)) {
      return open.toEnd();
    }
  }

  /** Starts a command and gives its stream, still open. */
  public Events.Open open(String id, JsonObject request) throws Exception {
    HttpRequest post =
        HttpRequest.newBuilder(uri("/api/v1/containers/" + id + "/exec"))
            .POST(BodyPublishers.ofString(request.encode()))
            .build();
    return stream(post);
  }

  /** Follows an exec after an event. */
  public Events.Open follow(String id, String execId, long lastEventId) throws Exception {
    return stream(
        HttpRequest.newBuilder(uri("/api/v1/containers/" + id + "/execs/" + execId + "/events"))
            .header("Last-Event-ID", Long.toString(lastEventId))
            .build());
  }

  public Events.Open stream(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<InputStream> response = send(request, BodyHandlers.ofInputStream());
    if (response.statusCode() != 200) {
      throw new AssertionError(
          response.statusCode() + " " + new String(response.body().readAllBytes()));
    }
    return new Events.Open(response);
  }

  /** Starts a detached command and gives its id. */
  public String detach(String id, JsonObject request) throws Exception {
    Answer answer = post("/api/v1/containers/" + id + "/exec", request.copy().put("detach", true));
    if (answer.status() != 202) {
      throw new AssertionError("not detached: " + answer.text());
    }
    return answer.json().getString("exec_id");
  }

  /** Asks again and again until the answer is as wanted; fails after 40 seconds. */
  public static <T> T eventually(Callable<T> ask, java.util.function.Predicate<T> wanted)
      throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    T last;
    do {
      last = ask.call();
      if (wanted.test(last)) {
        return last;
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    } while (System.nanoTime() < end);
    throw new AssertionError("still " + last);
  }

  /** Like a supplier that may fail. */
  public interface Callable<T> {
    T call() throws Exception;
  }

  /**
   * Stops it. What it mounted is let go of, so that JUnit can remove the directory; a server that
   * is started there again mounts it again, as after a restart of the machine.
   */
  @Override
  public void close() {
    stop();
    VolumeMounts.detach(base);
  }

  /** Stops it and nothing else. */
  public void stop() {
    client.close();
    Future<Void> closed = server.stop().eventually(vertx::close);
    closed.toCompletionStage().toCompletableFuture().orTimeout(1, TimeUnit.MINUTES).join();
  }

  /** Removes the containers that this server made, then stops it. */
  public void closeAndClean() throws Exception {
    JsonArray left = get("/api/v1/containers?limit=100").json().getJsonArray("containers");
    for (Object entry : left == null ? List.of() : left) {
      delete(
          "/api/v1/containers/"
              + ((JsonObject) entry).getString("project_id")
              + "?delete_files=true");
    }
    close();
  }

  static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** A response. */
  public record Answer(HttpResponse<byte[]> response) {
    public int status() {
      return response.statusCode();
    }

    public byte[] bytes() {
      return response.body();
    }

    public String text() {
      return new String(response.body(), java.nio.charset.StandardCharsets.UTF_8);
    }

    public JsonObject json() {
      return new JsonObject(text());
    }

    public String code() {
      return json().getString("code");
    }

    public String header(String name) {
      return response.headers().firstValue(name).orElse(null);
    }
  }
}

package ai.bharatbuild.it;

import ai.bharatbuild.agents.work.CommandResult;
import ai.bharatbuild.agents.work.Workspace;
import ai.bharatbuild.files.Sha256;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A job and its sandbox, by the API of a server alone. */
final class ApiWorkspace implements Workspace {
  private final TestServer server;
  private final String id;

  /** What a command costs beside its own time here: nothing of that is the verifier's. */
  private long commandMillis;

  ApiWorkspace(TestServer server) throws Exception {
    this.server = server;
    this.id = TestServer.newId();
    server.post(
        "/api/v1/jobs/create", new JsonObject().put("project_name", "verified").put("job_id", id));
  }

  private interface Call<T> {
    T call() throws Exception;
  }

  private static <T> T call(Call<T> call) {
    try {
      return call.call();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  long commandMillis() {
    return commandMillis;
  }

  @Override
  public List<Entry> files() {
    JsonArray files =
        call(() -> server.get("/api/v1/jobs/" + id + "/files")).json().getJsonArray("files");
    return files.stream()
        .map(JsonObject.class::cast)
        .map(file -> new Entry(file.getString("path"), file.getLong("size")))
        .toList();
  }

  @Override
  public List<Hashed> hashes() {
    List<Hashed> hashes = new ArrayList<>();
    for (Entry file : files()) {
      read(file.path())
          .ifPresent(it -> hashes.add(new Hashed(file.path(), it.length, Sha256.of(it))));
    }
    return hashes;
  }

  @Override
  public Optional<byte[]> read(String path) {
    TestServer.Answer answer = call(() -> server.get(raw(path)));
    return answer.status() == 200 ? Optional.of(answer.bytes()) : Optional.empty();
  }

  /** Looks first: here nobody else changes files. */
  @Override
  public boolean write(String path, byte[] seen, byte[] content) {
    boolean same = Arrays.equals(seen, read(path).orElse(null));
    if (same) {
      put(path, content);
    }
    return same;
  }

  void put(String path, byte[] content) {
    TestServer.Answer answer = call(() -> server.put(raw(path), content));
    if (answer.status() != 200) {
      throw new AssertionError(answer.text());
    }
  }

  @Override
  public boolean delete(String path, byte[] seen) {
    boolean same = seen != null && Arrays.equals(seen, read(path).orElse(null));
    if (same) {
      call(
          () ->
              server.send(
                  "DELETE", "/api/v1/jobs/" + id + "/files/" + path, BodyPublishers.noBody()));
    }
    return same;
  }

  @Override
  public Set<String> edits(Instant since) {
    return Set.of();
  }

  private String raw(String path) {
    return "/api/v1/jobs/" + id + "/raw/" + path;
  }

  @Override
  public String sandbox(String projectType) {
    JsonObject config = new JsonObject().put("cpu_limit", 2.0).put("memory_limit", "1g");
    return call(
        () -> {
          TestServer.Answer status = server.get("/api/v1/containers/" + id + "/status");
          if (status.status() == 200) {
            return status.json().getString("container_id");
          }
          JsonObject wanted =
              new JsonObject().put("project_type", projectType).put("config", config);
          TestServer.Answer made = server.post("/api/v1/containers/" + id + "/create", wanted);
          if (made.status() != 201) {
            throw new AssertionError(made.text());
          }
          return made.json().getString("container_id");
        });
  }

  @Override
  public void restart() {
    TestServer.Answer answer =
        call(() -> server.post("/api/v1/containers/" + id + "/restart", new JsonObject()));
    if (answer.status() != 200) {
      throw new AssertionError(answer.text());
    }
  }

  @Override
  public Set<String> excluded() {
    return Set.of("node_modules", ".venv", "__pycache__", ".pytest_cache", ".cache", ".git");
  }

  @Override
  public String image() {
    return null;
  }

  @Override
  public CommandResult run(String line, Duration limit, Consumer<String> begun) {
    JsonObject request = new JsonObject().put("command", line).put("timeout", limit.toSeconds());
    long from = System.nanoTime();
    try (Events.Open open = call(() -> server.open(id, request))) {
      begun.accept(open.execId());
      CommandResult result = result(line, open.toEnd());
      commandMillis += (System.nanoTime() - from) / 1_000_000;
      return result;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static CommandResult result(String line, Events events) {
    return new CommandResult(
        events.execId(),
        line,
        events.code(),
        events.cause(),
        events.exit().json().getLong("duration_ms"),
        output(events.all().stream()),
        false);
  }

  private static String output(Stream<Events.Event> events) {
    StringBuilder text = new StringBuilder();
    events
        .filter(event -> event.type().equals("stdout") || event.type().equals("stderr"))
        .forEach(event -> text.append(new String(event.bytes(), StandardCharsets.UTF_8)));
    return text.toString();
  }

  @Override
  public Service start(String line) {
    String exec =
        call(() -> server.detach(id, new JsonObject().put("command", line).put("timeout", 0)));
    return new Running(line, exec);
  }

  private final class Running implements Service {
    private final String line;
    private final String exec;

    Running(String line, String exec) {
      this.line = line;
      this.exec = exec;
    }

    @Override
    public String execId() {
      return exec;
    }

    private boolean isRunning() {
      return call(() -> server.get("/api/v1/containers/" + id + "/execs/" + exec))
          .json()
          .getString("state")
          .equals("running");
    }

    private Events events() {
      return call(
          () -> {
            try (Events.Open open = server.follow(id, exec, 0)) {
              return open.toEnd();
            }
          });
    }

    @Override
    public Optional<CommandResult> ended() {
      return isRunning() ? Optional.empty() : Optional.of(result(line, events()));
    }

    @Override
    public String output() {
      return "";
    }

    @Override
    public void stop() {
      call(() -> server.delete("/api/v1/containers/" + id + "/execs/" + exec));
      call(() -> TestServer.eventually(this::isRunning, running -> !running));
    }
  }

  @Override
  public Optional<Answer> get(int port, String path, Duration limit) {
    String preview = "/api/v1/containers/" + id + "/preview?port=" + port;
    String state = call(() -> server.get(preview)).json().getString("status");
    if (!"running".equals(state)) {
      return Optional.empty();
    }
    String answer = call(() -> browse(port, path, limit));
    int status = Integer.parseInt(answer.split(" ", 3)[1]);
    return status == 502 || status == 504
        ? Optional.empty()
        : Optional.of(new Answer(status, null, answer));
  }

  /** Asks the preview as a browser would; gives head and body. */
  private String browse(int port, String path, Duration limit) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      socket.setSoTimeout(Math.toIntExact(limit.toMillis()));
      String head =
          "GET %s HTTP/1.1\r\nHost: %s--%d.preview.localhost:%d\r\nConnection: close\r\n\r\n"
              .formatted(path, id, port, server.port());
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  void remove() throws Exception {
    server.delete("/api/v1/containers/" + id + "?delete_files=true");
  }

  static long millis(long since) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since);
  }
}

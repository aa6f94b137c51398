package ai.bharatbuild.gate;

import ai.bharatbuild.it.TestServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * What attacks are run against: a whole server, sandboxes on it, the engine below it, and things on
 * the host that nobody in a sandbox should get at. Thread-safe.
 */
final class Arena {
  /** A variable of the server's environment, set by the gate's script. */
  static final String SECRET = "GATE_SECRET";

  /** Output of an exec that the server keeps. */
  static final int EXEC_LOG_MB = 8;

  /** The one foreign origin that the server lets in. */
  static final String TRUSTED = "http://trusted.example";

  private static final JsonObject ROOMY =
      new JsonObject().put("cpu_limit", 2.0).put("memory_limit", "1g");

  private final Path root;
  private final Path base;
  private final Path outside;
  private final Path controls;
  private final String canary =
      "canary-" + HexFormat.of().toHexDigits(RandomGenerator.getDefault().nextLong());
  private final Engine engine = new Engine();
  private final HostThings host = new HostThings();
  private final TestServer server;
  private final HostListener listener;
  private Path swapFile;
  private Lab lab;
  private OneShotArena oneShots;
  private TestServer pooled;
  private String neighbour;
  private boolean closed;
  private final Map<String, String> shared = new ConcurrentHashMap<>();

  Arena() throws Exception {
    root = Files.createTempDirectory("bharatbuild-gate");
    // As open as a host can be to a user of no importance, so that file rights hold nothing here.
    open(root);
    base = Files.createDirectory(root.resolve("jobs"));
    outside = open(Files.createDirectory(root.resolve("outside")));
    controls = Files.createDirectory(root.resolve("controls"));
    listener = new HostListener(canary);
    Files.writeString(outside.resolve("canary"), canary);
    server = TestServer.start(base, Map.of("EXEC_LOG_MB", EXEC_LOG_MB, "CORS_ORIGINS", TRUSTED));
  }

  private static Path open(Path directory) throws IOException {
    return Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
  }

  TestServer server() {
    return server;
  }

  Engine engine() {
    return engine;
  }

  /** A service of the host on all its addresses. */
  HostListener listener() {
    return listener;
  }

  /** Sandboxes of bubblewrap. */
  synchronized OneShotArena oneShots() throws Exception {
    if (oneShots == null) {
      oneShots = new OneShotArena(Files.createDirectory(root.resolve("roots")));
    }
    return oneShots;
  }

  /** A server with a static sandbox that waits; for one case at a time. */
  synchronized TestServer pooled() throws Exception {
    if (pooled == null) {
      Path place = Files.createDirectory(root.resolve("pooled"));
      pooled = TestServer.start(place, Map.of("WARM_POOL", "static=1", "WARM_POOL_MAX", 1));
    }
    return pooled;
  }

  /** Places behind the host. */
  synchronized Lab lab() throws IOException, InterruptedException {
    if (lab == null) {
      lab = new Lab(canary);
    }
    return lab;
  }

  HostThings host() {
    return host;
  }

  /** Where the server keeps workspaces. */
  Path base() {
    return base;
  }

  /** A directory of the host that anybody on it may read and write. */
  Path outside() {
    return outside;
  }

  /** Where controls keep their files. */
  Path controls() {
    return controls;
  }

  /** The content of the file {@code canary} in {@link #outside()}; no attack may come by it. */
  String canary() {
    return canary;
  }

  Path canaryFile() {
    return outside.resolve("canary");
  }

  /** A directory of that name beside the canary. */
  Path directory(String name) throws IOException {
    return open(Files.createDirectory(outside.resolve(name)));
  }

  /** A sandbox that several cases use; nothing in it may be disturbed. */
  String shared(String type) {
    return shared.computeIfAbsent(
        type,
        t -> {
          try {
            return fresh(t, new JsonObject());
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
  }

  /** A job that takes files. */
  String project() throws Exception {
    String id = TestServer.newId();
    JsonObject body = new JsonObject().put("project_name", "gate").put("job_id", id);
    TestServer.Answer answer = server.post("/api/v1/jobs/create", body);
    if (answer.status() != 201) {
      throw new IllegalStateException("no job: " + answer.text());
    }
    return id;
  }

  /** A sandbox for one case. */
  String fresh(String type, JsonObject limits) throws Exception {
    return server.container(type, ROOMY.copy().mergeIn(limits));
  }

  /** A sandbox on a job that is there already. */
  void sandbox(String id, String type, JsonObject limits) throws Exception {
    TestServer.Answer answer =
        server.post(
            "/api/v1/containers/" + id + "/create",
            new JsonObject().put("project_type", type).put("config", ROOMY.copy().mergeIn(limits)));
    if (answer.status() != 201) {
      throw new IllegalStateException("no sandbox: " + answer.text());
    }
  }

  void remove(String id) throws Exception {
    server.delete("/api/v1/containers/" + id + "?delete_files=true");
    server.delete("/api/v1/jobs/" + id);
  }

  /** Writes a file through the API. */
  void put(String id, String path, String content) throws Exception {
    TestServer.Answer answer =
        server.post(
            "/api/v1/containers/" + id + "/files",
            new JsonObject().put("path", path).put("content", content));
    if (answer.status() / 100 != 2) {
      throw new IllegalStateException(path + " not written: " + answer.text());
    }
  }

  /** The name of a file in somebody else's workspace. */
  synchronized String neighbour() throws Exception {
    if (neighbour == null) {
      neighbour = TestServer.newId();
      server.post(
          "/api/v1/jobs/create",
          new JsonObject().put("project_name", "neighbour").put("job_id", neighbour));
      server.put("/api/v1/jobs/" + neighbour + "/raw/" + neighbour + ".txt", canary.getBytes());
    }
    return neighbour + ".txt";
  }

  /**
   * Asks every 20 ms, for a minute, until the answer is as wanted, and leaves the processor to
   * others.
   */
  static <T> T await(TestServer.Callable<T> ask, Predicate<T> wanted) throws Exception {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    T last = ask.call();
    while (!wanted.test(last)) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("still " + last);
      }
      TimeUnit.MILLISECONDS.sleep(20);
      last = ask.call();
    }
    return last;
  }

  /** Makes sure that there is swap space, without which nothing can be gained by it. */
  synchronized String swap() throws Exception {
    if (Files.readAllLines(Path.of("/proc/swaps")).size() < 2) {
      swapFile = root.resolve("swap");
      Commands.output("fallocate", "-l", "256M", swapFile.toString());
      Files.setPosixFilePermissions(swapFile, PosixFilePermissions.fromString("rw-------"));
      Commands.output("mkswap", swapFile.toString());
      Commands.output("swapon", swapFile.toString());
    }
    return "on";
  }

  /** Removes everything; may be called again. */
  synchronized void close() throws Exception {
    if (closed) {
      return;
    }
    closed = true;
    if (swapFile != null) {
      Commands.output("swapoff", swapFile.toString());
    }
    try {
      if (oneShots != null) {
        oneShots.close();
      }
      if (pooled != null) {
        pooled.closeAndClean();
      }
      server.closeAndClean();
    } finally {
      engine.close();
      host.close();
      listener.close();
      if (lab != null) {
        lab.close();
      }
      Commands.output("rm", "-rf", "--one-file-system", root.toString());
    }
  }
}

package ai.bharatbuild.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * What one benchmark works with: servers of its own, directories of its own, and the report. All of
 * it is gone when this is closed, also when the benchmark is interrupted.
 */
final class Workbench implements AutoCloseable {
  /** Undoes one step; failures are told but do not stop the rest. */
  interface Undo {
    void run() throws Exception;
  }

  private static final Path TMPFS = Path.of("/dev/shm");

  final String name;
  final int rounds = Integer.parseInt(System.getenv().getOrDefault("BENCH_ROUNDS", "5"));
  private final Path target = Path.of(System.getProperty("bench.target"));
  private final Deque<Undo> undo = new ArrayDeque<>();
  private final Thread onInterrupt = new Thread(this::undoAll, "undo");

  Workbench(String name) {
    this.name = name;
    Runtime.getRuntime().addShutdownHook(onInterrupt);
    note("load average " + loadAverage() + ", " + rounds + " rounds");
  }

  void report(Figure figure) {
    System.out.println(figure.json());
  }

  void note(String text) {
    System.err.println(name + ": " + text);
  }

  synchronized void onClose(Undo step) {
    undo.push(step);
  }

  /** A new directory in memory. */
  Path tmpfs() throws IOException {
    if (!Files.isDirectory(TMPFS) || !Files.getFileStore(TMPFS).type().equals("tmpfs")) {
      throw new BenchFailure(TMPFS + " is not a tmpfs on this machine");
    }
    return scratch(TMPFS);
  }

  /** A new directory on the disk that the project is on. */
  Path disk() throws IOException {
    Path directory = scratch(Files.createDirectories(target.resolve("bench")));
    note("disk means " + Files.getFileStore(directory).type());
    return directory;
  }

  private Path scratch(Path parent) throws IOException {
    Path directory = Files.createTempDirectory(parent, "bharatbuild-" + name + "-");
    onClose(() -> Trees.delete(directory));
    return directory;
  }

  /**
   * Starts a server with its jobs in that directory. It knows only the sandboxes that belong to
   * this directory, so that other servers on the same engine are left alone.
   */
  ServerProcess server(Path jobs) throws IOException, InterruptedException {
    return server(jobs, Map.of());
  }

  /** Starts a server with settings of its own; no sandboxes wait unless these say so. */
  ServerProcess server(Path jobs, Map<String, String> settings)
      throws IOException, InterruptedException {
    Path log = Files.createDirectories(target.resolve("bench")).resolve(name + ".log");
    Map<String, String> environment = new HashMap<>();
    environment.put("JOBS_BASE_PATH", jobs.toString());
    environment.put("WARM_POOL_MAX", "0");
    environment.putAll(settings);
    ServerProcess server = ServerProcess.start(environment, log);
    onClose(server::stop);
    return server;
  }

  /** A sandbox on that server, deleted with its files in the end. */
  Sandbox sandbox(ServerProcess server, Map<String, Object> config) throws IOException {
    return sandbox(server, "", config);
  }

  /** One of several, told apart by their suffix. */
  Sandbox sandbox(ServerProcess server, String suffix, Map<String, Object> config)
      throws IOException {
    Sandbox sandbox = Sandbox.create(server.port(), "bench-" + name + suffix, config);
    onClose(sandbox::delete);
    return sandbox;
  }

  @Override
  public void close() {
    undoAll();
    Runtime.getRuntime().removeShutdownHook(onInterrupt);
  }

  private synchronized void undoAll() {
    while (!undo.isEmpty()) {
      try {
        undo.pop().run();
      } catch (Exception e) {
        note("while cleaning up: " + e);
      }
    }
  }

  private static String loadAverage() {
    try {
      String line = Files.readString(Path.of("/proc/loadavg"));
      return line.substring(0, line.indexOf(' '));
    } catch (IOException e) {
      return "unknown";
    }
  }
}

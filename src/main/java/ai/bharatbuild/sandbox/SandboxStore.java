package ai.bharatbuild.sandbox;

import ai.bharatbuild.json.Json;
import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.problem.Problem;
import io.vertx.core.Future;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What of containers and execs outlives the server, as files out of the sandboxes' reach: which
 * incarnation of a sandbox a workspace has, and each exec's record and log. Methods return at once;
 * the work is done on the executor given.
 */
final class SandboxStore {
  private static final Logger LOG = LoggerFactory.getLogger(SandboxStore.class);

  /**
   * Which sandbox a workspace has, and what only the server knows of it; any other sandbox with the
   * same workspace id is a leftover.
   */
  record SandboxRecord(
      String id,
      String incarnation,
      String owner,
      ProjectType type,
      ContainerConfig config,
      Instant createdAt) {}

  private static final Problem NO_SPACE =
      new Problem(
          507,
          "no_space",
          "The server's disk has no room for the record of a command, so it was cancelled.",
          null,
          null,
          null,
          null);

  private final Path sandboxes;
  private final Path execRoot;
  private final ExecFiles execs;
  private final WorkerExecutor worker;

  SandboxStore(Path state, WorkerExecutor worker) {
    this.sandboxes = state.resolve("sandboxes");
    this.execRoot = state.resolve("execs");
    this.execs = new ExecFiles(execRoot);
    this.worker = worker;
  }

  WorkerExecutor worker() {
    return worker;
  }

  /** Notes a workspace's new sandbox, and forgets the execs of the one before. */
  Future<Void> remember(SandboxRecord sandbox) {
    return run(
        () -> {
          execs.forgetAll(sandbox.id());
          replace(sandboxes.resolve(sandbox.id() + ".json"), sandbox);
        });
  }

  /** The sandboxes of all workspaces by their incarnation; what cannot be read is left out. */
  Future<Map<String, SandboxRecord>> sandboxes() {
    return worker.executeBlocking(
        () -> {
          Map<String, SandboxRecord> found = new HashMap<>();
          if (Files.isDirectory(sandboxes)) {
            try (Stream<Path> files = Files.list(sandboxes)) {
              for (Path file : files.filter(f -> f.toString().endsWith(".json")).toList()) {
                SandboxRecord known = read(file, SandboxRecord.class);
                if (known != null) {
                  found.put(known.incarnation(), known);
                }
              }
            }
          }
          return found;
        },
        false);
  }

  /** Forgets a workspace's sandbox and its execs. */
  Future<Void> forget(String id) {
    return run(
        () -> {
          Files.deleteIfExists(sandboxes.resolve(id + ".json"));
          execs.forgetAll(id);
        });
  }

  /** The ids of all workspaces that something is kept of. */
  Future<List<String>> known() {
    return worker.executeBlocking(
        () -> {
          List<String> ids = new ArrayList<>();
          for (Path directory : List.of(sandboxes, execRoot)) {
            if (Files.isDirectory(directory)) {
              try (Stream<Path> entries = Files.list(directory)) {
                entries
                    .map(entry -> entry.getFileName().toString().replaceFirst("\\.json$", ""))
                    .filter(id -> !ids.contains(id))
                    .forEach(ids::add);
              }
            }
          }
          return ids;
        },
        false);
  }

  Path logDirectory(String id, String execId) {
    return execs.directory(id, execId);
  }

  /** Keeps a new exec; fails with 507 {@code no_space} when the disk is full. */
  Future<Void> create(String id, ExecRecord exec) {
    return run(() -> execs.create(id, exec))
        .recover(e -> Future.failedFuture(isFull(e) ? new ApiException(NO_SPACE) : e));
  }

  private static boolean isFull(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    return message.contains("No space left") || message.contains("Disk quota exceeded");
  }

  /** Keeps what has become of an exec; does nothing when it was forgotten meanwhile. */
  Future<Void> save(String id, ExecRecord exec) {
    return run(() -> execs.save(id, exec));
  }

  /** The execs of a workspace, oldest first, before any is started; see {@link ExecFiles#list}. */
  Future<List<ExecRecord>> execs(String id) {
    return worker.executeBlocking(() -> execs.list(id), false);
  }

  Future<Void> forgetExecs(String id, List<String> execIds) {
    return run(() -> execs.forget(id, execIds));
  }

  private interface Work {
    void run() throws IOException;
  }

  private Future<Void> run(Work work) {
    return worker.executeBlocking(
        () -> {
          work.run();
          return null;
        },
        false);
  }

  private static <T> T read(Path file, Class<T> type) {
    try {
      return Json.MAPPER.readValue(Files.readAllBytes(file), type);
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      LOG.warn("cannot read {}", file, e);
      return null;
    }
  }

  private static void replace(Path file, Object value) throws IOException {
    Files.createDirectories(file.getParent());
    Buffer json = Json.encode(value);
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.write(fresh, json.getBytes());
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}

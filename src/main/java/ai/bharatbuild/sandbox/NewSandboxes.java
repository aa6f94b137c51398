package ai.bharatbuild.sandbox;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a sandbox each time one is asked for. Its workspace is an empty directory that nobody in it
 * can write, so that the disk limit holds for all that can be written.
 */
public final class NewSandboxes implements FreshSandboxes {
  private static final Logger LOG = LoggerFactory.getLogger(NewSandboxes.class);
  private static final int OPEN_FILES = 1024;

  /**
   * What a sandbox needs beside its command, as both share one control group.
   *
   * @param pids processes and threads
   */
  public record Overhead(int pids, long memoryBytes) {
    /** The agent's own processes. */
    public static final Overhead AGENT = new Overhead(8, 0);

    /** gVisor's kernel runs in the group, too; with less it does not start, or hangs. */
    public static final Overhead GVISOR = new Overhead(256, 256L << 20);
  }

  private final Vertx vertx;
  private final SandboxRuntime runtime;
  private final Path directory;
  private final Overhead overhead;

  /**
   * @param directory an existing directory for the empty workspaces, on a path that the engine
   *     sees, too
   */
  public NewSandboxes(Vertx vertx, SandboxRuntime runtime, Path directory, Overhead overhead) {
    this.vertx = vertx;
    this.runtime = runtime;
    this.directory = directory;
    this.overhead = overhead;
  }

  @Override
  public Future<Sandbox> take(ProjectType type, OneShotSpec.Limits limits) {
    String id = "oneshot-" + UUID.randomUUID();
    Path workspace = directory.resolve(id);
    return vertx
        .fileSystem()
        .mkdir(workspace.toString(), "r-xr-xr-x")
        .compose(v -> runtime.create(spec(id, type, limits, workspace)))
        .onFailure(e -> vertx.fileSystem().delete(workspace.toString()));
  }

  private SandboxSpec spec(String id, ProjectType type, OneShotSpec.Limits limits, Path workspace) {
    return new SandboxSpec(
        id,
        UUID.randomUUID().toString(),
        type,
        workspace,
        limits(limits),
        false,
        List.of(),
        Map.of(),
        Map.of());
  }

  /** What the sandbox of a command with these limits is made with. */
  Limits limits(OneShotSpec.Limits limits) {
    return new Limits(
        limits.memoryBytes() + overhead.memoryBytes(),
        limits.cpus(),
        limits.pids() + overhead.pids(),
        limits.diskBytes(),
        limits.diskBytes(),
        OPEN_FILES);
  }

  @Override
  public Future<Void> discard(Sandbox sandbox) {
    return runtime
        .remove(sandbox.handle())
        .compose(
            v -> vertx.fileSystem().delete(directory.resolve(sandbox.workspaceId()).toString()))
        .recover(
            e -> {
              LOG.warn("the sandbox {} may be left behind", sandbox.handle(), e);
              return Future.succeededFuture();
            });
  }

  @Override
  public Future<Void> close() {
    return Future.succeededFuture();
  }
}

package ai.bharatbuild.sandbox.docker;

import ai.bharatbuild.sandbox.NewSandboxes;
import ai.bharatbuild.sandbox.OneShotRuntime;
import ai.bharatbuild.sandbox.OneShotSpec;
import ai.bharatbuild.sandbox.Sandbox;
import ai.bharatbuild.sandbox.SandboxOneShots;
import ai.bharatbuild.sandbox.SandboxRuntime;
import ai.bharatbuild.sandbox.SpareSandboxes;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/** Commands in fresh containers, with the engine's part closed together with theirs. */
final class DockerOneShots implements OneShotRuntime {
  private static final int SPARE = 2;
  private static final int AT_ONCE = 4;
  private static final int WAITING = 64;

  private final SandboxRuntime engine;
  private final SpareSandboxes spares;
  private final OneShotRuntime runtime;
  private final Path directory;

  private DockerOneShots(
      Vertx vertx, SandboxRuntime engine, Path directory, NewSandboxes.Overhead overhead) {
    this.directory = directory;
    this.engine = engine;
    NewSandboxes births = new NewSandboxes(vertx, engine, directory, overhead);
    this.spares = new SpareSandboxes(vertx, engine, births, SPARE);
    this.runtime = new SandboxOneShots(vertx, engine, spares, AT_ONCE, WAITING);
  }

  /**
   * @param ociRuntime as the engine knows it; empty for its default
   */
  static DockerOneShots open(Vertx vertx, String ociRuntime, NewSandboxes.Overhead overhead)
      throws IOException {
    String id = UUID.randomUUID().toString();
    DockerSettings plain =
        DockerTestSetup.settings(id, DockerTestSetup.SOCKET, DockerTestSetup.SOCKETS.resolve(id));
    DockerSettings settings =
        new DockerSettings(
            plain.socket(),
            plain.network(),
            plain.imagePrefix(),
            ociRuntime,
            plain.caBundle(),
            plain.stateDirectory(),
            plain.sockets(),
            plain.uid(),
            plain.gid(),
            plain.serverIsRoot(),
            plain.ownLinks(),
            plain.serverId());
    Path directory = Files.createTempDirectory("bharatbuild-oneshot-");
    SandboxRuntime engine = DockerRuntime.start(vertx, settings);
    return new DockerOneShots(vertx, engine, directory, overhead);
  }

  @Override
  public Future<String> ping() {
    return runtime.ping();
  }

  @Override
  public Run run(OneShotSpec spec) {
    return runtime.run(spec);
  }

  /** How many sandboxes can be had at once. */
  int waiting() {
    return spares.waiting();
  }

  /** Names of the workspaces of all sandboxes there are, used and unused. */
  Future<List<String>> all() {
    return engine.list().map(found -> found.stream().map(Sandbox::workspaceId).toList());
  }

  /** Fails when a sandbox or a workspace is left. */
  @Override
  public Future<Void> close() {
    return runtime
        .close()
        .compose(v -> engine.list())
        .compose(
            left ->
                left.isEmpty()
                    ? Future.<Void>succeededFuture()
                    : Future.failedFuture("left behind: " + left))
        .eventually(engine::close)
        .compose(
            v -> {
              try {
                Files.delete(directory);
                return Future.succeededFuture();
              } catch (IOException e) {
                return Future.failedFuture(e);
              }
            });
  }
}

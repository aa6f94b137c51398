package ai.bharatbuild.gate;

import ai.bharatbuild.sandbox.OneShotRuntime;
import ai.bharatbuild.sandbox.ProjectType;
import ai.bharatbuild.sandbox.docker.DockerSettings;
import ai.bharatbuild.sandbox.docker.ImageRoots;
import ai.bharatbuild.sandbox.process.ProcessRuntime;
import ai.bharatbuild.sandbox.process.ProcessSettings;
import ai.bharatbuild.sandbox.process.Roots;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The one-shot runtime of processes with the Python image unpacked, as a server would have it. */
final class OneShotArena {
  private static final Path LAUNCHER = Path.of("target/launcher/launcher").toAbsolutePath();
  private static final int PATIENCE_SECONDS = 120;
  private final Vertx vertx = Vertx.vertx();
  private final ImageRoots images;
  private final ImageRoots.ImageRoot python;
  private final OneShotRuntime runtime;

  /**
   * @param place where images are unpacked
   */
  OneShotArena(Path place) throws Exception {
    DockerSettings docker =
        new DockerSettings(
            Path.of(Engine.SOCKET),
            "none",
            "bharatbuild",
            "",
            null,
            place,
            null,
            1,
            1,
            true,
            false,
            "none");
    images = new ImageRoots(vertx, docker, place);
    python = await(images.of(ProjectType.PYTHON));
    ProcessSettings settings =
        new ProcessSettings(
            LAUNCHER, Path.of("/usr/bin/bwrap"), "bharatbuild/gate-" + Engine.me(), 1, 2, 64);
    await(ProcessRuntime.probe(vertx, settings));
    Roots.Root root = new Roots.Root(python.directory(), python.environment());
    runtime = ProcessRuntime.start(vertx, settings, type -> Future.succeededFuture(root));
  }

  OneShotRuntime runtime() {
    return runtime;
  }

  /** A sandbox of the same files. */
  Bubblewrap bubblewrap(Path files) {
    return new Bubblewrap(python.directory(), files, python.environment());
  }

  void close() throws Exception {
    await(runtime.close().eventually(images::close).eventually(vertx::close));
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }
}

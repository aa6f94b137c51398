package ai.bharatbuild;

import ai.bharatbuild.config.Settings;
import ai.bharatbuild.sandbox.NewSandboxes;
import ai.bharatbuild.sandbox.OneShotRuntime;
import ai.bharatbuild.sandbox.SandboxOneShots;
import ai.bharatbuild.sandbox.SandboxRuntime;
import ai.bharatbuild.sandbox.SpareSandboxes;
import ai.bharatbuild.sandbox.docker.DockerSettings;
import ai.bharatbuild.sandbox.docker.ImageRoots;
import ai.bharatbuild.sandbox.process.ProcessRuntime;
import ai.bharatbuild.sandbox.process.ProcessSettings;
import ai.bharatbuild.sandbox.process.Roots;
import ai.bharatbuild.telemetry.Health;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses and makes what runs single commands; a part of {@link Server}. */
final class OneShots {
  private static final Logger LOG = LoggerFactory.getLogger(OneShots.class);

  /** Commands that may wait for each one that runs. */
  private static final int WAITING = 16;

  private final Vertx vertx;
  private final Settings.OneShots settings;
  private final DockerSettings docker;
  private final SandboxRuntime sandboxes;

  /**
   * What was chosen.
   *
   * @param check what health says of it
   * @param close ends it with all that it runs
   */
  record Chosen(
      OneShotRuntime runtime, Supplier<Future<Health.Check>> check, Supplier<Future<Void>> close) {}

  OneShots(
      Vertx vertx, Settings.OneShots settings, DockerSettings docker, SandboxRuntime sandboxes) {
    this.vertx = vertx;
    this.settings = settings;
    this.docker = docker;
    this.sandboxes = sandboxes;
  }

  /** Fails only when a directory cannot be made; what does not work is told by health. */
  Future<Chosen> choose() {
    return switch (settings.runtime()) {
      case DOCKER -> inSandboxes("");
      case PROCESS ->
          ProcessRuntime.probe(vertx, processSettings())
              .map(v -> inProcesses(null))
              .recover(e -> Future.succeededFuture(inProcesses(told(e))));
      case AUTO ->
          ProcessRuntime.probe(vertx, processSettings())
              .map(v -> inProcesses(null))
              .recover(e -> inSandboxes(" (bubblewrap is not used: " + told(e) + ")"));
    };
  }

  private static String told(Throwable failure) {
    LOG.info("single commands are not run by bubblewrap: {}", failure.toString());
    return String.valueOf(failure.getMessage());
  }

  /**
   * @param failure why it does not work, or null
   */
  private Chosen inProcesses(String failure) {
    ImageRoots images =
        settings.hostPrograms()
            ? null
            : new ImageRoots(vertx, docker, docker.stateDirectory().resolve("roots"));
    Roots roots =
        images == null
            ? Roots.host()
            : type ->
                images.of(type).map(root -> new Roots.Root(root.directory(), root.environment()));
    OneShotRuntime runtime = ProcessRuntime.start(vertx, processSettings(), roots);
    return new Chosen(
        runtime,
        () ->
            failure == null
                ? runtime.ping().map(Health.Check::ok)
                : Future.succeededFuture(Health.Check.down(failure)),
        () -> runtime.close().eventually(images == null ? Future::succeededFuture : images::close));
  }

  private Future<Chosen> inSandboxes(String note) {
    // Of what is in it, nothing outlives its server; the sandboxes are found and removed as
    // leftovers.
    Path workspaces = docker.stateDirectory().resolve("oneshot");
    String place = workspaces.toString();
    return vertx
        .fileSystem()
        .exists(place)
        .compose(
            there -> there ? vertx.fileSystem().deleteRecursive(place) : Future.succeededFuture())
        .compose(v -> vertx.fileSystem().mkdirs(place))
        .map(
            v -> {
              OneShotRuntime runtime =
                  new SandboxOneShots(
                      vertx,
                      sandboxes,
                      new SpareSandboxes(
                          vertx,
                          sandboxes,
                          new NewSandboxes(vertx, sandboxes, workspaces, overhead()),
                          settings.spare()),
                      settings.concurrency(),
                      settings.concurrency() * WAITING);
              return new Chosen(
                  runtime,
                  () -> runtime.ping().map(text -> Health.Check.ok(text + note)),
                  runtime::close);
            });
  }

  private NewSandboxes.Overhead overhead() {
    return docker.gvisor() ? NewSandboxes.Overhead.GVISOR : NewSandboxes.Overhead.AGENT;
  }

  private ProcessSettings processSettings() {
    return new ProcessSettings(
        settings.launcher() == null ? besideTheJar() : settings.launcher(),
        settings.bubblewrap(),
        settings.group() + "/" + docker.serverId(),
        settings.spare(),
        settings.concurrency(),
        settings.concurrency() * WAITING);
  }

  /** In a build tree this is the same place for the jar and for the classes. */
  private static Path besideTheJar() {
    try {
      Path code =
          Path.of(OneShots.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return code.resolveSibling("launcher").resolve("launcher");
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}

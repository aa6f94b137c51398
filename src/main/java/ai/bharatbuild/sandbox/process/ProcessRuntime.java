package ai.bharatbuild.sandbox.process;

import ai.bharatbuild.sandbox.ExitReport;
import ai.bharatbuild.sandbox.OneShotResult;
import ai.bharatbuild.sandbox.OneShotRuntime;
import ai.bharatbuild.sandbox.OneShotSpec;
import ai.bharatbuild.sandbox.ProjectType;
import ai.bharatbuild.sandbox.RuntimeUnavailableException;
import ai.bharatbuild.sandbox.Turns;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs commands in sandboxes that bubblewrap makes on this machine: namespaces, control groups, a
 * seccomp filter and a read-only root. A helper process, one for each kind of sandbox, keeps some
 * prepared; commands reach it over Unix sockets.
 */
public final class ProcessRuntime implements OneShotRuntime {
  private static final int THREADS = 4;
  private static final long PROBE_SECONDS = 20;
  private static final OneShotSpec PROBE =
      new OneShotSpec(
          ProjectType.STATIC,
          List.of("true"),
          Map.of(),
          Buffer.buffer(),
          Map.of(),
          new OneShotSpec.Limits(
              Duration.ofSeconds(10), Duration.ofSeconds(5), 64 << 20, 1, 16, 1 << 20, 4096));

  private final Vertx vertx;
  private final ProcessSettings settings;
  private final WorkerExecutor workers;
  private final NetClient client;
  private final Launchers launchers;
  private final Turns turns;

  private ProcessRuntime(Vertx vertx, ProcessSettings settings, Roots roots) {
    this.vertx = vertx;
    this.settings = settings;
    this.workers =
        vertx.createSharedWorkerExecutor("oneshot-process", THREADS, 1, TimeUnit.MINUTES);
    this.client = vertx.createNetClient();
    this.launchers = new Launchers(vertx, workers, settings, roots);
    this.turns = new Turns(settings.concurrency(), settings.waiting());
  }

  /** Takes commands; nothing is started before the first. */
  public static ProcessRuntime start(Vertx vertx, ProcessSettings settings, Roots roots) {
    return new ProcessRuntime(vertx, settings, roots);
  }

  /**
   * Tells whether commands can be run here, by running one with the host's own programs. Fails with
   * {@link RuntimeUnavailableException}, which says what is missing.
   */
  public static Future<Void> probe(Vertx vertx, ProcessSettings settings) {
    ProcessSettings once =
        new ProcessSettings(
            settings.launcher(), settings.bubblewrap(), settings.group() + "-probe", 1, 1, 1);
    ProcessRuntime runtime = new ProcessRuntime(vertx, once, Roots.host());
    return runtime
        .ping()
        .compose(version -> runtime.run(PROBE).result().timeout(PROBE_SECONDS, TimeUnit.SECONDS))
        .compose(ProcessRuntime::succeeded)
        .eventually(runtime::close);
  }

  private static Future<Void> succeeded(OneShotResult result) {
    return result.exit().cause() == ExitReport.Cause.EXITED && result.exit().code() == 0
        ? Future.succeededFuture()
        : Future.failedFuture(
            new RuntimeUnavailableException(
                "A first command in a sandbox of bubblewrap failed: "
                    + result.exit().cause().id()
                    + " "
                    + result.stderr(),
                null));
  }

  @Override
  public Future<String> ping() {
    return workers.executeBlocking(this::describe, false);
  }

  private String describe() throws IOException {
    if (!Files.isExecutable(settings.bubblewrap())) {
      throw new RuntimeUnavailableException(
          "Bubblewrap is not installed at "
              + settings.bubblewrap()
              + "; install it (on Debian: apt-get install bubblewrap).",
          null);
    }
    if (!Files.isExecutable(settings.launcher())) {
      throw new RuntimeUnavailableException(
          "The launcher is missing; build it with: make -C docker/launcher.", null);
    }
    Process version =
        new ProcessBuilder(settings.bubblewrap().toString(), "--version")
            .redirectErrorStream(true)
            .start();
    try (var output = version.getInputStream()) {
      version.getOutputStream().close();
      return "process: "
          + new String(output.readNBytes(200), StandardCharsets.UTF_8).strip()
          + ", "
          + settings.concurrency()
          + " at once";
    }
  }

  @Override
  public Run run(OneShotSpec spec) {
    LaunchedRun run = new LaunchedRun(vertx, spec.limits().maxOutput(), spec.limits().wall());
    turns
        .enter()
        .onComplete(
            entered ->
                run.later(
                    () -> {
                      if (entered.failed()) {
                        run.fail(entered.cause());
                      } else {
                        run.result().onComplete(done -> turns.leave());
                        launch(run, spec);
                      }
                    }));
    return run;
  }

  private void launch(LaunchedRun run, OneShotSpec spec) {
    if (run.over()) {
      return;
    }
    launchers
        .of(spec.type(), spec.limits().diskBytes())
        .onComplete(
            found ->
                run.later(
                    () -> {
                      if (found.failed()) {
                        run.fail(found.cause());
                      } else if (!run.over()) {
                        connect(run, spec, found.result());
                      }
                    }));
  }

  private void connect(LaunchedRun run, OneShotSpec spec, Launchers.Kind kind) {
    kind.began();
    run.result().onComplete(done -> kind.ended());
    client
        .connect(kind.launcher().address())
        .onSuccess(socket -> run.begin(socket, Request.of(spec, kind.root().environment())))
        .onFailure(e -> run.failed(e.toString()));
  }

  @Override
  public Future<Void> close() {
    turns.close();
    return launchers.close().eventually(client::close).eventually(workers::close).mapEmpty();
  }
}

package ai.bharatbuild.sandbox;

import ai.bharatbuild.sandbox.ExitReport.Cause;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * One command in a sandbox that nobody else uses. All but {@link #cancel} happens on one context.
 */
final class SandboxRun implements OneShotRuntime.Run {
  private static final Duration PLACING = Duration.ofSeconds(30);
  private static final int CANNOT_RUN = 126;
  private static final int KILL = 9;

  private static final String MAKE =
      "mkdir -p " + OneShotRuntime.WORK + " && cd " + OneShotRuntime.WORK;

  private static final String BEGIN = MAKE + " && exec \"$@\"";

  private final Context context;
  private final SandboxRuntime runtime;
  private final OneShotSpec spec;
  private final Promise<OneShotResult> result = Promise.promise();
  private final Promise<Void> ended = Promise.promise();
  private String handle;
  private ExecSession session;
  private Collector collector;
  private boolean cancelled;

  SandboxRun(Context context, SandboxRuntime runtime, OneShotSpec spec) {
    this.context = context;
    this.runtime = runtime;
    this.spec = spec;
  }

  @Override
  public Future<OneShotResult> result() {
    return result.future();
  }

  @Override
  public void cancel() {
    context.runOnContext(
        v -> {
          cancelled = true;
          if (session != null) {
            session.cancel();
          } else if (handle == null) {
            finish(nothing(Cause.CANCELLED));
          }
        });
  }

  /** A sandbox has ended by itself; may be called from any thread. */
  void stopped(String which) {
    context.runOnContext(
        v -> {
          if (which.equals(handle) && session != null) {
            session.detach();
            collector.sandboxEnded();
          }
        });
  }

  boolean over() {
    return result.future().isComplete();
  }

  /** Completes when the sandbox is not used any more. */
  Future<Void> ended() {
    return ended.future();
  }

  void fail(Throwable failure) {
    result.tryFail(failure);
    ended.tryComplete();
  }

  private void finish(OneShotResult found) {
    result.tryComplete(found);
    if (handle != null || over()) {
      ended.tryComplete();
    }
  }

  void begin(Sandbox sandbox) {
    if (over()) {
      ended.tryComplete();
      return;
    }
    handle = sandbox.handle();
    place()
        .compose(placed -> placed == null ? command() : Future.succeededFuture(placed))
        .onSuccess(this::finish)
        .onFailure(this::fail);
  }

  /** Puts the files into the sandbox; what went wrong with it, or null. */
  private Future<OneShotResult> place() {
    if (spec.files().isEmpty()) {
      return Future.succeededFuture();
    }
    ExecSpec tar =
        exec(List.of("/bin/sh", "-c", MAKE + " && exec tar -xf -"), Map.of(), PLACING, 65_536);
    return run(tar, Tar.of(spec.files()))
        .map(
            placed -> {
              if (placed.exit().cause() == Cause.EXITED && placed.exit().code() == 0) {
                return null;
              }
              if (placed.exit().cause() == Cause.LOST || placed.exit().cause() == Cause.OOM) {
                return placed;
              }
              ExitReport exit =
                  new ExitReport(
                      CANNOT_RUN, null, cancelled ? Cause.CANCELLED : Cause.DISK_LIMIT, 0, 0, 0);
              Buffer words =
                  Buffer.buffer("the files do not fit into " + OneShotRuntime.WORK + "\n");
              return new OneShotResult(Buffer.buffer(), words, false, false, exit);
            });
  }

  private Future<OneShotResult> command() {
    if (cancelled) {
      return Future.succeededFuture(nothing(Cause.CANCELLED));
    }
    OneShotSpec.Limits limits = spec.limits();
    List<String> argv = new ArrayList<>();
    argv.addAll(List.of("/bin/sh", "-c", BEGIN, "sh"));
    argv.addAll(spec.argv());
    Map<String, String> environment = new HashMap<>();
    environment.put("HOME", OneShotRuntime.WORK);
    environment.putAll(spec.environment());
    ExecSpec command =
        exec(argv, environment, limits.wall(), limits.maxOutput()).withCpuTime(limits.cpu());
    return run(command, spec.stdin());
  }

  private static OneShotResult nothing(Cause cause) {
    return new OneShotResult(
        Buffer.buffer(), Buffer.buffer(), false, false, new ExitReport(null, null, cause, 0, 0, 0));
  }

  private static ExecSpec exec(
      List<String> argv, Map<String, String> environment, Duration wall, long maxOutput) {
    String id = "oneshot-" + java.util.UUID.randomUUID();
    return new ExecSpec(id, argv, environment, "/tmp", wall, maxOutput, true, true);
  }

  private Future<OneShotResult> run(ExecSpec exec, Buffer input) {
    Collector own = new Collector(exec.maxOutput());
    long begun = System.nanoTime();
    collector = own;
    return runtime
        .exec(handle, exec, own)
        .compose(
            started -> {
              session = started;
              if (cancelled) {
                started.cancel();
              }
              // A command that does not read its input loses the rest, as at any pipe.
              started.write(input).onComplete(done -> started.closeStdin());
              return own.result().recover(e -> lost(own, begun, e));
            })
        .onComplete(done -> session = null);
  }

  /**
   * A command can take its sandbox with it, where that has a kernel of its own; then this is how
   * the command ended. Whatever else parts the server from it is a failure.
   */
  private Future<OneShotResult> lost(Collector seen, long begun, Throwable failure) {
    return runtime
        .inspect(handle)
        .transform(
            found ->
                found.succeeded() && found.result().ended()
                    ? Future.succeededFuture(seen.until(report(found.result(), begun)))
                    : Future.failedFuture(failure));
  }

  private static ExitReport report(Sandbox ended, long begun) {
    long ms = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
    boolean memory = ended.state() == Sandbox.State.ERROR;
    return new ExitReport(null, memory ? KILL : null, memory ? Cause.OOM : Cause.LOST, ms, 0, 0);
  }
}

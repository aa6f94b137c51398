package ai.bharatbuild.sandbox;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Runs each command in a fresh sandbox of the {@link SandboxRuntime}, which is removed then. */
public final class SandboxOneShots implements OneShotRuntime {
  private final Vertx vertx;
  private final SandboxRuntime runtime;
  private final FreshSandboxes sandboxes;
  private final Turns turns;
  private final Set<SandboxRun> running = ConcurrentHashMap.newKeySet();
  private final Set<Future<Void>> discarding = ConcurrentHashMap.newKeySet();

  /**
   * @param concurrency commands that run at once
   * @param waiting commands that may wait for their turn
   */
  public SandboxOneShots(
      Vertx vertx, SandboxRuntime runtime, FreshSandboxes sandboxes, int concurrency, int waiting) {
    this.vertx = vertx;
    this.runtime = runtime;
    this.sandboxes = sandboxes;
    this.turns = new Turns(concurrency, waiting);
    runtime.onStopped(handle -> running.forEach(run -> run.stopped(handle)));
  }

  @Override
  public Future<String> ping() {
    return runtime.ping().map(engine -> "sandboxes: " + engine);
  }

  @Override
  public Run run(OneShotSpec spec) {
    Context context = vertx.getOrCreateContext();
    SandboxRun run = new SandboxRun(context, runtime, spec);
    turns
        .enter()
        .onComplete(
            entered ->
                context.runOnContext(
                    v -> {
                      if (entered.succeeded()) {
                        running.add(run);
                        begin(run, spec);
                      } else {
                        run.fail(entered.cause());
                      }
                    }));
    return run;
  }

  private void begin(SandboxRun run, OneShotSpec spec) {
    if (run.over()) {
      ended(run);
      return;
    }
    sandboxes
        .take(spec.type(), spec.limits())
        .onFailure(
            e -> {
              run.fail(e);
              ended(run);
            })
        .onSuccess(
            sandbox -> {
              run.begin(sandbox);
              run.ended().onComplete(done -> discard(sandbox).onComplete(gone -> ended(run)));
            });
  }

  private void ended(SandboxRun run) {
    running.remove(run);
    turns.leave();
  }

  /** The caller has the result before this is done; closing waits for it. */
  private Future<Void> discard(Sandbox sandbox) {
    Promise<Void> gone = Promise.promise();
    discarding.add(gone.future());
    sandboxes
        .discard(sandbox)
        .onComplete(
            done -> {
              discarding.remove(gone.future());
              gone.complete();
            });
    return gone.future();
  }

  @Override
  public Future<Void> close() {
    turns.close();
    running.forEach(SandboxRun::cancel);
    return Future.join(running.stream().map(SandboxRun::ended).toList())
        .transform(v -> Future.join(discarding.stream().toList()))
        .transform(v -> sandboxes.close())
        .otherwiseEmpty()
        .mapEmpty();
  }
}

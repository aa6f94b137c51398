package ai.bharatbuild.agents.runs;

import ai.bharatbuild.agents.llm.Budget;
import ai.bharatbuild.agents.llm.Ledger;
import ai.bharatbuild.log.EventLog;
import ai.bharatbuild.log.LogLimits;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;

/**
 * Has runs worked on: each on a virtual thread of its own, with its log, and its model within its
 * budget. Belongs to the verticle's event loop.
 */
final class RunWork {
  private final Vertx vertx;
  private final Context context;
  private final RunParts parts;
  private final RunFiles files;

  RunWork(Vertx vertx, Context context, RunParts parts, RunFiles files) {
    this.vertx = vertx;
    this.context = context;
    this.parts = parts;
    this.files = files;
  }

  /** The log of a run that is there already. */
  Future<RunLog> open(RunEntry entry) {
    return entry.log != null
        ? Future.succeededFuture(entry.log)
        : EventLog.open(vertx, parts.logs(), files.events(entry.id), LogLimits.DEFAULT)
            .map(log -> new RunLog(log, context));
  }

  /** The log of a new run. */
  RunLog create(RunId id) {
    return new RunLog(
        EventLog.create(vertx, parts.logs(), files.events(id), LogLimits.DEFAULT), context);
  }

  /** Begins or goes on; {@link RunEntry#done} tells the end. */
  void begin(RunEntry entry, RunFiles.Saved saved, RunLog log) {
    LiveRun run = new LiveRun(entry.id, saved, files, log, parts.workspaces(), this::models);
    Promise<Void> done = Promise.promise();
    entry.live = run;
    entry.log = log;
    entry.done = done.future();
    Thread.ofVirtual()
        .name("run-" + entry.id)
        .start(
            () -> {
              try {
                new RunFlow(run, parts).work();
              } finally {
                context.runOnContext(
                    v -> {
                      entry.verified = entry.hasEvidence();
                      entry.live = null;
                      entry.log = null;
                      done.complete();
                    });
              }
            });
  }

  private RunModels models(LiveRun run) {
    if (parts.model() == null) {
      return null;
    }
    RunRequest request = run.request();
    RunState.Cost spent = run.state().cost();
    // What was spent before a restart is known to the larger one by itself.
    Future<Budget> budget =
        parts
            .budgets()
            .of(request.account(), request.apiKey())
            .map(
                larger ->
                    new Budget(
                        "this run",
                        Math.max(0, request.maxCostMicros() - spent.costMicros()),
                        Math.max(0, request.maxTokens() - spent.usage().total()),
                        larger));
    Ledger ledger = new Ledger(new RunCosts(run, parts.usage(), parts.rupees())::take);
    return new RunModels(vertx, parts.model(), parts.models(), budget, ledger, run.signal());
  }
}

package ai.bharatbuild.agents.runs;

import ai.bharatbuild.agents.llm.Budget;
import ai.bharatbuild.agents.llm.Ledger;
import ai.bharatbuild.agents.work.StopSignal;
import ai.bharatbuild.log.EventLog;
import ai.bharatbuild.log.LogLimits;
import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.problem.Problem;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The runs of one shard's jobs: begins them, ends them, finds them. Belongs to its verticle's event
 * loop; the work of each run is done on a virtual thread of its own.
 */
final class Runs {
  private static final Logger LOG = LoggerFactory.getLogger(Runs.class);
  private static final int RETRY_SECONDS = 30;

  private final Vertx vertx;
  private final Context context;
  private final RunParts parts;
  private final RunFiles files;
  private final Map<RunId, RunEntry> entries = new HashMap<>();

  Runs(Vertx vertx, Context context, RunParts parts) {
    this.vertx = vertx;
    this.context = context;
    this.parts = parts;
    this.files = new RunFiles(parts.root(), parts.workers());
  }

  /** Finds the runs of an earlier server and goes on with those that were not over. */
  Future<Void> recover(Predicate<String> mine) {
    return files
        .later(() -> files.all(mine))
        .compose(found -> Future.join(found.stream().map(this::take).toList()).<Void>mapEmpty());
  }

  /** The job may have been deleted in the moment in which a server was killed. */
  private Future<Void> take(RunFiles.Found found) {
    String job = found.id().job();
    return parts
        .workspaces()
        .exists(job)
        .compose(
            exists -> {
              if (!exists) {
                return files.later(
                    () -> {
                      files.delete(job);
                      return null;
                    });
              }
              return goOn(add(found.id(), found.saved()), found.saved());
            });
  }

  /** A run that is over may still have to tell so. */
  private Future<Void> goOn(RunEntry entry, RunFiles.Saved saved) {
    if (saved.state().status() == RunStatus.WAITING) {
      return Future.succeededFuture();
    }
    return open(entry)
        .map(
            log -> {
              if (!saved.state().status().ended() || !log.events().ended()) {
                LOG.info("run {} goes on from stage {}", entry.id, saved.state().stage().text());
                work(entry, saved, log);
              }
              return null;
            });
  }

  private RunEntry add(RunId id, RunFiles.Saved saved) {
    RunEntry entry = new RunEntry(id, saved.request().owner(), saved.state().createdAt());
    entries.put(id, entry);
    return entry;
  }

  private Future<RunLog> open(RunEntry entry) {
    return entry.log != null
        ? Future.succeededFuture(entry.log)
        : EventLog.open(vertx, parts.logs(), files.events(entry.id), LogLimits.DEFAULT)
            .map(log -> new RunLog(log, context));
  }

  Future<RunMessages.Started> start(RunMessages.Start asked) {
    return begin(
        asked.job(),
        asked.request(),
        RunState.begin(parts.author().name(), Instant.now()),
        asked.pictures());
  }

  private Future<RunMessages.Started> begin(
      String job, RunRequest request, RunState state, List<byte[]> pictures) {
    refuseWhileBusy(job);
    RunFiles.Saved first = new RunFiles.Saved(request, state);
    Promise<Void> made = Promise.promise();
    RunId id = nextId(job);
    RunEntry entry = add(id, first);
    // It counts as busy from now on, though its files are not made yet.
    entry.done = made.future();
    return files
        .later(
            () -> {
              files.create(id, first, pictures);
              return null;
            })
        .map(
            v -> {
              RunLog log =
                  new RunLog(
                      EventLog.create(vertx, parts.logs(), files.events(id), LogLimits.DEFAULT),
                      context);
              work(entry, first, log);
              return new RunMessages.Started(view(entry, first), log);
            })
        .onFailure(e -> entries.remove(id))
        .onComplete(v -> made.tryComplete());
  }

  private void refuseWhileBusy(String job) {
    for (RunEntry entry : entries.values()) {
      if (entry.id.job().equals(job) && !entry.done.isComplete()) {
        throw ApiException.conflict(
            "run_active",
            "Run " + entry.id + " is at work on this job; wait for its end, or cancel it.");
      }
    }
    if (parts.slots().getQueueLength() >= parts.waiting()
        && parts.slots().availablePermits() == 0) {
      throw new ApiException(
          new Problem(
              429,
              "runs_full",
              "Too many runs wait already; try later.",
              null,
              null,
              null,
              RETRY_SECONDS));
    }
  }

  private RunId nextId(String job) {
    int newest =
        entries.keySet().stream()
            .filter(id -> id.job().equals(job))
            .mapToInt(RunId::number)
            .max()
            .orElse(0);
    return new RunId(job, newest + 1);
  }

  /** Begins or goes on. */
  private void work(RunEntry entry, RunFiles.Saved saved, RunLog log) {
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
    Budget budget = new Budget("this run", request.maxCostMicros(), request.maxTokens(), null);
    RunState.Cost spent = run.state().cost();
    // What was spent before a restart may be a little more than is left of a limit.
    budget.spent(spent.costMicros(), spent.usage().total());
    Ledger ledger = new Ledger(new RunCosts(run, parts.usage(), parts.rupees())::take);
    return new RunModels(vertx, parts.model(), parts.models(), budget, ledger, run.signal());
  }

  Future<RunView> get(RunMessages.Of asked) {
    return view(find(asked));
  }

  /** Newest first. */
  RunMessages.Listed list(RunMessages.Mine asked) {
    return new RunMessages.Listed(
        entries.values().stream()
            .filter(entry -> entry.owner.equals(asked.owner()))
            .filter(entry -> asked.job() == null || asked.job().equals(entry.id.job()))
            .map(entry -> new RunMessages.Item(entry.id, entry.createdAt))
            .sorted(RunMessages.Item.NEWEST_FIRST)
            .toList());
  }

  Future<RunMessages.Followed> events(RunMessages.Of asked) {
    return open(find(asked)).map(RunMessages.Followed::new);
  }

  /** Ends a run and waits until it has; what is over stays as it is. */
  Future<RunView> cancel(RunMessages.Of asked) {
    RunEntry entry = find(asked);
    return waiting(entry)
        .map(
            waits -> {
              if (entry.live != null) {
                entry.live.signal().stop(StopSignal.Why.CANCELLED);
              }
              return null;
            })
        .compose(v -> entry.done)
        .compose(v -> view(entry));
  }

  /** Lets a run work on that waits for its user; whether there was one. */
  private Future<Boolean> waiting(RunEntry entry) {
    if (entry.live != null) {
      return Future.succeededFuture(false);
    }
    return read(entry)
        .compose(
            saved ->
                saved.state().status() != RunStatus.WAITING
                    ? Future.succeededFuture(false)
                    : open(entry)
                        .map(
                            log -> {
                              // Another call may have been first.
                              if (entry.live == null) {
                                work(entry, saved, log);
                              }
                              return true;
                            }));
  }

  /** Goes on with a run that waits for the approval of its plan. */
  Future<RunView> approve(RunMessages.Of asked) {
    RunEntry entry = find(asked);
    return waiting(entry)
        .compose(
            waits -> {
              if (!waits) {
                throw ApiException.conflict(
                    "run_not_waiting", "The run does not wait for an approval.");
              }
              return view(entry);
            });
  }

  /**
   * Tries again what failed, as a new run with what is known: the plan and the files written. A run
   * that is not over is given as it is.
   */
  Future<RunView> resume(RunMessages.Of asked) {
    RunEntry entry = find(asked);
    if (entry.live != null) {
      return view(entry);
    }
    return read(entry)
        .compose(
            saved ->
                switch (saved.state().status()) {
                  case COMPLETE ->
                      throw ApiException.conflict(
                          "run_complete", "The run is complete; there is nothing to resume.");
                  case FAILED, CANCELLED ->
                      begin(
                              entry.id.job(),
                              saved.request(),
                              saved.state().again(Instant.now()),
                              List.of())
                          .map(RunMessages.Started::view);
                  default -> view(entry);
                });
  }

  /** A job is gone; so is what was made for it. */
  Future<RunMessages.Forgotten> forget(String job) {
    List<RunEntry> of = entries.values().stream().filter(e -> e.id.job().equals(job)).toList();
    List<Future<?>> ends = new ArrayList<>();
    for (RunEntry entry : of) {
      if (entry.live != null) {
        entry.live.signal().stop(StopSignal.Why.CANCELLED);
      }
      ends.add(entry.done);
    }
    return Future.join(ends)
        .transform(
            v -> {
              of.forEach(entry -> entries.remove(entry.id));
              return files.later(
                  () -> {
                    files.delete(job);
                    return new RunMessages.Forgotten();
                  });
            });
  }

  /** The server stops: what works is told so, and goes on when it starts again. */
  Future<Void> close() {
    List<Future<?>> ends = new ArrayList<>();
    for (RunEntry entry : entries.values()) {
      if (entry.live != null) {
        entry.live.signal().stop(StopSignal.Why.CLOSING);
        ends.add(entry.done);
      }
    }
    return Future.join(ends).mapEmpty();
  }

  private RunEntry find(RunMessages.Of asked) {
    RunEntry entry = entries.get(asked.id());
    if (entry == null || !entry.owner.equals(asked.owner())) {
      throw ApiException.notFound("run");
    }
    return entry;
  }

  private Future<RunFiles.Saved> read(RunEntry entry) {
    return files.later(() -> files.read(entry.id));
  }

  private Future<RunView> view(RunEntry entry) {
    return entry.live != null
        ? Future.succeededFuture(
            view(entry, new RunFiles.Saved(entry.live.request(), entry.live.state())))
        : read(entry).map(saved -> view(entry, saved));
  }

  private RunView view(RunEntry entry, RunFiles.Saved saved) {
    Long last = entry.log == null ? null : entry.log.events().lastId();
    return RunView.of(entry.id, saved.request(), saved.state(), parts.currency(), last);
  }
}

package ai.bharatbuild.agents.runs;

import ai.bharatbuild.agents.work.StopSignal;
import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.problem.Problem;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The lives of the runs of one shard's jobs: how they begin, go on and end. Belongs to its
 * verticle's event loop.
 */
final class Runs {
  private static final int RETRY_SECONDS = 30;

  private final RunParts parts;
  private final RunFiles files;
  private final RunTable table = new RunTable();
  private final RunWork work;
  private final RunAnswers answers;

  Runs(Vertx vertx, Context context, RunParts parts) {
    this.parts = parts;
    this.files = new RunFiles(parts.root(), parts.workers());
    this.work = new RunWork(vertx, context, parts, files);
    this.answers = new RunAnswers(table, files, work, parts);
  }

  RunAnswers answers() {
    return answers;
  }

  /** See {@link RunRecovery}. */
  Future<Void> recover(Predicate<String> mine) {
    return new RunRecovery(parts, files, table, work).run(mine);
  }

  /** Begins a run, or gives the one that was begun with the request's key before. */
  Future<RunMessages.Started> start(RunMessages.Start asked) {
    RunEntry same = begunBefore(asked);
    if (same == null) {
      return begin(
          asked.job(),
          asked.request(),
          RunState.begin(parts.author().name(), Instant.now()),
          asked.pictures());
    }
    return same.live == null && same.busy()
        ? same.done.compose(v -> start(asked))
        : work.open(same)
            .compose(log -> answers.view(same).map(view -> new RunMessages.Started(view, log)));
  }

  private RunEntry begunBefore(RunMessages.Start asked) {
    return table.of(asked.job()).stream()
        .filter(entry -> entry.key != null && entry.key.equals(asked.request().key()))
        .findFirst()
        .orElse(null);
  }

  private Future<RunMessages.Started> begin(
      String job, RunRequest request, RunState state, List<byte[]> pictures) {
    RunEntry ending = ending(job);
    if (ending != null) {
      return ending.done.compose(v -> begin(job, request, state, pictures));
    }
    refuseWhileBusy(job);
    refuseWhenFull();
    RunFiles.Saved first = new RunFiles.Saved(request, state);
    Promise<Void> made = Promise.promise();
    RunId id = new RunId(job, table.nextNumber(job));
    RunEntry entry = new RunEntry(id, first);
    table.add(entry);
    // It counts as busy from now on, though its files are not made yet.
    entry.done = made.future();
    return parts
        .workspaces()
        .admits(job, request.owner())
        .compose(
            v ->
                files.later(
                    () -> {
                      files.create(id, first, pictures);
                      return null;
                    }))
        .map(
            v -> {
              RunLog log = work.create(id);
              work.begin(entry, first, log);
              return new RunMessages.Started(answers.view(entry, first), log);
            })
        .onFailure(e -> table.remove(entry))
        .onComplete(v -> made.tryComplete());
  }

  /** A run that is over, as its readers may know already, and has not let go of its job yet. */
  private RunEntry ending(String job) {
    return table.of(job).stream()
        .filter(entry -> entry.live != null && entry.live.state().status().ended())
        .findFirst()
        .orElse(null);
  }

  private void refuseWhileBusy(String job) {
    for (RunEntry entry : table.of(job)) {
      if (entry.busy()) {
        throw ApiException.conflict(
            "run_active",
            "Run " + entry.id + " is at work on this job; wait for its end, or cancel it.");
      }
    }
  }

  private void refuseWhenFull() {
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

  /**
   * The events of a run. One that is over and has not told so in them lost that with the machine's
   * power, and tells it again.
   */
  Future<RunMessages.Followed> events(RunMessages.Of asked) {
    RunEntry entry = answers.find(asked);
    return work.open(entry)
        .compose(
            log ->
                entry.live != null || log.events().ended()
                    ? Future.succeededFuture(log)
                    : answers.saved(entry).map(saved -> endTold(entry, saved, log)))
        .map(RunMessages.Followed::new);
  }

  private RunLog endTold(RunEntry entry, RunFiles.Saved saved, RunLog log) {
    // Another call may have been first.
    if (entry.live == null && saved.state().status().ended()) {
      work.begin(entry, saved, log);
    }
    return entry.log == null ? log : entry.log;
  }

  /** Ends a run and waits until it has; what is over stays as it is. */
  Future<RunView> cancel(RunMessages.Of asked) {
    RunEntry entry = answers.find(asked);
    return waked(entry, () -> {})
        .map(
            waits -> {
              if (entry.live != null) {
                entry.live.signal().stop(StopSignal.Why.CANCELLED);
              }
              return null;
            })
        .compose(v -> entry.done)
        .compose(v -> answers.view(entry));
  }

  /**
   * Has a run worked on that waits for its user; whether it did.
   *
   * @param check throws where it must not be, in the moment before
   */
  private Future<Boolean> waked(RunEntry entry, Runnable check) {
    if (entry.live != null) {
      return Future.succeededFuture(false);
    }
    return answers
        .saved(entry)
        .compose(
            saved ->
                saved.state().status() != RunStatus.WAITING
                    ? Future.succeededFuture(false)
                    : work.open(entry)
                        .map(
                            log -> {
                              // Another call may have been first.
                              if (entry.live == null) {
                                check.run();
                                work.begin(entry, saved, log);
                              }
                              return true;
                            }));
  }

  /** Goes on with a run that waits for the approval of its plan, unless another is at work. */
  Future<RunView> approve(RunMessages.Of asked) {
    RunEntry entry = answers.find(asked);
    return waked(entry, () -> refuseWhileBusy(entry.id.job()))
        .compose(
            waits -> {
              if (!waits) {
                throw ApiException.conflict(
                    "run_not_waiting", "The run does not wait for an approval.");
              }
              return answers.view(entry);
            });
  }

  /**
   * Tries again what failed, as a new run with what is known: the plan and the files written. A run
   * that is not over is given as it is.
   */
  Future<RunView> resume(RunMessages.Of asked) {
    RunEntry entry = answers.find(asked);
    if (entry.live != null && !entry.live.state().status().ended()) {
      return answers.view(entry);
    }
    // Whoever hears of the end may ask in the moment before nobody works on it any more.
    return entry
        .done
        .compose(v -> answers.saved(entry))
        .compose(
            saved ->
                switch (saved.state().status()) {
                  case COMPLETE ->
                      throw ApiException.conflict(
                          "run_complete", "The run is complete; there is nothing to resume.");
                  case FAILED, CANCELLED -> again(entry.id, saved);
                  default -> answers.view(entry);
                });
  }

  private Future<RunView> again(RunId ended, RunFiles.Saved saved) {
    RunRequest request = saved.request();
    return files
        .later(() -> files.pictures(ended, request.pictures().size()))
        .compose(
            pictures -> begin(ended.job(), request, saved.state().again(Instant.now()), pictures))
        .map(RunMessages.Started::view);
  }

  /** A job is gone; so is what was made for it, once nobody works on it any more. */
  Future<RunMessages.Forgotten> forget(String job) {
    List<RunEntry> runs = List.copyOf(table.of(job));
    List<Future<?>> ends = new ArrayList<>();
    for (RunEntry entry : runs) {
      if (entry.live != null) {
        entry.live.signal().stop(StopSignal.Why.CANCELLED);
      }
      if (entry.busy()) {
        ends.add(entry.done);
      }
    }
    if (!ends.isEmpty()) {
      // One that was only beginning is worked on by then.
      return Future.join(ends).transform(v -> forget(job));
    }
    runs.forEach(table::remove);
    return files.delete(job).map(v -> new RunMessages.Forgotten());
  }

  /** The server stops: what works is told so, and goes on when it starts again. */
  Future<Void> close() {
    List<Future<?>> ends = new ArrayList<>();
    for (RunEntry entry : table.all()) {
      if (entry.live != null) {
        entry.live.signal().stop(StopSignal.Why.CLOSING);
        ends.add(entry.done);
      }
    }
    return Future.join(ends).mapEmpty();
  }
}

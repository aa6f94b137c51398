package ai.bharatbuild.tasks;

import ai.bharatbuild.problem.ApiException;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One worker and the tasks that it has. Belongs to the runner's context. */
final class TaskDesk {
  private static final Logger LOG = LoggerFactory.getLogger(TaskDesk.class);
  private static final long RETRY_MS = 500;

  private final Vertx vertx;
  private final Pool pool;
  private final TaskWorker worker;
  private final TaskTiming timing;
  private final String name;
  private final TaskEnds ends;
  private final Consumer<Task> changed;
  private final Map<UUID, Attempt> attempts = new HashMap<>();
  private boolean looking;
  private boolean again;
  private Promise<Void> closing;

  TaskDesk(
      Vertx vertx,
      Pool pool,
      TaskWorker worker,
      TaskTiming timing,
      String name,
      TaskEnds ends,
      Consumer<Task> changed) {
    this.vertx = vertx;
    this.pool = pool;
    this.worker = worker;
    this.timing = timing;
    this.name = name;
    this.ends = ends;
    this.changed = changed;
  }

  /** Takes as many tasks as the worker has hands free. */
  void look() {
    int free = worker.concurrency() - attempts.size();
    if (closing != null || free <= 0) {
      return;
    }
    if (looking) {
      again = true;
      return;
    }
    looking = true;
    again = false;
    long asked = System.nanoTime();
    pool.preparedQuery(TaskSql.CLAIM)
        .execute(Tuple.of(worker.kind(), free, timing.lease().toMillis(), name))
        .onComplete(
            rows -> {
              looking = false;
              TaskQueue.all(rows).forEach(task -> begin(task, asked));
              if (closing != null) {
                idle();
              } else if (again) {
                look();
              }
            },
            e -> {
              looking = false;
              LOG.debug("no tasks can be taken now", e);
              idle();
            });
  }

  private void begin(Task task, long asked) {
    Attempt attempt = new Attempt(task, pool, changed, asked);
    attempts.put(task.id(), attempt);
    if (closing != null) {
      attempt.stop(TaskRun.Stop.CLOSING);
    } else {
      changed.accept(task);
    }
    Future<TaskOutcome> work;
    try {
      work = attempt.stopped() ? Future.failedFuture("the server stops") : worker.run(attempt);
    } catch (RuntimeException e) {
      work = Future.failedFuture(e);
    }
    work.onComplete(done -> ended(attempt, done));
  }

  private void ended(Attempt attempt, AsyncResult<TaskOutcome> done) {
    if (attempt.stop() == TaskRun.Stop.LOST) {
      LOG.warn("task {} was lost to another worker", attempt.task().id());
      remove(attempt);
    } else if (done.succeeded() && done.result().success()) {
      write(attempt, () -> ends.write(attempt.task(), TaskStatus.COMPLETED, done.result()));
    } else if (attempt.stop() == TaskRun.Stop.CANCELLED) {
      TaskOutcome outcome =
          done.succeeded() ? done.result() : TaskOutcome.failed("cancelled", null);
      write(attempt, () -> ends.write(attempt.task(), TaskStatus.CANCELLED, outcome));
    } else if (attempt.stop() == TaskRun.Stop.CLOSING) {
      write(attempt, () -> release(attempt.task()));
    } else if (done.succeeded()) {
      write(attempt, () -> ends.write(attempt.task(), TaskStatus.FAILED, done.result()));
    } else {
      write(attempt, () -> failed(attempt.task(), done.cause()));
    }
  }

  /** Writes an end until the database takes it, or the lease is lost. */
  private void write(Attempt attempt, Supplier<Future<Task>> statement) {
    statement
        .get()
        .onComplete(
            task -> {
              remove(attempt);
              if (task != null) {
                changed.accept(task);
              }
            },
            e -> {
              LOG.debug("the end of task {} cannot be written yet", attempt.task().id(), e);
              if (closing != null || attempt.stop() == TaskRun.Stop.LOST) {
                remove(attempt);
              } else {
                vertx.setTimer(RETRY_MS, id -> write(attempt, statement));
              }
            });
  }

  private Future<Task> release(Task task) {
    return pool.preparedQuery(TaskSql.RELEASE)
        .execute(Tuple.of(task.id(), task.lease()))
        .map(v -> null);
  }

  private Future<Task> failed(Task task, Throwable cause) {
    LOG.warn("attempt {} of task {} failed: {}", task.attempts(), task.id(), cause.toString());
    LOG.debug("it failed by", cause);
    String told =
        cause instanceof ApiException known ? known.problem().detail() : "The worker failed.";
    return pool.preparedQuery(TaskSql.ATTEMPT_FAILED)
        .execute(
            Tuple.of(
                (double) timing.longestBackoff().toMillis(),
                (double) timing.backoff().toMillis(),
                TaskEnds.cut(told),
                task.id(),
                task.lease()))
        .map(rows -> rows.size() == 0 ? null : Task.of(rows.iterator().next()));
  }

  private void remove(Attempt attempt) {
    attempts.remove(attempt.task().id(), attempt);
    idle();
    look();
  }

  /** Tells the worker of a task, if it has it, that it was cancelled. */
  void cancel(String id) {
    for (Attempt attempt : List.copyOf(attempts.values())) {
      if (attempt.task().id().toString().equals(id)) {
        attempt.stop(TaskRun.Stop.CANCELLED);
      }
    }
  }

  /** Gives up what was last known to be on lease before a time. */
  void giveUp(long before) {
    for (Attempt attempt : List.copyOf(attempts.values())) {
      if (attempt.aliveAt - before < 0) {
        attempt.stop(TaskRun.Stop.LOST);
      }
    }
  }

  /** Says that the worker is alive; learns what was cancelled, and what was lost. */
  Future<Void> beat() {
    List<Attempt> held = List.copyOf(attempts.values());
    if (held.isEmpty()) {
      return Future.succeededFuture();
    }
    long asked = System.nanoTime();
    UUID[] ids = held.stream().map(it -> it.task().id()).toArray(UUID[]::new);
    UUID[] tokens = held.stream().map(it -> it.task().lease()).toArray(UUID[]::new);
    return pool.preparedQuery(TaskSql.HEARTBEAT)
        .execute(Tuple.of(ids, tokens, timing.lease().toMillis()))
        .onSuccess(rows -> beaten(held, rows, asked))
        .mapEmpty();
  }

  private void beaten(List<Attempt> held, RowSet<Row> rows, long asked) {
    Map<UUID, Boolean> alive = new HashMap<>();
    rows.forEach(row -> alive.put(row.getUUID(0), row.getBoolean(1)));
    for (Attempt attempt : held) {
      Boolean cancelled = alive.get(attempt.task().id());
      if (cancelled != null) {
        attempt.aliveAt = asked;
        if (cancelled) {
          attempt.stop(TaskRun.Stop.CANCELLED);
        }
      } else if (attempts.get(attempt.task().id()) == attempt) {
        // Its own end may just be being written; then it is no loss to be told so.
        attempt.stop(TaskRun.Stop.LOST);
      }
    }
  }

  /** Stops taking tasks and gives back what it has; completes when it has none. */
  Future<Void> close() {
    closing = Promise.promise();
    List.copyOf(attempts.values()).forEach(attempt -> attempt.stop(TaskRun.Stop.CLOSING));
    idle();
    return closing.future();
  }

  private void idle() {
    if (closing != null && attempts.isEmpty() && !looking) {
      closing.tryComplete();
    }
  }
}

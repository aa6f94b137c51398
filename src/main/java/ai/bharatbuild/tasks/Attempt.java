package ai.bharatbuild.tasks;

import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.util.function.Consumer;

/** An attempt under way. Belongs to the runner's context. */
final class Attempt implements TaskRun {
  private final Task task;
  private final Pool pool;
  private final Consumer<Task> changed;

  /** When the lease was last known to be held, by {@link System#nanoTime}. */
  long aliveAt;

  private Stop stop;
  private Consumer<Stop> onStop;

  Attempt(Task task, Pool pool, Consumer<Task> changed, long aliveAt) {
    this.task = task;
    this.pool = pool;
    this.changed = changed;
    this.aliveAt = aliveAt;
  }

  @Override
  public Task task() {
    return task;
  }

  @Override
  public Future<Void> note(int progress, JsonObject state) {
    if (stopped()) {
      return Future.failedFuture(over());
    }
    return pool.preparedQuery(TaskSql.NOTE)
        .execute(Tuple.of(task.id(), task.lease(), progress, state))
        .compose(
            rows -> {
              if (rows.size() == 0) {
                stop(Stop.LOST);
              } else {
                noted(Task.of(rows.iterator().next()));
              }
              return stopped() ? Future.failedFuture(over()) : Future.succeededFuture();
            });
  }

  private void noted(Task now) {
    changed.accept(now);
    if (now.cancelRequested()) {
      stop(Stop.CANCELLED);
    }
  }

  private static ApiException over() {
    return ApiException.conflict("attempt_over", "The task was cancelled, or taken by another.");
  }

  @Override
  public void onStop(Consumer<Stop> action) {
    onStop = action;
    if (stop != null) {
      action.accept(stop);
    }
  }

  @Override
  public boolean stopped() {
    return stop != null;
  }

  /** Why it is to stop, or null. */
  Stop stop() {
    return stop;
  }

  /** Tells the worker, unless it was told already; a lost lease overrides everything else. */
  void stop(Stop reason) {
    boolean first = stop == null;
    if (first || reason == Stop.LOST) {
      stop = reason;
    }
    if (first && onStop != null) {
      onStop.accept(reason);
    }
  }
}

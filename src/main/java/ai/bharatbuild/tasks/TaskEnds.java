package ai.bharatbuild.tasks;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Writes how tasks ended. Those that end while a write is under way share the next one, so that a
 * commit is paid for by many. Belongs to the runner's context.
 */
final class TaskEnds {
  private static final int MOST = 500;
  private final Pool pool;
  private List<End> waiting = new ArrayList<>();
  private boolean writing;

  private record End(Task task, String status, TaskOutcome outcome, Promise<Task> written) {}

  TaskEnds(Pool pool) {
    this.pool = pool;
  }

  /**
   * Gives the task as it is now, or null when the lease was lost meanwhile and nothing was written.
   */
  Future<Task> write(Task task, TaskStatus status, TaskOutcome outcome) {
    End end = new End(task, status.text(), outcome, Promise.promise());
    waiting.add(end);
    next();
    return end.written().future();
  }

  private void next() {
    if (writing || waiting.isEmpty()) {
      return;
    }
    List<End> ends = waiting.size() <= MOST ? waiting : new ArrayList<>(waiting.subList(0, MOST));
    waiting =
        ends == waiting
            ? new ArrayList<>()
            : new ArrayList<>(waiting.subList(MOST, waiting.size()));
    writing = true;
    pool.preparedQuery(TaskSql.FINISH)
        .execute(tuple(ends))
        .onComplete(
            rows -> {
              writing = false;
              Map<UUID, Task> written = new HashMap<>();
              TaskQueue.all(rows).forEach(task -> written.put(task.id(), task));
              ends.forEach(end -> end.written().complete(written.get(end.task().id())));
              next();
            },
            e -> {
              writing = false;
              ends.forEach(end -> end.written().fail(e));
              next();
            });
  }

  private static Tuple tuple(List<End> ends) {
    int count = ends.size();
    UUID[] ids = new UUID[count];
    UUID[] tokens = new UUID[count];
    String[] statuses = new String[count];
    String[] outputs = new String[count];
    String[] errors = new String[count];
    Long[] used = new Long[count];
    Long[] paise = new Long[count];
    String[] models = new String[count];
    for (int i = 0; i < count; i++) {
      End end = ends.get(i);
      ids[i] = end.task().id();
      tokens[i] = end.task().lease();
      statuses[i] = end.status();
      outputs[i] = end.outcome().output() == null ? null : end.outcome().output().encode();
      errors[i] = cut(end.outcome().error());
      used[i] = end.outcome().spent().tokens();
      paise[i] = end.outcome().spent().costPaise();
      models[i] = end.outcome().spent().model();
    }
    return Tuple.from(new Object[] {ids, tokens, statuses, outputs, errors, used, paise, models});
  }

  /** To what the column holds. */
  static String cut(String error) {
    return error == null || error.length() <= 2000 ? error : error.substring(0, 1999) + "…";
  }
}

package ai.bharatbuild.tasks;

import ai.bharatbuild.db.DatabaseFailures;
import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.StreamSupport;

/**
 * The queue as those see it who put tasks on it and ask for them. Usable from any context. Fails
 * with 503 while there is no database.
 */
public final class TaskQueue {
  private final Pool pool;
  private final TaskBell bell;
  private final Consumer<Task> changed;

  /**
   * @param changed is told of every task that this server puts on the queue or brings to an end, by
   *     whichever of its parts; on any thread
   */
  public TaskQueue(Pool pool, Consumer<Task> changed) {
    this.pool = pool;
    this.bell = new TaskBell(pool);
    this.changed = changed;
  }

  /** One page of tasks, newest first, and how many there are. */
  public record Page(List<Task> tasks, long total) {}

  /**
   * Puts a task on the queue. When the future succeeds it is on disk and will be done. Fails with
   * 409 {@code project_busy} when another task leads the project.
   */
  public Future<Task> enqueue(NewTask task) {
    return pool.preparedQuery(TaskSql.INSERT)
        .execute(tuple(task))
        .recover(e -> Future.failedFuture(explain(e)))
        .map(rows -> Task.of(rows.iterator().next()))
        .onSuccess(this::queued);
  }

  /** Puts several on the queue in one transaction: all or none. */
  public Future<Void> enqueueAll(List<NewTask> tasks) {
    return pool.withTransaction(
            connection ->
                connection
                    .preparedQuery(TaskSql.INSERT)
                    .executeBatch(tasks.stream().map(TaskQueue::tuple).toList()))
        .recover(e -> Future.failedFuture(explain(e)))
        .onSuccess(rows -> bell.ring(""))
        .mapEmpty();
  }

  private static Tuple tuple(NewTask task) {
    return Tuple.of(
        task.userId(),
        task.owner(),
        task.apiKey(),
        task.projectId(),
        task.kind(),
        task.leadsProject(),
        task.input(),
        task.maxAttempts(),
        task.server());
  }

  private static Throwable explain(Throwable failure) {
    return DatabaseFailures.isDuplicate(failure, "agent_tasks_one_lead")
        ? ApiException.conflict(
            "project_busy", "The project is being worked on; wait for its task, or cancel it.")
        : failure;
  }

  /** The user's task; 404 where there is none. */
  public Future<Task> get(UUID id, UUID userId) {
    return pool.preparedQuery(TaskSql.GET).execute(Tuple.of(id, userId)).map(TaskQueue::only);
  }

  /**
   * @param status null for any
   * @param projectId null for any
   */
  public Future<Page> list(UUID userId, TaskStatus status, UUID projectId, int page, int limit) {
    String text = status == null ? null : status.text();
    Future<Long> total =
        pool.preparedQuery(TaskSql.COUNT)
            .execute(Tuple.of(userId, text, projectId))
            .map(rows -> rows.iterator().next().getLong(0));
    Future<List<Task>> tasks =
        pool.preparedQuery(TaskSql.LIST)
            .execute(Tuple.of(userId, text, projectId, limit, (page - 1L) * limit))
            .map(TaskQueue::all);
    return Future.all(total, tasks).map(v -> new Page(tasks.result(), total.result()));
  }

  /**
   * Cancels a task: one that waits is cancelled when the future succeeds, one that runs when its
   * worker has stopped. One that has ended is given as it is.
   */
  public Future<Task> cancel(UUID id, UUID userId) {
    return pool.preparedQuery(TaskSql.CANCEL)
        .execute(Tuple.of(id, userId))
        .compose(
            rows -> {
              if (rows.size() == 0) {
                return get(id, userId);
              }
              Task task = only(rows);
              if (task.status().ended()) {
                changed.accept(task);
              } else {
                bell.ring(id.toString());
              }
              return Future.succeededFuture(task);
            });
  }

  /**
   * Puts a task that failed, died or was cancelled on the queue again, from the beginning. Fails
   * with 409 {@code task_not_retriable} in any other state.
   *
   * @param apiKey key that is charged from now on, or null
   */
  public Future<Task> retry(UUID id, UUID userId, UUID apiKey) {
    return pool.preparedQuery(TaskSql.RETRY)
        .execute(Tuple.of(id, userId, apiKey))
        .recover(e -> Future.failedFuture(explain(e)))
        .compose(
            rows ->
                rows.size() > 0
                    ? Future.succeededFuture(only(rows)).onSuccess(this::queued)
                    : get(id, userId)
                        .compose(
                            task ->
                                Future.failedFuture(
                                    ApiException.conflict(
                                        "task_not_retriable",
                                        "The task is %s; only one that failed, died or was"
                                                .formatted(task.status().text())
                                            + " cancelled can be retried."))));
  }

  private void queued(Task task) {
    bell.ring("");
    changed.accept(task);
  }

  private static Task only(RowSet<Row> rows) {
    if (rows.size() == 0) {
      throw ApiException.notFound("task");
    }
    return Task.of(rows.iterator().next());
  }

  static List<Task> all(RowSet<Row> rows) {
    return StreamSupport.stream(rows.spliterator(), false).map(Task::of).toList();
  }
}

package ai.bharatbuild.tasks;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Tells the runners of all servers, over the database, that there is something to do. Rings within
 * a burst are one: PostgreSQL commits transactions that notify one after another, so the insert of
 * a task does not. Thread-safe; a ring that is lost costs time only, as runners also look on their
 * own.
 */
final class TaskBell {
  private final Pool pool;
  private final Set<String> waiting = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean ringing = new AtomicBoolean();

  TaskBell(Pool pool) {
    this.pool = pool;
  }

  /**
   * @param payload the id of a task that is to stop, or empty for new work
   */
  void ring(String payload) {
    waiting.add(payload);
    if (ringing.compareAndSet(false, true)) {
      send();
    }
  }

  private void send() {
    String[] payloads = waiting.toArray(String[]::new);
    waiting.removeAll(Set.of(payloads));
    pool.preparedQuery("select pg_notify($1, payload) from unnest($2::text[]) as payload")
        .execute(Tuple.of(TaskSql.CHANNEL).addArrayOfString(payloads))
        .transform(v -> Future.<Void>succeededFuture())
        .onComplete(
            v -> {
              ringing.set(false);
              if (!waiting.isEmpty() && ringing.compareAndSet(false, true)) {
                send();
              }
            });
  }
}

package ai.bharatbuild.tasks;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which servers are there. Says so of this one, and gives up tasks that wait for one that does not
 * come back: nobody else has what they work on. Belongs to the runner's context.
 */
final class Presence {
  private static final Logger LOG = LoggerFactory.getLogger(Presence.class);
  private static final int TIMES = 24;
  private static final String GONE =
      "The server that has the job on its disk is gone; link another job, or begin a new one.";

  private final Pool pool;
  private final String name;
  private final Duration absence;

  /** When it was last said, by {@link System#nanoTime}; null before. */
  private Long said;

  Presence(Pool pool, String name, Duration absence) {
    this.pool = pool;
    this.name = name;
    this.absence = absence;
  }

  /** How often {@link #tell} is to be called. */
  Duration interval() {
    return absence.dividedBy(TIMES);
  }

  /** Gives the tasks that were given up. */
  Future<List<Task>> tell() {
    return pool.preparedQuery(TaskSql.SEEN)
        .execute(Tuple.of(name))
        .compose(
            v -> {
              boolean steady = steady();
              said = System.nanoTime();
              return steady ? abandon() : Future.succeededFuture(List.of());
            });
  }

  /**
   * Whether this server could say so the last time, too. Where it could not, nor could others, and
   * they get the time to do so.
   */
  private boolean steady() {
    return said != null && System.nanoTime() - said < 2 * interval().toNanos();
  }

  private Future<List<Task>> abandon() {
    return pool.preparedQuery(TaskSql.ABANDON)
        .execute(Tuple.of((double) absence.toMillis(), GONE))
        .map(
            rows -> {
              List<Task> abandoned = TaskQueue.all(rows);
              abandoned.forEach(
                  task ->
                      LOG.warn(
                          "task {} failed: its server was not seen for {}", task.id(), absence));
              return abandoned;
            });
  }
}

package ai.bharatbuild.cleanup;

import ai.bharatbuild.config.Settings;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long rows are kept that nobody deletes. One batch after another and one table after another,
 * each batch a transaction of its own, so that callers are not held up. Several servers may do it
 * at once: each takes what the others have not. Usable from any context.
 */
public final class Retention {
  private static final Logger LOG = LoggerFactory.getLogger(Retention.class);
  private static final int BATCH = 1_000;

  /** For what is of no use any more, and needs no setting. */
  private static final Duration A_DAY = Duration.ofDays(1);

  private static final Duration AN_HOUR = Duration.ofHours(1);

  /**
   * A table and how long its rows are kept.
   *
   * @param time the column from which they are; rows where it is null stay
   * @param kept zero for ever
   */
  public record Rule(String table, String time, Duration kept) {
    /**
     * Removes a batch of what is older than {@code $1} seconds, and is not being removed elsewhere.
     */
    String sql() {
      return """
      delete from %1$s where ctid = any(array(
        select ctid from %1$s where %2$s < now() - make_interval(secs => $1)
        order by %2$s limit %3$d for update skip locked))\
      """
          .formatted(table, time, BATCH);
    }
  }

  private final Pool pool;
  private final List<Rule> rules;

  public Retention(Pool pool, List<Rule> rules) {
    this.pool = pool;
    this.rules = List.copyOf(rules);
  }

  /** Every table that would grow for ever. Sums of usage by day are kept. */
  public static List<Rule> rules(Settings.Kept kept) {
    return List.of(
        new Rule("usage_logs", "at", kept.usage()),
        new Rule("audit_log", "at", kept.audit()),
        new Rule("agent_tasks", "finished_at", kept.tasks()),
        new Rule("webhook_deliveries", "finished_at", kept.deliveries()),
        new Rule("sessions", "expires_at", A_DAY),
        new Rule("refresh_tokens", "expires_at", A_DAY),
        new Rule("one_time_tokens", "expires_at", A_DAY),
        new Rule("login_attempts", "window_ends", AN_HOUR));
  }

  /** Removes all that is too old. A table that fails does not keep the others; it fails then. */
  public Future<Void> run() {
    Future<Void> all = Future.succeededFuture();
    for (Rule rule : rules) {
      if (!rule.kept().isZero()) {
        all =
            all.transform(
                before ->
                    remove(rule, 0)
                        .compose(
                            v ->
                                before.succeeded()
                                    ? Future.<Void>succeededFuture()
                                    : Future.failedFuture(before.cause())));
      }
    }
    return all;
  }

  private Future<Void> remove(Rule rule, long before) {
    return pool.preparedQuery(rule.sql())
        .execute(Tuple.of((double) rule.kept().toSeconds()))
        .map(RowSet::rowCount)
        .compose(
            count -> {
              if (count == BATCH) {
                return remove(rule, before + count);
              }
              if (before + count > 0) {
                LOG.info("{} old rows of {} removed", before + count, rule.table());
              }
              return Future.succeededFuture();
            });
  }
}

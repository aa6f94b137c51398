package ai.bharatbuild.billing;

import ai.bharatbuild.db.Sql;
import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;

/**
 * Subscriptions in the database, and their ends. Every change of a user's subscription is made
 * while the user's row is locked, so changes come one after another; every reading compares what is
 * paid with the clock, so that nothing depends on the sweep having run.
 */
final class Subscriptions {
  static final String ACTIVE =
      "SELECT * FROM subscriptions WHERE user_id = $1 AND status = 'active'";

  private static final int SWEPT_AT_ONCE = 200;

  private final Pool pool;
  private final InstantSource clock;

  Subscriptions(Pool pool, InstantSource clock) {
    this.pool = pool;
    this.clock = clock;
  }

  /** The present moment as the database keeps it. */
  Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  /** The user's active subscription as it is now, or null. */
  Future<Subscription> active(SqlClient sql, UUID user) {
    return sql.preparedQuery(ACTIVE)
        .execute(Tuple.of(user))
        .map(rows -> Sql.first(rows, Subscription::of))
        .map(found -> found == null || !found.at(now()).active() ? null : found.at(now()));
  }

  /** The user's latest subscription, over or not, as it is now; null where there never was one. */
  Future<Subscription> latest(SqlClient sql, UUID user) {
    return sql.preparedQuery(
            """
            SELECT * FROM subscriptions WHERE user_id = $1
            ORDER BY (status = 'active') DESC, created_at DESC LIMIT 1\
            """)
        .execute(Tuple.of(user))
        .map(rows -> Sql.first(rows, Subscription::of))
        .map(found -> found == null ? null : found.at(now()));
  }

  /** Waits until nobody else changes the user's subscription; false where there is no such user. */
  Future<Boolean> lock(SqlClient transaction, UUID user) {
    return transaction
        .preparedQuery("SELECT 1 FROM users WHERE id = $1 FOR NO KEY UPDATE")
        .execute(Tuple.of(user))
        .map(rows -> rows.size() == 1);
  }

  /** Writes it, new or changed, after what was the active one was ended where it is over. */
  Future<Subscription> save(SqlClient transaction, Subscription next) {
    return next.id() == null
        ? settle(transaction, next.userId()).compose(v -> insert(transaction, next))
        : update(transaction, next);
  }

  private Future<Subscription> insert(SqlClient transaction, Subscription next) {
    return transaction
        .preparedQuery(
            """
            INSERT INTO subscriptions (user_id, plan_id, status, start_date, current_period_start, current_period_end,
                                       paid_until, cancel_at_period_end, created_at, updated_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) RETURNING *\
            """)
        .execute(
            Tuple.of(
                next.userId(),
                next.planId(),
                next.status().text(),
                Sql.time(next.startDate()),
                Sql.time(next.currentPeriodStart()),
                Sql.time(next.currentPeriodEnd()),
                Sql.time(next.paidUntil()),
                next.cancelAtPeriodEnd(),
                Sql.time(now())))
        .map(rows -> Sql.first(rows, Subscription::of));
  }

  private Future<Subscription> update(SqlClient transaction, Subscription next) {
    return transaction
        .preparedQuery(
            """
            UPDATE subscriptions
            SET plan_id = $2, status = $3, start_date = $4, current_period_start = $5, current_period_end = $6,
                paid_until = $7, cancel_at_period_end = $8, ended_at = $9, updated_at = $10
            WHERE id = $1 RETURNING *\
            """)
        .execute(
            Tuple.of(
                next.id(),
                next.planId(),
                next.status().text(),
                Sql.time(next.startDate()),
                Sql.time(next.currentPeriodStart()),
                Sql.time(next.currentPeriodEnd()),
                Sql.time(next.paidUntil()),
                next.cancelAtPeriodEnd(),
                Sql.time(next.endedAt()),
                Sql.time(now())))
        .map(rows -> Sql.first(rows, Subscription::of));
  }

  /** Ends the active one at once or when what is paid is over. */
  Future<Subscription> cancel(UUID user, boolean immediately) {
    return change(
        user,
        current -> {
          if (current == null || !current.active()) {
            throw ApiException.conflict("no_subscription", "There is no active subscription.");
          }
          return immediately
              ? current.ended(Subscription.Status.CANCELLED, now())
              : current.cancelling(true);
        });
  }

  /** Takes a cancellation back, as long as paid time is left. */
  Future<Subscription> reactivate(UUID user) {
    return change(
        user,
        current -> {
          if (current != null && current.active() && current.cancelAtPeriodEnd()) {
            return current.cancelling(false);
          }
          boolean left =
              current != null
                  && current.status() == Subscription.Status.CANCELLED
                  && now().isBefore(current.paidUntil());
          if (!left) {
            throw ApiException.conflict(
                "nothing_to_reactivate", "There is no cancelled subscription with time left.");
          }
          return current.revived(now());
        });
  }

  private Future<Subscription> change(
      UUID user, java.util.function.UnaryOperator<Subscription> change) {
    return pool.withTransaction(
        transaction ->
            lock(transaction, user)
                .compose(v -> latest(transaction, user))
                .compose(current -> save(transaction, change.apply(current))));
  }

  /** Writes down what the clock has done to a user's active subscription. */
  private Future<Void> settle(SqlClient transaction, UUID user) {
    return transaction
        .preparedQuery(ACTIVE)
        .execute(Tuple.of(user))
        .map(rows -> Sql.first(rows, Subscription::of))
        .compose(
            found ->
                found == null || found.equals(found.at(now()))
                    ? Future.succeededFuture()
                    : update(transaction, found.at(now())).mapEmpty());
  }

  /** Writes down the ends of periods and subscriptions that have come; gives how many. */
  Future<Integer> sweep() {
    return pool.preparedQuery(
            """
            SELECT user_id FROM subscriptions WHERE status = 'active' AND current_period_end <= $1
            ORDER BY current_period_end LIMIT $2\
            """)
        .execute(Tuple.of(Sql.time(now()), SWEPT_AT_ONCE))
        .compose(rows -> settleAll(Sql.all(rows, row -> row.getUUID("user_id"))));
  }

  private Future<Integer> settleAll(List<UUID> users) {
    Future<Void> all = Future.succeededFuture();
    for (UUID user : users) {
      all =
          all.compose(
              v ->
                  pool.withTransaction(
                      transaction ->
                          lock(transaction, user).compose(locked -> settle(transaction, user))));
    }
    return all.map(users.size());
  }

  /** Days that are left, a begun one counted whole. */
  long daysLeft(Subscription subscription) {
    long seconds = Math.max(0, Duration.between(now(), subscription.paidUntil()).toSeconds());
    return Math.ceilDiv(seconds, Duration.ofDays(1).toSeconds());
  }
}

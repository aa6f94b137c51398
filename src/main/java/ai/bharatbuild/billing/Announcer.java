package ai.bharatbuild.billing;

import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.db.Sql;
import ai.bharatbuild.events.DomainEvent;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells others of payments that were credited. Whether that was done is noted with the payment, so
 * that a server which dies in between tells of it when it is back, under the same id.
 */
final class Announcer {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int AT_ONCE = 100;

  private final Pool pool;
  private final Bus bus;
  private final Subscriptions subscriptions;

  Announcer(Pool pool, Bus bus, Subscriptions subscriptions) {
    this.pool = pool;
    this.bus = bus;
    this.subscriptions = subscriptions;
  }

  /** Tells of a payment; once told, it is noted. */
  Future<Void> announce(Transaction paid) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("transaction_id", paid.id());
    data.put("kind", paid.kind());
    data.put("plan_id", paid.planId());
    data.put("amount", paid.amount());
    data.put("currency", paid.currency());
    data.put("subscription_id", paid.subscriptionId());
    data.put("invoice_id", paid.invoiceId());
    data.put("invoice_number", paid.invoiceNumber());
    data.put("completed_at", paid.completedAt());
    bus.publish(
        DomainEvent.TOPIC,
        new DomainEvent(
            "evt_" + paid.id().toString().replace("-", ""),
            paid.owner(),
            DomainEvent.PAYMENT_SUCCEEDED,
            paid.completedAt(),
            data));
    return pool.preparedQuery("UPDATE transactions SET announced_at = $2 WHERE id = $1")
        .execute(Tuple.of(paid.id(), Sql.time(subscriptions.now())))
        .mapEmpty();
  }

  /** Tells of those that nobody was told of; gives how many. */
  Future<Integer> sweep() {
    Instant before = subscriptions.now().minus(PATIENCE);
    return pool.preparedQuery(
            "SELECT "
                + Transaction.COLUMNS
                + " FROM transactions t LEFT JOIN invoices i ON i.transaction_id = t.id"
                + " WHERE t.status = 'success' AND t.announced_at IS NULL AND t.completed_at <= $1"
                + " ORDER BY t.completed_at LIMIT $2")
        .execute(Tuple.of(Sql.time(before), AT_ONCE))
        .map(rows -> Sql.all(rows, Transaction::of))
        .compose(this::announceAll);
  }

  private Future<Integer> announceAll(List<Transaction> forgotten) {
    Future<Void> all = Future.succeededFuture();
    for (Transaction one : forgotten) {
      all = all.compose(v -> announce(one));
    }
    return all.map(forgotten.size());
  }
}

package ai.bharatbuild.billing;

import ai.bharatbuild.billing.PaymentProvider.Notice;
import ai.bharatbuild.db.Sql;
import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Credits payments, each exactly once, whoever tells of it, how often and in which order: the
 * user's row is locked, then the order's, and the subscription, the invoice and the order's state
 * change in one transaction or not at all.
 */
final class Ledger {
  private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);

  static final String FIND =
      "SELECT "
          + Transaction.COLUMNS
          + " FROM transactions t LEFT JOIN invoices i ON i.transaction_id = t.id"
          + " WHERE t.provider = $1 AND t.provider_order_id = $2";

  /** What a notice led to. */
  enum Outcome {
    CREDITED,
    /** Credited before, with the same payment. */
    REPEATED,
    NOTED_FAILURE,
    /** Nothing to do: an order that is not this server's, or a failure after the success. */
    IGNORED
  }

  /**
   * @param transaction as it is afterwards; null where it is not this server's
   */
  record Result(Outcome outcome, Transaction transaction) {}

  private final Pool pool;
  private final String provider;
  private final Subscriptions subscriptions;
  private final Invoices invoices;

  Ledger(Pool pool, String provider, Subscriptions subscriptions, Invoices invoices) {
    this.pool = pool;
    this.provider = provider;
    this.subscriptions = subscriptions;
    this.invoices = invoices;
  }

  /** The order with that id at the provider, or null. */
  Future<Transaction> find(SqlClient sql, String orderId) {
    return sql.preparedQuery(FIND)
        .execute(Tuple.of(provider, orderId))
        .map(rows -> Sql.first(rows, Transaction::of));
  }

  /**
   * Does what a checked notice asks for. Fails with 409 {@code amount_mismatch} when something else
   * was paid than ordered and {@code payment_conflict} when the order was paid by another payment
   * or the payment is for another order; nothing is credited then.
   */
  Future<Result> record(Notice notice) {
    if (notice.event() == Notice.Event.OTHER) {
      return Future.succeededFuture(new Result(Outcome.IGNORED, null));
    }
    return pool.withTransaction(
        sql ->
            find(sql, notice.orderId())
                .compose(
                    found -> {
                      if (found == null) {
                        LOG.warn("told of the order {}, which is unknown here", notice.orderId());
                        return Future.succeededFuture(new Result(Outcome.IGNORED, null));
                      }
                      return record(sql, found, notice);
                    }));
  }

  private Future<Result> record(SqlClient sql, Transaction found, Notice notice) {
    Future<Boolean> locked =
        found.userId() == null
            ? Future.succeededFuture(false)
            : subscriptions.lock(sql, found.userId());
    return locked
        .compose(v -> relock(sql, notice.orderId()))
        .compose(
            order ->
                notice.event() == Notice.Event.PAID
                    ? paid(sql, order, notice)
                    : failed(sql, order, notice));
  }

  /** The order again, this time held until the end of the transaction. */
  private Future<Transaction> relock(SqlClient sql, String orderId) {
    return sql.preparedQuery(FIND + " FOR UPDATE OF t")
        .execute(Tuple.of(provider, orderId))
        .map(rows -> Sql.first(rows, Transaction::of));
  }

  private Future<Result> failed(SqlClient sql, Transaction order, Notice notice) {
    if (order.status() != Transaction.Status.PENDING) {
      return Future.succeededFuture(new Result(Outcome.IGNORED, order));
    }
    return sql.preparedQuery(
            "UPDATE transactions SET status = 'failed', failure_reason = $2 WHERE id = $1")
        .execute(Tuple.of(order.id(), notice.reason()))
        .compose(v -> find(sql, order.orderId()))
        .map(after -> new Result(Outcome.NOTED_FAILURE, after));
  }

  private Future<Result> paid(SqlClient sql, Transaction order, Notice notice) {
    if (order.paid()) {
      return notice.paymentId().equals(order.paymentId())
          ? Future.succeededFuture(new Result(Outcome.REPEATED, order))
          : Future.failedFuture(conflict(order, notice));
    }
    if (order.amount() != notice.amount() || !order.currency().equals(notice.currency())) {
      LOG.error(
          "transaction {}: {} {} were ordered, but the payment {} is of {} {}; not credited",
          order.id(),
          order.amount(),
          order.currency(),
          notice.paymentId(),
          notice.amount(),
          notice.currency());
      return Future.failedFuture(
          ApiException.conflict("amount_mismatch", "Another amount was paid than was ordered."));
    }
    return sql.preparedQuery("SELECT 1 FROM transactions WHERE provider_payment_id = $1")
        .execute(Tuple.of(notice.paymentId()))
        .compose(
            used ->
                used.size() > 0
                    ? Future.failedFuture(conflict(order, notice))
                    : credit(sql, order, notice));
  }

  private static ApiException conflict(Transaction order, Notice notice) {
    LOG.error(
        "transaction {} and payment {} do not belong together; look at both at the provider",
        order.id(),
        notice.paymentId());
    return ApiException.conflict(
        "payment_conflict", "The order was paid by another payment, or the payment is another's.");
  }

  private Future<Result> credit(SqlClient sql, Transaction order, Notice notice) {
    Instant now = subscriptions.now();
    Future<Subscription> changed =
        order.userId() == null ? Future.succeededFuture() : subscribe(sql, order, now);
    if (order.userId() == null) {
      LOG.error("transaction {} was paid after its account was deleted; refund it", order.id());
    }
    return changed
        .compose(subscription -> succeed(sql, order, notice, subscription, now))
        .compose(
            v ->
                order.userId() == null ? Future.succeededFuture() : invoices.issue(sql, order, now))
        .compose(v -> find(sql, order.orderId()))
        .map(after -> new Result(Outcome.CREDITED, after));
  }

  private Future<Subscription> subscribe(SqlClient sql, Transaction order, Instant now) {
    return Plans.all(sql)
        .compose(
            plans ->
                subscriptions
                    .active(sql, order.userId())
                    .map(current -> new Purchase(plans).apply(current, order, now)))
        .compose(next -> subscriptions.save(sql, next));
  }

  private Future<RowSet<Row>> succeed(
      SqlClient sql, Transaction order, Notice notice, Subscription subscription, Instant now) {
    UUID id = subscription == null ? null : subscription.id();
    return sql.preparedQuery(
            """
            UPDATE transactions
            SET status = 'success', provider_payment_id = $2, subscription_id = $3, completed_at = $4, failure_reason = NULL
            WHERE id = $1\
            """)
        .execute(Tuple.of(order.id(), notice.paymentId(), id, Sql.time(now)));
  }
}

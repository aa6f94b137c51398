package ai.bharatbuild.billing;

import ai.bharatbuild.db.Sql;
import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes orders: what a user may buy now, and for how much. */
final class Orders {
  private static final Logger LOG = LoggerFactory.getLogger(Orders.class);

  /** After this time an order that the provider never made, since the server died, has failed. */
  private static final Duration ABANDONED = Duration.ofHours(1);

  /** Asking for the same within this time gives the same order. */
  private static final Duration REUSED = Duration.ofMinutes(15);

  /** What is to be ordered, before anybody was asked. */
  private record Quote(Transaction.Kind kind, Plan plan, String from, long amount) {}

  /**
   * An order that can be paid.
   *
   * @param made whether it was made now
   */
  record Placed(Transaction transaction, boolean made) {}

  private final Pool pool;
  private final PaymentProvider provider;
  private final Subscriptions subscriptions;

  Orders(Pool pool, PaymentProvider provider, Subscriptions subscriptions) {
    this.pool = pool;
    this.provider = provider;
    this.subscriptions = subscriptions;
  }

  /** A month of a plan, the first or one more of the same. */
  Future<Placed> subscribe(Account account, String planId) {
    return place(account, (plans, current) -> first(wanted(plans, planId), current));
  }

  /** A dearer plan for the time that is paid already. */
  Future<Placed> upgrade(Account account, String planId) {
    return place(account, (plans, current) -> dearer(plans, wanted(plans, planId), current));
  }

  private interface Quoting {
    Quote quote(Map<String, Plan> plans, Subscription current);
  }

  private static Plan wanted(Map<String, Plan> plans, String id) {
    Plan plan = plans.get(id);
    if (plan == null) {
      throw ApiException.invalidField("plan_id", "plan_id names no plan", "value_error");
    }
    if (plan.isFree()) {
      throw ApiException.invalidField(
          "plan_id", "plan_id is the free plan, which needs no subscription", "value_error");
    }
    return plan;
  }

  private static Quote first(Plan plan, Subscription current) {
    if (current == null) {
      return new Quote(Transaction.Kind.SUBSCRIBE, plan, null, plan.price());
    }
    if (!current.planId().equals(plan.id())) {
      throw ApiException.conflict(
          "already_subscribed",
          "You have the plan " + current.planId() + "; upgrade, or cancel it first.");
    }
    if (current.paidUntil().isAfter(current.currentPeriodEnd())) {
      throw ApiException.conflict("already_renewed", "The next month is paid already.");
    }
    return new Quote(Transaction.Kind.RENEW, plan, null, plan.price());
  }

  private Quote dearer(Map<String, Plan> plans, Plan plan, Subscription current) {
    if (current == null) {
      throw ApiException.conflict(
          "no_subscription", "There is no active subscription; subscribe instead.");
    }
    Plan had = plans.get(current.planId());
    if (plan.price() <= had.price()) {
      throw ApiException.conflict(
          "not_an_upgrade", "The plan " + plan.id() + " does not cost more than " + had.id() + ".");
    }
    long due =
        Proration.upgrade(
            had.price(),
            plan.price(),
            current.startDate(),
            current.paidUntil(),
            subscriptions.now());
    return new Quote(Transaction.Kind.UPGRADE, plan, had.id(), Math.max(due, provider.minimum()));
  }

  private Future<Placed> place(Account account, Quoting quoting) {
    return pool.<Placed>withTransaction(
            sql ->
                subscriptions
                    .lock(sql, account.id())
                    .compose(
                        exists ->
                            exists
                                ? note(sql, account, quoting)
                                : Future.failedFuture(ApiException.notFound("account"))))
        .compose(
            placed -> placed.made() ? order(placed.transaction()) : Future.succeededFuture(placed));
  }

  /** Writes the order down before the provider is asked, or finds one that can still be paid. */
  private Future<Placed> note(SqlClient sql, Account account, Quoting quoting) {
    return Plans.all(sql)
        .compose(
            plans ->
                subscriptions
                    .active(sql, account.id())
                    .map(current -> quoting.quote(plans, current)))
        .compose(
            quote ->
                reusable(sql, account, quote)
                    .compose(
                        found ->
                            found != null
                                ? Future.succeededFuture(new Placed(found, false))
                                : insert(sql, account, quote).map(made -> new Placed(made, true))));
  }

  private Future<Transaction> reusable(SqlClient sql, Account account, Quote quote) {
    return sql.preparedQuery(
            "SELECT "
                + Transaction.COLUMNS
                + """
                 FROM transactions t LEFT JOIN invoices i ON i.transaction_id = t.id
                WHERE t.user_id = $1 AND t.status = 'pending' AND t.provider_order_id IS NOT NULL AND t.provider = $2
                  AND t.kind = $3 AND t.plan_id = $4 AND t.from_plan_id IS NOT DISTINCT FROM $5
                  AND t.amount >= $6 AND t.created_at > $7
                ORDER BY t.created_at DESC LIMIT 1\
                """)
        .execute(
            Tuple.of(
                account.id(),
                provider.name(),
                quote.kind().text(),
                quote.plan().id(),
                quote.from(),
                quote.amount(),
                Sql.time(subscriptions.now().minus(REUSED))))
        .map(rows -> Sql.first(rows, Transaction::of));
  }

  private Future<Transaction> insert(SqlClient sql, Account account, Quote quote) {
    return sql.preparedQuery(
            """
            INSERT INTO transactions AS t (user_id, owner, kind, plan_id, from_plan_id, amount, currency, provider, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            RETURNING t.*, NULL::uuid AS invoice_id, NULL::text AS invoice_number\
            """)
        .execute(
            Tuple.of(
                account.id(),
                account.owner(),
                quote.kind().text(),
                quote.plan().id(),
                quote.from(),
                quote.amount(),
                quote.plan().currency(),
                provider.name(),
                Sql.time(subscriptions.now())))
        .map(rows -> Sql.first(rows, Transaction::of));
  }

  private Future<Placed> order(Transaction noted) {
    return provider
        .order(
            new PaymentProvider.Order(
                noted.id(),
                noted.amount(),
                noted.currency(),
                noted.kind().text() + " " + noted.planId()))
        .recover(e -> abandon(noted.id()).transform(v -> Future.failedFuture(e)))
        .compose(
            orderId ->
                pool.preparedQuery(
                        """
                        UPDATE transactions AS t SET provider_order_id = $2 WHERE id = $1
                        RETURNING t.*, NULL::uuid AS invoice_id, NULL::text AS invoice_number\
                        """)
                    .execute(Tuple.of(noted.id(), orderId)))
        .map(rows -> new Placed(Sql.first(rows, Transaction::of), true));
  }

  /** Ends what a server left behind that died while it asked the provider; gives how many. */
  Future<Integer> sweep() {
    return pool.preparedQuery(
            """
            UPDATE transactions SET status = 'failed', failure_reason = 'The server stopped before there was an order.'
            WHERE status = 'pending' AND provider_order_id IS NULL AND created_at < $1\
            """)
        .execute(Tuple.of(Sql.time(subscriptions.now().minus(ABANDONED))))
        .map(RowSet::rowCount);
  }

  private Future<Void> abandon(UUID id) {
    return pool.preparedQuery(
            """
            UPDATE transactions SET status = 'failed', failure_reason = 'The payment provider did not make an order.'
            WHERE id = $1\
            """)
        .execute(Tuple.of(id))
        .onFailure(e -> LOG.warn("cannot note that transaction {} has no order", id, e))
        .mapEmpty();
  }
}

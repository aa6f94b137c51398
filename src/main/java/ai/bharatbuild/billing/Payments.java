package ai.bharatbuild.billing;

import ai.bharatbuild.billing.Ledger.Outcome;
import ai.bharatbuild.billing.Ledger.Result;
import ai.bharatbuild.billing.PaymentProvider.Notice;
import ai.bharatbuild.billing.PaymentProvider.Proof;
import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Pool;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The ways by which this server learns of a payment; all end in the same {@link Ledger}. */
final class Payments {
  private static final Logger LOG = LoggerFactory.getLogger(Payments.class);

  private final Pool pool;
  private final PaymentProvider provider;
  private final Ledger ledger;
  private final Announcer announcer;

  Payments(Pool pool, PaymentProvider provider, Ledger ledger, Announcer announcer) {
    this.pool = pool;
    this.provider = provider;
    this.ledger = ledger;
    this.announcer = announcer;
  }

  /** The payer comes back and says so. Somebody else's order is 404. */
  Future<Transaction> verify(UUID user, Proof proof) {
    return ledger
        .find(pool, proof.orderId())
        .compose(
            order -> {
              if (order == null || !user.equals(order.userId())) {
                return Future.failedFuture(ApiException.notFound("order"));
              }
              return order.paid() && !provider.online()
                  ? Future.succeededFuture(order)
                  : provider.confirm(proof).compose(this::record).compose(Payments::mustBePaid);
            });
  }

  private static Future<Transaction> mustBePaid(Result result) {
    return result.transaction() != null && result.transaction().paid()
        ? Future.succeededFuture(result.transaction())
        : Future.failedFuture(
            ApiException.conflict(
                "payment_failed", "The payment failed; the order can be paid again."));
  }

  /** The provider says so. Fails where that could not be written down, so that it tells again. */
  Future<Outcome> notice(Buffer body, String signature) {
    return record(provider.notice(body, signature)).map(Result::outcome);
  }

  /**
   * An operator says so.
   *
   * @param reference of the payment, where it was seen; good for one order
   */
  Future<Transaction> markPaid(String orderId, String reference) {
    if (provider.online()) {
      return Future.failedFuture(
          ApiException.conflict(
              "payments_online", "Payments are confirmed by " + provider.name() + " itself."));
    }
    return ledger
        .find(pool, orderId)
        .compose(
            order ->
                order == null
                    ? Future.failedFuture(ApiException.notFound("order"))
                    : record(
                        Notice.paid(
                            orderId, "offline_" + reference, order.amount(), order.currency())))
        .map(Result::transaction);
  }

  private Future<Result> record(Notice notice) {
    return ledger
        .record(notice)
        .onSuccess(
            result -> {
              if (result.outcome() == Outcome.CREDITED) {
                announcer
                    .announce(result.transaction())
                    .onFailure(e -> LOG.warn("a payment will be told of later", e));
              }
            });
  }
}

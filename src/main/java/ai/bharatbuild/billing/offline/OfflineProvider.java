package ai.bharatbuild.billing.offline;

import ai.bharatbuild.billing.PaymentProvider;
import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/**
 * Takes no money itself: orders wait until an operator has seen the payment elsewhere and marks
 * them as paid.
 */
public final class OfflineProvider implements PaymentProvider {
  @Override
  public String name() {
    return "offline";
  }

  @Override
  public boolean online() {
    return false;
  }

  @Override
  public String publicKey() {
    return null;
  }

  @Override
  public long minimum() {
    return 1;
  }

  @Override
  public Future<String> order(Order order) {
    return Future.succeededFuture("offline_" + order.transaction());
  }

  @Override
  public Future<Notice> confirm(Proof proof) {
    return Future.failedFuture(
        ApiException.conflict(
            "payment_pending",
            "This server takes payments offline; an operator marks the order as paid."));
  }

  @Override
  public Notice notice(Buffer body, String signature) {
    throw new ApiException(404, "not_found", "No payment provider is connected to this server.");
  }
}

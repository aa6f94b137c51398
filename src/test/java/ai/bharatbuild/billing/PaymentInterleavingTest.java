package ai.bharatbuild.billing;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.billing.Transaction.Status;
import ai.bharatbuild.events.DomainEvent;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * A payment is credited exactly once, in whatever order, how often and how much at the same time
 * its payer and its provider tell of it, on a real database and through the provider's protocol.
 */
class PaymentInterleavingTest {
  /** What can be told of one order: a first payment that failed and a second that was captured. */
  enum Told {
    VERIFIED,
    CAPTURED,
    ORDER_PAID,
    FAILED;

    boolean success() {
      return this != FAILED;
    }
  }

  private static Shop shop;

  @BeforeContainer
  static void open() throws Exception {
    shop = Shop.online();
  }

  @AfterContainer
  static void close() throws Exception {
    shop.close();
  }

  /** Steps one after another, each of things that happen at the same time. */
  @Provide
  Arbitrary<List<List<Told>>> histories() {
    return Arbitraries.of(Told.class)
        .list()
        .ofMinSize(1)
        .ofMaxSize(4)
        .list()
        .ofMinSize(1)
        .ofMaxSize(4);
  }

  @Property(tries = 120)
  void aPaymentIsCreditedExactlyOnce(@ForAll("histories") List<List<Told>> history)
      throws Exception {
    Account user = shop.user();
    Transaction order = shop.order(user, "plus");
    String failed = shop.razorpay.pay(order.orderId(), "failed");
    String paid = shop.razorpay.pay(order.orderId(), "captured");
    for (List<Told> step : history) {
      List<Future<?>> together = new ArrayList<>();
      for (Told told : step) {
        together.add(tell(told, user, order, failed, paid));
      }
      // Whatever is told again or late is answered, too, and never with a failure.
      Shop.await(Future.all(together));
    }
    boolean success = history.stream().flatMap(List::stream).anyMatch(Told::success);
    Transaction after = Shop.await(shop.billing.ledger.find(shop.database.pool(), order.orderId()));
    Subscription active = shop.active(user);
    long invoices = shop.count("invoices WHERE user_id = $1", user.id());
    long subscriptions = shop.count("subscriptions WHERE user_id = $1", user.id());
    if (success) {
      assertThat(after.status()).isEqualTo(Status.SUCCESS);
      assertThat(after.paymentId()).isEqualTo(paid);
      assertThat(after.subscriptionId()).isEqualTo(active.id());
      assertThat(active.planId()).isEqualTo("plus");
      assertThat(active.paidUntil()).isEqualTo(Months.after(now(), 1));
      assertThat(invoices).isEqualTo(1);
      assertThat(subscriptions).isEqualTo(1);
      DomainEvent event = shop.heard.next(e -> e.owner().equals(user.owner()));
      assertThat(event.type()).isEqualTo("payment.succeeded");
      assertThat(event.data()).containsEntry("transaction_id", order.id());
    } else {
      assertThat(after.status()).isEqualTo(Status.FAILED);
      assertThat(active).isNull();
      assertThat(invoices + subscriptions).isZero();
    }
    long told = shop.heard.all().stream().filter(e -> e.owner().equals(user.owner())).count();
    assertThat(told).isEqualTo(success ? 1 : 0);
  }

  private static Instant now() {
    return shop.clock.instant();
  }

  private static Future<?> tell(
      Told told, Account user, Transaction order, String failed, String paid) {
    return switch (told) {
      case VERIFIED -> shop.verify(user, order, paid);
      case CAPTURED -> shop.event("payment.captured", paid);
      case ORDER_PAID -> shop.event("order.paid", paid);
      case FAILED -> shop.event("payment.failed", failed);
    };
  }

  /** Two orders of one user, paid at the same time: both count, one after the other. */
  @Property(tries = 25)
  void paymentsOfTwoOrdersBothCount(@ForAll boolean sameWay, @ForAll boolean secondIsUpgrade)
      throws Exception {
    Account user = shop.user();
    shop.buy(user, "standard");
    Transaction renewal = shop.order(user, "standard");
    Transaction other =
        secondIsUpgrade
            ? Shop.await(shop.billing.orders.upgrade(user, "premium")).transaction()
            : renewal;
    String first = shop.razorpay.pay(renewal.orderId(), "captured");
    String second = secondIsUpgrade ? shop.razorpay.pay(other.orderId(), "captured") : first;
    Shop.await(
        Future.all(
            shop.verify(user, renewal, first),
            sameWay ? shop.verify(user, other, second) : shop.event("order.paid", second)));

    Subscription active = shop.active(user);
    long paid = 199_900 * 2 + (secondIsUpgrade ? other.amount() : 0);
    long price = secondIsUpgrade ? 449_900 : 199_900;
    assertThat(active.planId()).isEqualTo(secondIsUpgrade ? "premium" : "standard");
    assertThat(active.unused(price, now())).isBetween(paid - 2, paid + 2);
    assertThat(shop.count("invoices WHERE user_id = $1", user.id()))
        .isEqualTo(secondIsUpgrade ? 3 : 2);
    assertThat(shop.count("subscriptions WHERE user_id = $1", user.id())).isEqualTo(1);
  }
}

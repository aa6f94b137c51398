package ai.bharatbuild.billing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bharatbuild.billing.Subscription.Status;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A subscription from its first payment to its end, on a real database. */
class SubscriptionLifeTest {
  private Shop shop;
  private Account user;

  @BeforeEach
  void open() throws Exception {
    shop = Shop.online();
    user = shop.user();
  }

  @AfterEach
  void close() throws Exception {
    shop.close();
  }

  private String status() {
    return shop.database
        .query(
            "SELECT status FROM subscriptions WHERE user_id = $1 ORDER BY created_at DESC LIMIT 1",
            user.id())
        .iterator()
        .next()
        .getString("status");
  }

  @Test
  void thePlanEndsWithItsPaidTimeWhetherOrNotAnybodySwept() throws Exception {
    assertThat(shop.plan(user)).isEqualTo("free");
    shop.buy(user, "plus");
    assertThat(shop.plan(user)).isEqualTo("plus");

    shop.clock.to("2026-06-10T08:59:59.999Z");
    assertThat(shop.plan(user)).isEqualTo("plus");
    shop.clock.to("2026-06-10T09:00:00Z");
    assertThat(shop.plan(user)).isEqualTo("free");
    assertThat(status()).isEqualTo("active");

    Shop.await(shop.billing.sweep());
    assertThat(status()).isEqualTo("expired");
  }

  @Test
  void afterTheEndOneCanSubscribeAgainWithoutASweep() throws Exception {
    shop.buy(user, "plus");
    shop.clock.to("2026-08-01T00:00:00Z");
    shop.buy(user, "standard");

    assertThat(shop.plan(user)).isEqualTo("standard");
    assertThat(shop.active(user).paidUntil()).isEqualTo("2026-09-01T00:00:00Z");
    assertThat(shop.count("subscriptions WHERE user_id = $1 AND status = 'expired'", user.id()))
        .isEqualTo(1);
  }

  @Test
  void aRenewalBeginsWhereTheMonthEndsAndOnlyOneCanBePaidAhead() throws Exception {
    shop.buy(user, "plus");
    shop.clock.forward(Duration.ofDays(20));
    Transaction renewed = shop.buy(user, "plus");

    assertThat(renewed.kind()).isEqualTo(Transaction.Kind.RENEW);
    assertThat(shop.active(user).currentPeriodEnd()).isEqualTo("2026-06-10T09:00:00Z");
    assertThat(shop.active(user).paidUntil()).isEqualTo("2026-07-10T09:00:00Z");
    assertThat(Shop.code(shop.billing.orders.subscribe(user, "plus"))).isEqualTo("already_renewed");

    shop.clock.to("2026-06-11T00:00:00Z");
    assertThat(shop.active(user).currentPeriodStart()).isEqualTo("2026-06-10T09:00:00Z");
    Shop.await(shop.billing.sweep());
    assertThat(
            shop.count(
                "subscriptions WHERE user_id = $1 AND current_period_start ="
                    + " '2026-06-10T09:00:00Z'",
                user.id()))
        .isEqualTo(1);
    assertThat(shop.plan(user)).isEqualTo("plus");
  }

  @Test
  void anUpgradeCostsTheDifferenceForWhatIsLeft() throws Exception {
    shop.buy(user, "standard");
    // A quarter of the 31 days is over.
    shop.clock.forward(Duration.ofHours(31 * 24 / 4));
    Transaction upgrade = shop.upgrade(user, "premium");

    assertThat(upgrade.amount()).isEqualTo(187_500);
    assertThat(shop.active(user).planId()).isEqualTo("premium");
    assertThat(shop.active(user).paidUntil()).isEqualTo("2026-06-10T09:00:00Z");
    assertThat(shop.count("subscriptions WHERE user_id = $1", user.id())).isEqualTo(1);
  }

  @Test
  void whatCannotBeBoughtIsSaid() throws Exception {
    assertThat(Shop.code(shop.billing.orders.subscribe(user, "gold")))
        .isEqualTo("validation_failed");
    assertThat(Shop.code(shop.billing.orders.subscribe(user, "free")))
        .isEqualTo("validation_failed");
    assertThat(Shop.code(shop.billing.orders.upgrade(user, "plus"))).isEqualTo("no_subscription");
    shop.buy(user, "plus");
    assertThat(Shop.code(shop.billing.orders.subscribe(user, "premium")))
        .isEqualTo("already_subscribed");
    assertThat(Shop.code(shop.billing.orders.upgrade(user, "standard")))
        .isEqualTo("not_an_upgrade");
    assertThat(Shop.code(shop.billing.orders.upgrade(user, "plus"))).isEqualTo("not_an_upgrade");
  }

  @Test
  void aCancelledOneLastsUntilItsEndAndCanBeTakenBack() throws Exception {
    assertThat(Shop.code(shop.billing.subscriptions.cancel(user.id(), false)))
        .isEqualTo("no_subscription");
    shop.buy(user, "plus");
    Shop.await(shop.billing.subscriptions.cancel(user.id(), false));
    assertThat(shop.active(user).cancelAtPeriodEnd()).isTrue();
    assertThat(shop.plan(user)).isEqualTo("plus");

    Shop.await(shop.billing.subscriptions.reactivate(user.id()));
    assertThat(shop.active(user).cancelAtPeriodEnd()).isFalse();
    assertThat(Shop.code(shop.billing.subscriptions.reactivate(user.id())))
        .isEqualTo("nothing_to_reactivate");

    Shop.await(shop.billing.subscriptions.cancel(user.id(), false));
    shop.clock.to("2026-06-10T09:00:00Z");
    Shop.await(shop.billing.sweep());
    assertThat(status()).isEqualTo("cancelled");
    assertThat(Shop.code(shop.billing.subscriptions.reactivate(user.id())))
        .isEqualTo("nothing_to_reactivate");
  }

  @Test
  void oneCancelledAtOnceComesBackWithTheTimeThatIsLeft() throws Exception {
    shop.buy(user, "plus");
    Shop.await(shop.billing.subscriptions.cancel(user.id(), true));
    assertThat(shop.plan(user)).isEqualTo("free");
    assertThat(status()).isEqualTo("cancelled");

    shop.clock.forward(Duration.ofDays(3));
    assertThat(Shop.await(shop.billing.subscriptions.reactivate(user.id())).status())
        .isEqualTo(Status.ACTIVE);
    assertThat(shop.active(user).paidUntil()).isEqualTo("2026-06-10T09:00:00Z");
  }

  @Test
  void askingAgainGivesTheSameOrderAndManyAtOnceMakeOne() throws Exception {
    Orders.Placed first = Shop.await(shop.billing.orders.subscribe(user, "plus"));
    Orders.Placed again = Shop.await(shop.billing.orders.subscribe(user, "plus"));
    assertThat(first.made()).isTrue();
    assertThat(again.made()).isFalse();
    assertThat(again.transaction().orderId()).isEqualTo(first.transaction().orderId());

    shop.clock.forward(Duration.ofMinutes(16));
    assertThat(Shop.await(shop.billing.orders.subscribe(user, "plus")).made()).isTrue();
  }

  @Test
  void anOrderThatNoProviderMadeFailsInTheEnd() throws Exception {
    Transaction order = shop.order(user, "plus");
    shop.database.query(
        "UPDATE transactions SET provider_order_id = NULL WHERE id = $1", order.id());
    shop.clock.forward(Duration.ofMinutes(59));
    Shop.await(shop.billing.sweep());
    assertThat(shop.count("transactions WHERE status = 'pending'")).isEqualTo(1);

    shop.clock.forward(Duration.ofMinutes(2));
    Shop.await(shop.billing.sweep());
    assertThat(shop.count("transactions WHERE status = 'failed'")).isEqualTo(1);
  }

  @Test
  void theDatabaseItselfRefusesASecondActiveOne() throws Exception {
    shop.buy(user, "plus");
    assertThatThrownBy(
            () ->
                shop.database.query(
                    """
                    INSERT INTO subscriptions (user_id, plan_id, status, start_date, current_period_start,
                                               current_period_end, paid_until)
                    SELECT user_id, 'premium', 'active', start_date, current_period_start, current_period_end, paid_until
                    FROM subscriptions WHERE user_id = $1\
                    """,
                    user.id()))
        .hasMessageContaining("subscriptions_one_active");
  }

  @Test
  void limitsFollowThePlanAndTheLocalUserHasNone() throws Exception {
    PlanLimits.Allowance free = Shop.await(shop.billing.limits().of(user.id()));
    shop.buy(user, "premium");
    PlanLimits.Allowance premium = Shop.await(shop.billing.limits().of(user.id()));
    PlanLimits.Allowance local =
        Shop.await(shop.billing.limits().of(ai.bharatbuild.http.Caller.LOCAL.account()));

    assertThat(free.downloads()).isFalse();
    assertThat(free.limits().tokensPerMonth()).isEqualTo(10_000);
    assertThat(free.from()).isEqualTo("2026-05-01T00:00:00Z");
    assertThat(premium.limits().tokensPerMonth()).isEqualTo(500_000);
    assertThat(premium.limits().concurrentSandboxes())
        .isGreaterThan(free.limits().concurrentSandboxes());
    assertThat(premium.documents()).contains("srs", "ppt", "viva_qa");
    assertThat(premium.from()).isEqualTo("2026-05-10T09:00:00Z");
    assertThat(local.limits()).isEqualTo(Plan.Limits.NONE);
  }

  @Test
  void sweepsOfManyAtOnceEndEachOnce() throws Exception {
    List<Account> users = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      users.add(shop.user());
      shop.buy(users.get(i), "plus");
    }
    shop.clock.to("2026-07-01T00:00:00Z");
    Shop.await(
        Future.all(List.of(shop.billing.sweep(), shop.billing.sweep(), shop.billing.sweep())));

    assertThat(shop.count("subscriptions WHERE status = 'expired'")).isEqualTo(5);
    assertThat(shop.count("subscriptions WHERE ended_at = '2026-06-10T09:00:00Z'")).isEqualTo(5);
  }
}

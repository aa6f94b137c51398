package ai.bharatbuild.billing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bharatbuild.billing.Ledger.Outcome;
import ai.bharatbuild.http.Contract;
import ai.bharatbuild.it.TestServer;
import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The faults of the system that this one replaces, one by one. */
class BillingFaultsTest {
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

  /** There, queries named columns that did not exist; here each view is read from real tables. */
  @Test
  void everyViewReadsColumnsThatExist() throws Exception {
    Accounts accounts = new Accounts(shop.billing, UsageMeter.NONE);
    shop.buy(user, "plus");

    assertThat(Shop.await(Plans.offered(shop.database.pool()))).hasSize(5);
    assertThat(Shop.await(accounts.standing(user.id())).plan().id()).isEqualTo("plus");
    assertThat(Shop.await(accounts.usage(user)).usage()).hasSize(7);
    assertThat(Shop.await(accounts.status(user.id()))).containsEntry("active", true);
    assertThat(Shop.await(accounts.overview(user))).containsKey("recent_transactions");
    assertThat(Shop.await(accounts.transactions(user.id(), 1, 20))).containsEntry("total", 1L);
  }

  /** There, the payment of an upgrade looked for its plan where it was not. */
  @Test
  void thePaymentOfAnUpgradeFindsItsPlanAlsoWhenOnlyTheProviderTells() throws Exception {
    shop.buy(user, "standard");
    Transaction upgrade = Shop.await(shop.billing.orders.upgrade(user, "premium")).transaction();
    Shop.await(shop.event("order.paid", shop.razorpay.pay(upgrade.orderId(), "captured")));

    assertThat(shop.plan(user)).isEqualTo("premium");
  }

  /** There, whoever's webhook came first had paid for nothing. */
  @Test
  void theWebhookAloneGivesThePlan() throws Exception {
    Transaction order = shop.order(user, "plus");
    String payment = shop.razorpay.pay(order.orderId(), "captured");

    assertThat(Shop.await(shop.event("payment.captured", payment))).isEqualTo(Outcome.CREDITED);
    assertThat(shop.plan(user)).isEqualTo("plus");
    assertThat(Shop.await(shop.verify(user, order, payment)).paid()).isTrue();
    assertThat(shop.active(user).paidUntil()).isEqualTo("2026-06-10T09:00:00Z");
  }

  /** There, calling verify and the webhook together credited twice. */
  @Test
  void bothAtOnceCreditOnce() throws Exception {
    Transaction order = shop.order(user, "plus");
    String payment = shop.razorpay.pay(order.orderId(), "captured");
    Shop.await(
        Future.all(
            shop.verify(user, order, payment),
            shop.event("order.paid", payment),
            shop.verify(user, order, payment),
            shop.event("payment.captured", payment)));

    assertThat(shop.active(user).paidUntil()).isEqualTo("2026-06-10T09:00:00Z");
    assertThat(shop.count("invoices")).isEqualTo(1);
  }

  /** There, failures were answered with 200, so nobody told again. */
  @Test
  void failuresAreFailuresAndCreditNothing() throws Exception {
    Transaction order = shop.order(user, "plus");
    String cheap = shop.razorpay.pay(order.orderId(), "captured", 100);
    Buffer body = shop.razorpay.event("order.paid", cheap);

    assertThatThrownBy(() -> shop.billing.payments.notice(body, "0".repeat(64)))
        .isInstanceOfSatisfying(
            ApiException.class, e -> assertThat(e.problem().status()).isEqualTo(400));
    assertThat(Shop.code(shop.event("order.paid", cheap))).isEqualTo("amount_mismatch");
    assertThat(Shop.code(shop.verify(user, order, cheap))).isEqualTo("amount_mismatch");
    assertThat(shop.plan(user)).isEqualTo("free");
    assertThat(Shop.code(shop.verify(shop.user(), order, cheap))).isEqualTo("not_found");

    shop.razorpay.failWith(503);
    assertThat(Shop.code(shop.billing.orders.subscribe(shop.user(), "plus")))
        .isEqualTo("unavailable");
    assertThat(shop.count("transactions WHERE status = 'failed' AND failure_reason IS NOT NULL"))
        .isEqualTo(1);
  }

  @Test
  void aFailureInTheMiddleLeavesNothingBehindAndTheNextAttemptCredits() throws Exception {
    Transaction order = shop.order(user, "plus");
    String payment = shop.razorpay.pay(order.orderId(), "captured");
    shop.database.query("ALTER TABLE invoices RENAME TO invoices_away");
    Future<Outcome> told = shop.event("order.paid", payment);
    assertThatThrownBy(() -> Shop.await(told)).isNotNull();
    shop.database.query("ALTER TABLE invoices_away RENAME TO invoices");
    assertThat(shop.plan(user)).isEqualTo("free");
    assertThat(shop.count("invoice_numbers")).isZero();

    assertThat(Shop.await(shop.event("order.paid", payment))).isEqualTo(Outcome.CREDITED);
    assertThat(shop.plan(user)).isEqualTo("plus");
  }

  @Test
  void aSecondPaymentOfOneOrderAndOnePaymentForTwoOrdersAreRefused() throws Exception {
    Transaction order = shop.buy(user, "plus");
    String second = shop.razorpay.pay(order.orderId(), "captured");

    assertThat(Shop.code(shop.event("order.paid", second))).isEqualTo("payment_conflict");
    assertThat(shop.active(user).paidUntil()).isEqualTo("2026-06-10T09:00:00Z");
    assertThat(Shop.await(shop.event("payment.failed", second))).isEqualTo(Outcome.IGNORED);
    assertThat(shop.plan(user)).isEqualTo("plus");
  }

  /** There, nobody looked at the end of the period. */
  @Test
  void thePeriodEndIsChecked() throws Exception {
    shop.buy(user, "premium");
    shop.clock.forward(Duration.ofDays(31));

    assertThat(shop.plan(user)).isEqualTo("free");
    Accounts accounts = new Accounts(shop.billing, UsageMeter.NONE);
    assertThat(Shop.await(accounts.status(user.id())))
        .containsEntry("active", false)
        .containsEntry("status", "expired")
        .containsEntry("plan_id", "free");
  }

  /** There, promo codes could be used again and again and gave the largest plan. */
  @Test
  @SuppressWarnings("unchecked")
  void thereAreNoPromoCodesAndOnlyPaymentsGivePlans() {
    Map<String, Object> paths = (Map<String, Object>) Contract.load().get("paths");

    assertThat(paths.keySet()).noneMatch(path -> path.contains("promo") || path.contains("coupon"));
    assertThat(paths.get("/api/v1/billing/subscribe").toString()).doesNotContain("promo", "coupon");
  }

  @Test
  void aPaymentThatNobodyWasToldOfIsToldLaterUnderTheSameId() throws Exception {
    Transaction paid = shop.buy(user, "plus");
    String id = shop.heard.next(e -> true).id();
    // It is heard of before it is noted that it was told.
    TestServer.eventually(
        () ->
            shop.database
                .query("SELECT announced_at FROM transactions WHERE id = $1", paid.id())
                .iterator()
                .next()
                .getValue(0),
        Objects::nonNull);
    shop.database.query("UPDATE transactions SET announced_at = NULL WHERE id = $1", paid.id());
    Shop.await(shop.billing.sweep());
    assertThat(shop.heard.all()).hasSize(1);

    shop.clock.forward(Duration.ofMinutes(1));
    Shop.await(shop.billing.sweep());
    assertThat(shop.heard.next(e -> true).id()).isEqualTo(id);
    Shop.await(shop.billing.sweep());
    assertThat(shop.heard.all()).hasSize(2);
  }

  @Test
  void aPaymentAfterTheAccountWasDeletedIsKeptForTheOperator() throws Exception {
    Transaction order = shop.order(user, "plus");
    shop.database.query("DELETE FROM users WHERE id = $1", user.id());
    String payment = shop.razorpay.pay(order.orderId(), "captured");

    assertThat(Shop.await(shop.event("order.paid", payment))).isEqualTo(Outcome.CREDITED);
    assertThat(shop.count("transactions WHERE status = 'success' AND user_id IS NULL"))
        .isEqualTo(1);
    assertThat(shop.count("invoices")).isZero();
  }
}

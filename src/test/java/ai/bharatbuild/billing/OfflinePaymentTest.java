package ai.bharatbuild.billing;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.billing.PaymentProvider.Proof;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OfflinePaymentTest {
  private Shop shop;
  private Account user;

  @BeforeEach
  void open() throws Exception {
    shop = Shop.offline();
    user = shop.user();
  }

  @AfterEach
  void close() throws Exception {
    shop.close();
  }

  @Test
  void anOrderWaitsUntilAnOperatorSaysThatItIsPaid() throws Exception {
    Transaction order = shop.order(user, "plus");
    Proof proof = new Proof(order.orderId(), "", "");
    assertThat(Shop.code(shop.billing.payments.verify(user.id(), proof)))
        .isEqualTo("payment_pending");
    assertThat(shop.plan(user)).isEqualTo("free");

    Transaction paid = Shop.await(shop.billing.payments.markPaid(order.orderId(), "UTR-1"));
    assertThat(paid.paymentId()).isEqualTo("offline_UTR-1");
    assertThat(shop.plan(user)).isEqualTo("plus");
    assertThat(Shop.await(shop.billing.payments.verify(user.id(), proof)).paid()).isTrue();
  }

  @Test
  void markingAgainChangesNothingAndAReferenceIsGoodForOneOrder() throws Exception {
    Transaction order = shop.order(user, "plus");
    Shop.await(shop.billing.payments.markPaid(order.orderId(), "UTR-1"));
    Shop.await(shop.billing.payments.markPaid(order.orderId(), "UTR-1"));
    assertThat(shop.active(user).paidUntil()).isEqualTo("2026-06-10T09:00:00Z");

    Account other = shop.user();
    Transaction second = shop.order(other, "plus");
    assertThat(Shop.code(shop.billing.payments.markPaid(second.orderId(), "UTR-1")))
        .isEqualTo("payment_conflict");
    assertThat(shop.plan(other)).isEqualTo("free");
    assertThat(Shop.code(shop.billing.payments.markPaid("offline_none", "UTR-2")))
        .isEqualTo("not_found");
  }
}

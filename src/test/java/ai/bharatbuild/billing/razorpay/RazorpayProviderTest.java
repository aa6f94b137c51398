package ai.bharatbuild.billing.razorpay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bharatbuild.billing.PaymentProvider;
import ai.bharatbuild.billing.PaymentProvider.Notice;
import ai.bharatbuild.billing.PaymentProvider.Proof;
import ai.bharatbuild.billing.PaymentProviderContract;
import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RazorpayProviderTest extends PaymentProviderContract {
  private final Vertx vertx = Vertx.vertx();
  private FakeRazorpay razorpay;
  private RazorpayProvider provider;

  @BeforeEach
  void start() throws Exception {
    razorpay = new FakeRazorpay(vertx);
    provider = new RazorpayProvider(vertx, razorpay.settings());
  }

  @AfterEach
  void stop() throws Exception {
    razorpay.close();
    vertx.close().await();
  }

  @Override
  protected PaymentProvider provider() {
    return provider;
  }

  private Proof proof(String order, String payment) {
    return new Proof(order, payment, razorpay.signature(order, payment));
  }

  private static void fails(ThrowingCallable call, String code) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ApiException.class, e -> assertThat(e.problem().code()).isEqualTo(code));
  }

  @Test
  void aCapturedPaymentIsConfirmedWithWhatWasPaid() throws Exception {
    String order = await(provider.order(order(299_900)));
    String payment = razorpay.pay(order, "captured");

    assertThat(await(provider.confirm(proof(order, payment))))
        .isEqualTo(Notice.paid(order, payment, 299_900, "INR"));
  }

  @Test
  void aRightSignatureOfAnUncapturedPaymentConfirmsNothingYet() throws Exception {
    String order = await(provider.order(order(299_900)));
    String payment = razorpay.pay(order, "authorized");

    fails(() -> await(provider.confirm(proof(order, payment))), "payment_pending");
  }

  @Test
  void aSignatureOfAnotherPaymentIsRefused() throws Exception {
    String order = await(provider.order(order(299_900)));
    String other = await(provider.order(order(100)));
    String payment = razorpay.pay(other, "captured");

    fails(
        () ->
            await(provider.confirm(new Proof(order, payment, razorpay.signature(other, payment)))),
        "invalid_signature");
  }

  @Test
  void eventsAreBelievedByTheSignatureOverEveryByte() throws Exception {
    String order = await(provider.order(order(299_900)));
    String payment = razorpay.pay(order, "captured");
    Buffer body = razorpay.event("order.paid", payment);
    Buffer spaced = Buffer.buffer(" ").appendBuffer(body);

    assertThat(provider.notice(body, razorpay.sign(body)))
        .isEqualTo(Notice.paid(order, payment, 299_900, "INR"));
    fails(() -> provider.notice(spaced, razorpay.sign(body)), "invalid_signature");
    fails(() -> provider.notice(body, null), "invalid_signature");
  }

  @Test
  void failuresAndStrangeEventsAreToldApart() throws Exception {
    String order = await(provider.order(order(299_900)));
    String payment = razorpay.pay(order, "failed");
    Buffer failed = razorpay.event("payment.failed", payment);
    Buffer strange = razorpay.event("payment.downtime.started", payment);
    Buffer nonsense = Buffer.buffer("{\"event\": \"order.paid\", \"payload\": []}");

    assertThat(provider.notice(failed, razorpay.sign(failed)))
        .isEqualTo(Notice.failed(order, payment, "The bank declined."));
    assertThat(provider.notice(strange, razorpay.sign(strange))).isEqualTo(Notice.other());
    assertThat(provider.notice(nonsense, razorpay.sign(nonsense))).isEqualTo(Notice.other());
  }

  @Test
  void whenItCannotBeUsedThatIsSaidWithoutSecrets() {
    razorpay.failWith(500);

    assertThatThrownBy(() -> await(provider.order(order(299_900))))
        .isInstanceOfSatisfying(
            ApiException.class,
            e -> {
              assertThat(e.problem().status()).isEqualTo(503);
              assertThat(e.problem().detail()).doesNotContain("secret", "rzp_test_key");
            });
    assertThat(razorpay.settings().toString()).doesNotContain("secret");
  }
}

package ai.bharatbuild.billing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bharatbuild.billing.PaymentProvider.Order;
import ai.bharatbuild.billing.PaymentProvider.Proof;
import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What billing relies on, whoever takes the money. */
public abstract class PaymentProviderContract {
  protected abstract PaymentProvider provider();

  protected static <T> T await(Future<T> future) throws Exception {
    return future.await(30, TimeUnit.SECONDS);
  }

  protected Order order(long amount) {
    return new Order(UUID.randomUUID(), amount, "INR", "subscribe plus");
  }

  @Test
  void eachOrderHasAnIdOfItsOwn() throws Exception {
    String first = await(provider().order(order(199_900)));
    String second = await(provider().order(order(199_900)));

    assertThat(first).isNotBlank().isNotEqualTo(second);
  }

  @Test
  void theSmallestAmountCanBeOrdered() throws Exception {
    assertThat(await(provider().order(order(provider().minimum())))).isNotBlank();
  }

  @Test
  void whatIsMadeUpConfirmsNothing() throws Exception {
    String order = await(provider().order(order(199_900)));

    assertThatThrownBy(() -> await(provider().confirm(new Proof(order, "pay_Forged1", "00"))))
        .isInstanceOf(ApiException.class);
    assertThatThrownBy(() -> provider().notice(Buffer.buffer("{\"event\":\"order.paid\"}"), "00"))
        .isInstanceOf(ApiException.class);
    assertThatThrownBy(() -> provider().notice(Buffer.buffer("{\"event\":\"order.paid\"}"), null))
        .isInstanceOf(ApiException.class);
  }
}

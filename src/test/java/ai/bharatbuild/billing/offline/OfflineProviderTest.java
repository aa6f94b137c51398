package ai.bharatbuild.billing.offline;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.billing.PaymentProvider;
import ai.bharatbuild.billing.PaymentProviderContract;
import org.junit.jupiter.api.Test;

class OfflineProviderTest extends PaymentProviderContract {
  @Override
  protected PaymentProvider provider() {
    return new OfflineProvider();
  }

  @Test
  void itSaysThatItIsOffline() {
    assertThat(provider().name()).isEqualTo("offline");
    assertThat(provider().online()).isFalse();
    assertThat(provider().publicKey()).isNull();
  }
}

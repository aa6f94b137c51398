package ai.bharatbuild.billing;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.db.Explained;
import ai.bharatbuild.db.TestDatabase;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is asked often is found by an index. */
class BillingIndexTest {
  private final TestDatabase database = TestDatabase.create();

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void thePlanOfAUserAndTheOrderOfAPaymentAreFoundByIndex() {
    assertThat(Explained.plan(database, Subscriptions.ACTIVE, UUID.randomUUID()))
        .contains("Index Cond", "subscriptions_o");
    assertThat(Explained.plan(database, Ledger.FIND, "razorpay", "order_1"))
        .contains("transactions_provider_order_id_key");
  }
}

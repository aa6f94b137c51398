package ai.bharatbuild.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.db.Explained;
import ai.bharatbuild.db.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every sign-in asks is found by an index. */
class AccountIndexTest {
  private final TestDatabase database = TestDatabase.create();

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void anAccountIsFoundByItsAddressHoweverItIsWritten() {
    assertThat(Explained.plan(database, Users.BY_EMAIL, "asha@example.org"))
        .contains("users_email", "Index Cond");
  }
}

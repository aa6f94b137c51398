package ai.bharatbuild.audit;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.db.Explained;
import ai.bharatbuild.db.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Pages of the audit log are found by an index. */
class AuditIndexTest {
  private final TestDatabase database = TestDatabase.create();

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void theNewestEventsAreReadWithoutSorting() {
    assertThat(
            Explained.plan(
                database, AuditLog.PAGE, null, null, null, null, null, null, null, 20L, 0L))
        .contains("audit_log_newest")
        .doesNotContain("Sort");
    assertThat(
            Explained.plan(
                database, AuditLog.PAGE, null, null, "request-1", null, null, null, null, 20L, 0L))
        .contains("audit_log_of_request");
  }

  /** Who tried to sign in to an account is asked when there is trouble. */
  @Test
  void whatWasDoneToAnAccountIsFoundByAnIndex() {
    assertThat(
            Explained.plan(
                database, AuditLog.PAGE, null, null, null, null, null, null, "id", 20L, 0L))
        .contains("audit_log_of_target")
        .doesNotContain("Sort");
  }
}

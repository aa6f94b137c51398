package ai.bharatbuild.usage;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.db.Explained;
import ai.bharatbuild.db.TestDatabase;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Usage is found by indexes, however much of it others have. */
class UsageIndexTest {
  private final TestDatabase database = TestDatabase.create();

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void theSumsAndTheCallsOfAUserAreFoundByIndex() {
    UUID user = UUID.randomUUID();
    LocalDate day = LocalDate.parse("2026-11-01");
    assertThat(Explained.plan(database, "select" + UsageQueries.SUMS, user, day, day))
        .contains("usage_daily_key", "Index Cond");
    OffsetDateTime from = OffsetDateTime.parse("2026-11-01T00:00:00Z");
    assertThat(
            Explained.plan(
                database, UsageQueries.LINES, user, from, from.plusDays(1), null, null, 20L, 0L))
        .contains("usage_logs_of_user", "Index Cond");
  }
}

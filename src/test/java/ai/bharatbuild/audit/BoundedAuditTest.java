package ai.bharatbuild.audit;

import static ai.bharatbuild.db.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.audit.AuditEvent.Outcome;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BoundedAuditTest {
  private final Vertx vertx = Vertx.vertx();
  private final List<AuditEvent> lines = new CopyOnWriteArrayList<>();
  private final BoundedAudit audit = new BoundedAudit(vertx, lines::add);

  @AfterEach
  void close() {
    await(vertx.close());
  }

  private void note(int times, UUID actor, String address, String action, Outcome outcome) {
    for (int i = 0; i < times; i++) {
      audit.record(
          new AuditEvent("r", actor, null, address, action, "t", outcome, Map.of("status", 401)));
    }
  }

  @Test
  void whatSucceedsAlwaysHasALine() {
    note(100, UUID.randomUUID(), "192.0.2.1", "login", Outcome.OK);

    assertThat(lines).hasSize(100);
  }

  @Test
  void afterTheFirstFewRefusalsOneLineTellsOfTheOthers() {
    note(100, null, "192.0.2.1", "login", Outcome.REFUSED);
    note(3, null, "192.0.2.2", "login", Outcome.REFUSED);
    note(3, null, "192.0.2.1", "refresh", Outcome.FAILED);
    assertThat(lines).hasSize(BoundedAudit.LINES + 6);

    lines.clear();
    audit.endMinute();
    assertThat(lines).hasSize(1);
    AuditEvent sum = lines.getFirst();
    assertThat(sum.detail()).isEqualTo(Map.of("more", 100L - BoundedAudit.LINES));
    assertThat(sum.address()).isEqualTo("192.0.2.1");
    assertThat(sum.action()).isEqualTo("login");
    assertThat(sum.outcome()).isEqualTo(Outcome.REFUSED);

    lines.clear();
    audit.endMinute();
    assertThat(lines).isEmpty();
    note(1, null, "192.0.2.1", "login", Outcome.REFUSED);
    assertThat(lines).hasSize(1);
  }

  @Test
  void somebodyWhoIsKnownCountsWhereverTheyAreAndANetworkOfIpv6AsOne() {
    UUID actor = UUID.randomUUID();
    for (int i = 0; i < 100; i++) {
      note(1, actor, "192.0.2." + i, "list_users", Outcome.REFUSED);
      note(1, null, "2001:db8:0:1::" + Integer.toHexString(i), "login", Outcome.REFUSED);
    }

    assertThat(lines).hasSize(2 * BoundedAudit.LINES);
  }

  @Test
  void countingManyPartiesTakesNoMoreRoomThanCountingSome() {
    int parties = 2 * BoundedAudit.PARTIES;
    for (int i = 0; i < parties; i++) {
      note(1, null, "10.0.%d.%d".formatted(i / 256, i % 256), "login", Outcome.REFUSED);
    }
    assertThat(lines).hasSize(BoundedAudit.PARTIES + BoundedAudit.LINES);

    lines.clear();
    audit.endMinute();
    assertThat(lines).hasSize(1);
    assertThat(lines.getFirst().address()).isNull();
    assertThat(lines.getFirst().detail())
        .isEqualTo(Map.of("more", (long) BoundedAudit.PARTIES - BoundedAudit.LINES));
  }
}

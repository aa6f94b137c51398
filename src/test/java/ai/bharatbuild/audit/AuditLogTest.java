package ai.bharatbuild.audit;

import static ai.bharatbuild.db.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bharatbuild.audit.AuditEvent.Outcome;
import ai.bharatbuild.db.TestDatabase;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuditLogTest {
  private static final AuditLog.Question ALL =
      new AuditLog.Question(null, null, null, null, null, null, null);
  private final TestDatabase database = TestDatabase.create();
  private final Vertx vertx = Vertx.vertx();
  private final AuditLog log = new AuditLog(vertx, database.pool());
  private final UUID actor = UUID.randomUUID();

  @AfterEach
  void close() {
    await(vertx.close());
    database.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "update audit_log set action = 'x'",
        "delete from audit_log",
        "truncate audit_log",
        "truncate audit_log, users cascade"
      })
  void whatWasNotedCannotBeChanged(String change) {
    note("auth.login", Outcome.OK, Map.of());
    await(log.close(Duration.ofSeconds(20)));
    assertThatThrownBy(() -> database.query(change)).hasStackTraceContaining("append-only");
    assertThat(await(log.count(ALL))).isEqualTo(1);
  }

  @Test
  void adminsFindWhatTheyAskFor() {
    note("auth.login", Outcome.OK, Map.of());
    note("auth.login", Outcome.REFUSED, Map.of("reason", "wrong password"));
    note("auth_x.login", Outcome.OK, Map.of());
    note("api_key.created", Outcome.OK, Map.of("scopes", List.of("jobs:read"), "n", 3));
    await(log.close(Duration.ofSeconds(20)));

    assertThat(actions(ALL)).hasSize(4).startsWith("api_key.created");
    assertThat(actions(asked(null, "auth.", null, null))).containsOnly("auth.login").hasSize(2);
    assertThat(actions(asked(null, "auth.login", null, "refused"))).hasSize(1);
    assertThat(actions(asked(UUID.randomUUID(), null, null, null))).isEmpty();
    assertThat(actions(asked(actor, null, "req-1", null))).hasSize(4);
    // Wildcards of SQL are characters like others.
    assertThat(actions(asked(null, "auth%", null, null))).isEmpty();
    assertThat(actions(asked(null, "auth_.", null, null))).isEmpty();
    AuditLog.Entry entry = await(log.page(asked(null, "api_key.", null, null), 1, 10)).getFirst();
    assertThat(entry.detail()).isEqualTo(Map.of("scopes", List.of("jobs:read"), "n", 3));
    assertThat(entry.requestId()).isEqualTo("req-1");
    assertThat(entry.address()).isEqualTo("192.0.2.7");
    assertThat(await(log.page(ALL, 2, 3))).hasSize(1);
    assertThat(actions(of("someone"))).hasSize(4);
    assertThat(actions(of("somebody else"))).isEmpty();
  }

  @Test
  void whatLooksLikeASecretIsNotWritten() {
    String key = "bb_" + "k".repeat(43);
    String token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl";
    Map<String, Object> detail = new HashMap<>();
    detail.put("given", "key=" + key + " and " + token);
    detail.put("list", List.of(token));
    detail.put("nothing", null);
    log.record(
        new AuditEvent("req-1", actor, null, null, "a.b", "target " + key, Outcome.FAILED, detail));
    await(log.close(Duration.ofSeconds(20)));
    String all =
        database.query("select audit_log::text from audit_log").iterator().next().getString(0);
    assertThat(all).doesNotContain(key, token).contains("[secret]");
  }

  private List<String> actions(AuditLog.Question question) {
    return await(log.page(question, 1, 100)).stream().map(AuditLog.Entry::action).toList();
  }

  private static AuditLog.Question of(String target) {
    return new AuditLog.Question(null, null, null, null, null, null, target);
  }

  private static AuditLog.Question asked(
      UUID actor, String action, String requestId, String outcome) {
    return new AuditLog.Question(actor, action, requestId, outcome, null, null, null);
  }

  private void note(String action, Outcome outcome, Map<String, Object> detail) {
    log.record(
        new AuditEvent("req-1", actor, null, "192.0.2.7", action, "someone", outcome, detail));
  }
}

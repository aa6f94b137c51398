package ai.bharatbuild.cleanup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bharatbuild.cleanup.Retention.Rule;
import ai.bharatbuild.config.Settings;
import ai.bharatbuild.config.SettingsLoader;
import ai.bharatbuild.db.Explained;
import ai.bharatbuild.db.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** On a real database with all tables. */
class RetentionTest {
  private static final String USER = "'00000000-0000-4000-8000-000000000001'";
  private static final Settings.Kept DEFAULTS = SettingsLoader.of(new JsonObject()).kept();
  private final TestDatabase database = TestDatabase.create();

  @AfterEach
  void close() {
    database.close();
  }

  private Future<Void> run(List<Rule> rules) {
    return new Retention(database.pool(), rules).run();
  }

  private void removeOld(Settings.Kept kept) {
    TestDatabase.await(run(Retention.rules(kept)));
  }

  private long count(String table) {
    return database.query("select count(*) from " + table).iterator().next().getLong(0);
  }

  /** Rows of a table, each a day older than the one before; the first is some minutes old. */
  private void insert(String into, int rows) {
    database.query(
        into.formatted("(now() - interval '5 minutes' - n * interval '1 day')")
            + " from generate_series(0, %d) n".formatted(rows - 1));
  }

  private void fill() {
    insert(
        "insert into usage_logs (id, at, kind, user_id) select gen_random_uuid(), %s, 'call', "
            + USER,
        100);
    insert(
        "insert into usage_daily select %s::date, "
            + USER
            + ", 'call', null, null, null, null, 1, 0, 0, 0, 0, 0, 0, 0",
        1_000);
    insert(
        "insert into audit_log (id, at, request_id, action, outcome)"
            + " select gen_random_uuid(), %s, 'r', 'auth.login', 'ok'",
        1_000);
    insert(
        "insert into agent_tasks (user_id, owner, agent_type, status, created_at, finished_at)"
            + " select "
            + USER
            + ", 'local', 'build', 'failed', now() - interval '10 years', %s",
        100);
    database.query(
        "insert into agent_tasks (user_id, owner, agent_type, created_at) values ("
            + USER
            + ", 'local', 'build', now() - interval '10 years')");
    database.query(
        "insert into webhook_endpoints (user_id, owner, url, events, secret) values ("
            + USER
            + ", 'local', 'https://example.org', '{*}', 's')");
    insert(
        "insert into webhook_deliveries (endpoint_id, event_id, event_type, payload, status,"
            + " next_attempt_at, finished_at) select (select id from webhook_endpoints), n::text,"
            + " 'job.complete', '{}', 'dead', now(), %s",
        100);
    database.query(
        "insert into webhook_attempts select id, 1, now(), 0, null, 'no' from webhook_deliveries");
    database.query(
        "insert into webhook_deliveries"
            + " (endpoint_id, event_id, event_type, payload, next_attempt_at, created_at)"
            + " select id, 'open', 'job.complete', '{}', now(), now() - interval '10 years'"
            + " from webhook_endpoints");
    insert("insert into sessions (user_id, expires_at) select " + USER + ", %s", 10);
    database.query(
        "insert into sessions (user_id, expires_at) values ("
            + USER
            + ", now() + interval '1 day')");
    insert(
        "insert into refresh_tokens (token_hash, session_id, expires_at) select"
            + " sha256(n::text::bytea), (select id from sessions where expires_at > now()), %s",
        10);
    insert(
        "insert into one_time_tokens (token_hash, user_id, purpose, email, expires_at)"
            + " select sha256(n::text::bytea), "
            + USER
            + ", 'verify_email', 'a@example.org', %s",
        10);
    insert("insert into login_attempts select sha256(n::text::bytea), 1, %s", 10);
  }

  @Test
  void whatIsOldGoesAndTheRestStays() {
    fill();
    removeOld(DEFAULTS);
    assertThat(count("usage_logs")).isEqualTo(90);
    assertThat(count("usage_daily")).isEqualTo(1_000);
    assertThat(count("audit_log")).isEqualTo(730);
    assertThat(count("agent_tasks where finished_at is not null")).isEqualTo(90);
    assertThat(count("agent_tasks where finished_at is null")).isEqualTo(1);
    assertThat(count("webhook_deliveries where finished_at is not null")).isEqualTo(30);
    assertThat(count("webhook_attempts")).isEqualTo(30);
    assertThat(count("webhook_deliveries where finished_at is null")).isEqualTo(1);
    assertThat(count("sessions")).isEqualTo(2);
    assertThat(count("refresh_tokens")).isEqualTo(1);
    assertThat(count("one_time_tokens")).isEqualTo(1);
    assertThat(count("login_attempts")).isEqualTo(1);
  }

  @Test
  void zeroIsForEver() {
    fill();
    removeOld(new Settings.Kept(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO));
    assertThat(count("usage_logs")).isEqualTo(100);
    assertThat(count("audit_log")).isEqualTo(1_000);
    assertThat(count("agent_tasks")).isEqualTo(101);
    assertThat(count("webhook_deliveries")).isEqualTo(101);
    assertThat(count("sessions")).isEqualTo(2);
  }

  @Test
  void manyBatchesAreRemovedByManyServersAtOnce() {
    database.query(
        "insert into usage_logs (id, at, kind, user_id)"
            + " select gen_random_uuid(), now() - n * interval '1 hour', 'call', "
            + USER
            + " from generate_series(0, 9999) n");
    List<Rule> rules = Retention.rules(DEFAULTS);
    TestDatabase.await(Future.all(Stream.generate(() -> run(rules)).limit(4).toList()));
    assertThat(count("usage_logs")).isEqualTo(90 * 24);
  }

  @Test
  void theDatabaseKeepsYoungLinesOfTheAuditLogWhateverTheServerAsks() {
    fill();
    assertThatThrownBy(
            () ->
                TestDatabase.await(
                    run(
                        List.of(
                            new Rule("audit_log", "at", Duration.ofDays(1)),
                            new Rule("usage_logs", "at", Duration.ofDays(1))))))
        .hasStackTraceContaining("append-only");
    assertThat(count("audit_log where at > now() - interval '90 days'")).isEqualTo(90);
    // One table that fails does not keep the others.
    assertThat(count("usage_logs")).isEqualTo(1);
  }

  static Stream<Rule> rules() {
    return Retention.rules(DEFAULTS).stream();
  }

  @ParameterizedTest
  @MethodSource("rules")
  void oldRowsAreFoundByIndex(Rule rule) {
    assertThat(Explained.plan(database, rule.sql(), 1.0))
        .contains("Index Scan", "Tid Scan on " + rule.table())
        .doesNotContain("Seq Scan");
  }
}

package ai.bharatbuild;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.billing.Plan;
import ai.bharatbuild.billing.PlanLimits.Allowance;
import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.config.SettingsLoader;
import ai.bharatbuild.db.TestDatabase;
import ai.bharatbuild.http.Caller;
import ai.bharatbuild.http.Role;
import ai.bharatbuild.limits.OwnerLimits;
import ai.bharatbuild.limits.Quota;
import ai.bharatbuild.usage.UsageQueries;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class QuotasTest {
  private final Vertx vertx = Vertx.vertx();
  private final UUID account = UUID.randomUUID();
  private final Caller caller = Caller.signedIn(account, Role.DEVELOPER, UUID.randomUUID());
  private TestDatabase database;
  private Future<Allowance> allowance;
  private Quotas quotas;

  @BeforeEach
  void open() {
    database = TestDatabase.create();
    quotas =
        new Quotas(
            Bus.install(vertx),
            SettingsLoader.of(new JsonObject()),
            new UsageQueries(database.pool()),
            owner -> Future.succeededFuture(0L),
            id -> allowance);
  }

  @AfterEach
  void close() {
    vertx.close().await();
    database.close();
  }

  private static Allowance plan(Plan.Limits limits) {
    return new Allowance(
        "some",
        Instant.parse("2026-03-17T09:30:00Z"),
        Instant.parse("2026-04-17T09:30:00Z"),
        true,
        null,
        limits);
  }

  private static Plan.Limits limits(Long tokens, Integer sandboxes, Integer jobs, Long bytes) {
    return new Plan.Limits(tokens, null, null, sandboxes, jobs, bytes, 100);
  }

  private long most(String owner, Quota quota) {
    return TestDatabase.await(quotas.most(owner, quota));
  }

  @Test
  void whatAPlanLimitsIsKnownToThoseWhoMakeIt() {
    allowance = Future.succeededFuture(plan(limits(10L, 2, null, 30L)));
    assertThat(TestDatabase.await(quotas.allowed(caller)))
        .isEqualTo(Map.of(Quota.TOKENS, 10L, Quota.SANDBOXES, 2L, Quota.STORAGE, 30L));
    assertThat(most(caller.userId(), Quota.SANDBOXES)).isEqualTo(2);
    assertThat(most(caller.userId(), Quota.JOBS)).isEqualTo(OwnerLimits.UNLIMITED);
  }

  @Test
  void whoeverHasNoPlanThatIsKnownIsNotHeldUp() {
    allowance = Future.failedFuture("the database is away");
    assertThat(most(caller.userId(), Quota.JOBS)).isEqualTo(OwnerLimits.UNLIMITED);
    assertThat(most("local", Quota.JOBS)).isEqualTo(OwnerLimits.UNLIMITED);
  }

  @Test
  void tokensAreThoseOfThePlansOwnMonth() {
    allowance = Future.succeededFuture(plan(limits(10L, null, null, null)));
    database.query(
        "insert into users (id, email, name, role) values ($1, 'q@example.org', 'Q',"
            + " 'developer')",
        account);
    used("2026-03-01", 1);
    used("2026-03-16", 10);
    used("2026-03-17", 100);
    used("2026-04-17", 1_000);
    used("2026-04-18", 10_000);
    assertThat(TestDatabase.await(quotas.used(caller, Quota.TOKENS))).isEqualTo(1_100);
  }

  private void used(String day, long tokens) {
    database.query(
        "insert into usage_daily (day, user_id, kind, calls, errors, input_tokens, output_tokens,"
            + " cache_write_tokens, cache_read_tokens, cost_micros, ms)"
            + " values ($1, $2, 'model', 1, 0, $3, 0, 0, 0, 0, 1)",
        LocalDate.parse(day),
        account,
        tokens);
  }
}

package ai.bharatbuild.usage;

import static ai.bharatbuild.db.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.db.TestDatabase;
import ai.bharatbuild.usage.UsageQueries.Group;
import ai.bharatbuild.usage.UsageQueries.Sum;
import ai.bharatbuild.usage.UsageRecord.Payer;
import ai.bharatbuild.usage.UsageRecord.Tokens;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UsageLogTest {
  private static final UUID LOCAL = UUID.fromString("00000000-0000-4000-8000-000000000001");
  private final TestDatabase database = TestDatabase.create();
  private final Vertx vertx = Vertx.vertx();
  private final UsageQueries queries = new UsageQueries(database.pool());
  private final LocalDate today = LocalDate.now(ZoneOffset.UTC);

  @AfterEach
  void close() {
    await(vertx.close());
    database.close();
  }

  /** Fault of the original: a usage row that nothing read, and totals kept by read-then-write. */
  @Test
  void sumsAreExactHoweverManyServersWriteAtOnce() throws Exception {
    UUID key = key(LOCAL);
    UUID project = UUID.randomUUID();
    List<UsageLog> servers = List.of(log(), log(), log());
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 6; t++) {
      UsageLog server = servers.get(t % servers.size());
      threads.add(
          Thread.startVirtualThread(
              () -> {
                for (int i = 0; i < 1000; i++) {
                  server.record(call(new Payer(LOCAL, i % 2 == 0 ? key : null), 200 + i % 2 * 300));
                  server.record(
                      UsageRecord.model(
                          new Payer(LOCAL, key),
                          project,
                          "r1",
                          i % 3 == 0 ? "planner" : "writer",
                          "m1",
                          new Tokens(7, 3, 2, 1),
                          12_345,
                          200,
                          5));
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    for (UsageLog server : servers) {
      assertThat(await(server.close(Duration.ofSeconds(30)))).isZero();
    }
    Sum total = await(queries.total(LOCAL, today.minusDays(1), today.plusDays(1)));
    assertThat(total)
        .isEqualTo(
            new Sum(
                null, 6000, 6000, 3000, 42_000, 18_000, 12_000, 6000, 78_000, 7407, 74_070_000));
    assertThat(database.query("select sum(calls) from usage_logs").iterator().next().getLong(0))
        .isEqualTo(12_000);
    assertThat(sums(Group.AGENT)).extracting(Sum::group).containsExactly("planner", "writer", null);
    assertThat(sums(Group.AGENT)).extracting(Sum::modelCalls).containsExactly(2004L, 3996L, 0L);
    assertThat(sums(Group.KEY))
        .extracting(Sum::group, Sum::calls)
        .containsExactly(tuple(key.toString(), 3000L), tuple(null, 3000L));
    assertThat(sums(Group.PROJECT)).extracting(Sum::totalTokens).containsExactly(78_000L, 0L);
    assertThat(sums(Group.MODEL)).extracting(Sum::group).containsExactly("m1", null);
    var row = database.query("select tokens_used, last_used_at from api_keys").iterator().next();
    assertThat(row.getLong(0)).isEqualTo(78_000);
    assertThat(row.getOffsetDateTime(1)).isNotNull();
  }

  @Test
  void theTotalIsThatOfTheGroupsWhateverIsWrittenMeanwhile() throws Exception {
    UUID key = key(LOCAL);
    Thread writer =
        Thread.startVirtualThread(
            () -> {
              for (int i = 0; i < 200; i++) {
                Payer payer = new Payer(LOCAL, i % 2 == 0 ? key : null);
                await(UsageLog.write(database.pool(), List.of(call(payer, 200))));
              }
            });
    while (writer.isAlive()) {
      UsageQueries.Sums sums = allSums(Group.KEY);
      assertThat(sums.groups().stream().mapToLong(Sum::calls).sum())
          .isEqualTo(sums.total().calls());
    }
    assertThat(allSums(Group.KEY).total().calls()).isEqualTo(200);
  }

  @Test
  void aBatchThatIsWrittenTwiceCountsOnce() {
    List<UsageRecord> batch = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      batch.add(call(new Payer(LOCAL, null), 200 + i % 3));
    }
    for (int i = 0; i < 2; i++) {
      await(UsageLog.write(database.pool(), batch));
    }
    await(UsageLog.write(database.pool(), List.of(call(new Payer(LOCAL, null), 200))));
    assertThat(await(queries.total(LOCAL, today.minusDays(1), today)).calls()).isEqualTo(21);
  }

  @Test
  void callsThatShareARowAreToldOneByOne() {
    Instant noon = today.minusDays(2).atTime(12, 0).toInstant(ZoneOffset.UTC);
    List<UsageRecord> batch = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      UsageRecord call = call(new Payer(LOCAL, null), 200);
      // Two days, and out of order.
      Instant at = noon.plusSeconds(i % 2 * 86_400).plusMillis(i * 7 % 50);
      batch.add(at(call, at, "r" + i, i));
    }
    await(UsageLog.write(database.pool(), batch));
    assertThat(database.query("select 1 from usage_logs").size()).isEqualTo(2);
    UsageQueries.Question question =
        new UsageQueries.Question(LOCAL, today.minusDays(2), today, null, null);
    assertThat(await(queries.count(question))).isEqualTo(50);
    List<UsageQueries.Line> lines = new ArrayList<>();
    for (int page = 1; page <= 8; page++) {
      lines.addAll(await(queries.lines(question, page, 7)));
    }
    assertThat(lines)
        .extracting(UsageQueries.Line::requestId, UsageQueries.Line::at, UsageQueries.Line::ms)
        .containsExactlyElementsOf(
            batch.stream()
                .sorted(Comparator.comparing(UsageRecord::at).reversed())
                .map(call -> tuple(call.requestId(), call.at(), call.ms()))
                .toList());
    assertThat(lines).extracting(UsageQueries.Line::id).doesNotHaveDuplicates();
    LocalDate first = today.minusDays(2);
    assertThat(await(queries.total(LOCAL, first, first)).calls()).isEqualTo(25);
    var spent = database.query("select sum(ms) from usage_daily").iterator().next();
    assertThat(spent.getLong(0)).isEqualTo(49 * 50 / 2);
  }

  private static UsageRecord at(UsageRecord call, Instant at, String requestId, int ms) {
    return new UsageRecord(
        call.id(),
        at,
        call.kind(),
        call.userId(),
        null,
        null,
        requestId,
        null,
        null,
        call.method(),
        call.endpoint(),
        call.address(),
        call.status(),
        ms,
        call.tokens(),
        0);
  }

  @Test
  void rowsThatCannotBeAreLeftOutAndHoldUpNoOthers() {
    UsageLog log = log();
    log.record(call(new Payer(UUID.randomUUID(), null), 200));
    log.record(call(new Payer(LOCAL, UUID.randomUUID()), 200));
    log.record(call(new Payer(LOCAL, null), 7));
    log.record(
        UsageRecord.call(new Payer(LOCAL, null), "r", "GET", "/a\u0000b", "192.0.2.1", 200, 1));
    log.record(call(new Payer(LOCAL, null), 200));
    assertThat(await(log.close(Duration.ofSeconds(30)))).isZero();
    assertThat(log.lost()).isEqualTo(2);
    assertThat(await(queries.total(LOCAL, today.minusDays(1), today)).calls()).isEqualTo(2);
  }

  @Test
  void linesTellWhatWasCalled() {
    UUID key = key(LOCAL);
    UsageLog log = log();
    log.record(
        UsageRecord.call(
            new Payer(LOCAL, key), "r9", "POST", "/api/v1/jobs/create", "2001:db8::1", 429, 12));
    log.record(call(new Payer(LOCAL, null), 200));
    await(log.close(Duration.ofSeconds(30)));
    UsageQueries.Question question =
        new UsageQueries.Question(LOCAL, today.minusDays(1), today, key, "call");
    assertThat(await(queries.count(question))).isEqualTo(1);
    UsageQueries.Line line = await(queries.lines(question, 1, 10)).getFirst();
    assertThat(line.endpoint()).isEqualTo("/api/v1/jobs/create");
    assertThat(line.status()).isEqualTo(429);
    assertThat(line.ip()).isEqualTo("2001:db8:0:0:0:0:0:1");
    assertThat(line.requestId()).isEqualTo("r9");
    assertThat(await(queries.lines(question, 2, 10))).isEmpty();
  }

  @Test
  void whoLeavesTakesTheirUsageAlong() {
    UUID user = user("gone@example.org");
    UsageLog log = log();
    log.record(call(new Payer(user, key(user)), 200));
    await(log.close(Duration.ofSeconds(30)));
    database.query("delete from users where id = $1", user);
    assertThat(database.query("select 1 from usage_logs").size()).isZero();
    assertThat(database.query("select 1 from usage_daily").size()).isZero();
  }

  private List<Sum> sums(Group by) {
    return allSums(by).groups();
  }

  private UsageQueries.Sums allSums(Group by) {
    return await(queries.sums(LOCAL, today.minusDays(1), today.plusDays(1), by));
  }

  private static org.assertj.core.groups.Tuple tuple(Object... values) {
    return org.assertj.core.groups.Tuple.tuple(values);
  }

  private UsageLog log() {
    return new UsageLog(vertx, database.pool());
  }

  private static UsageRecord call(Payer payer, int status) {
    return UsageRecord.call(payer, "r1", "GET", "/api/v1/jobs", "192.0.2.1", status, 3);
  }

  private UUID key(UUID user) {
    return database
        .query(
            "insert into api_keys (user_id, name, prefix, key_hash, secret_hash, scopes) values"
                + " ($1, 'k', 'bb_k', sha256($1::text::bytea), sha256('s'), array['jobs:read'])"
                + " returning id",
            user)
        .iterator()
        .next()
        .getUUID(0);
  }

  private UUID user(String email) {
    return database
        .query(
            "insert into users (email, name, role) values ($1, 'n', 'developer') returning id",
            email)
        .iterator()
        .next()
        .getUUID(0);
  }
}

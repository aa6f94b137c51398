package ai.bharatbuild.apikeys;

import static ai.bharatbuild.db.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.db.Database;
import ai.bharatbuild.db.DatabaseFailures;
import ai.bharatbuild.db.DatabaseServer;
import ai.bharatbuild.db.TestDatabase;
import ai.bharatbuild.kv.memory.MemoryStore;
import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ApiKeysTest {
  private static final String HERE = "192.0.2.1";
  private final TestDatabase database = TestDatabase.create();
  private final Vertx vertx = Vertx.vertx();
  private final ApiKeys keys = keys();
  private final ApiKeys elsewhere = keys();
  private UUID owner;

  @BeforeEach
  void start() {
    owner =
        database
            .query(
                "insert into users (email, name, role) values ('a@example.org', 'a', 'developer')"
                    + " returning id")
            .iterator()
            .next()
            .getUUID(0);
    eventually(() -> keys.listening() && elsewhere.listening());
  }

  @AfterEach
  void close() {
    await(keys.close());
    await(elsewhere.close());
    await(vertx.close());
    database.close();
  }

  /** What a call with the key is let through by. */
  private static Future<KnownKey> authenticate(
      ApiKeys keys, String key, String secret, String address) {
    return keys.find(key, address)
        .map(
            found -> {
              found.check(secret, address, Instant.now());
              return found;
            });
  }

  private ApiKeys keys() {
    ApiKeys made = new ApiKeys(database.pool(), database.channels(), new MemoryStore());
    made.start();
    return made;
  }

  /** Fault of the original: what was made could not be verified, since other columns were asked. */
  @Test
  void whatWasMadeSignsInAndNobodyCanReadItAfterwards() {
    ApiKeys.Created made = create(terms().build());
    assertThat(made.key()).matches("bb_[A-Za-z0-9_-]{43}");
    KnownKey known = await(authenticate(keys, made.key(), null, HERE));
    assertThat(known.userId()).isEqualTo(owner);
    assertThat(known.role()).isEqualTo("developer");
    assertThat(known.key()).isEqualTo(made.kept());
    assertThat(known.rates()).extracting(r -> r.limit()).containsExactly(60L, 1000L, 10_000L);
    for (Row row : database.query("select api_keys::text from api_keys")) {
      assertThat(row.getString(0))
          .doesNotContain(made.key().substring(12), made.secret().substring(12));
    }
    assertThat(made.toString()).doesNotContain(made.key(), made.secret());
  }

  @Test
  void whileTheDatabaseIsAwayAGoodKeyGoesOnForAQuarterOfAnHourAndAnUnknownOneDoesNot() {
    ApiKeys.Created made = create(terms().build());
    ApiKeys.Created unused = create(terms().build());
    AtomicLong clock = new AtomicLong();
    Database own = Database.start(vertx, DatabaseServer.external(database.address()), 2);
    await(own.ready());
    ApiKeys cut = new ApiKeys(own.pool(), own.channels(), new MemoryStore(), clock::get);
    await(cut.find(made.key(), HERE));
    await(own.close());

    for (int minute = 1; minute < 15; minute++) {
      clock.addAndGet(Duration.ofMinutes(1).toNanos());
      assertThat(await(cut.find(made.key(), HERE)).key()).isEqualTo(made.kept());
      assertThat(away(cut.find(unused.key(), HERE))).isTrue();
    }
    clock.addAndGet(Duration.ofMinutes(1).toNanos() + 1);
    assertThat(away(cut.find(made.key(), HERE))).isTrue();
  }

  private static boolean away(Future<?> call) {
    return await(call.map(false).recover(e -> Future.succeededFuture(DatabaseFailures.away(e))));
  }

  @Test
  void aKeyThatIsKnownIsLookedUpByOneCallAtATime() {
    AtomicLong clock = new AtomicLong();
    KeyCache cache = new KeyCache(10, clock::get);
    assertThat(cache.turn("none", 5)).isTrue();
    cache.put("one", null, cache.changes());
    clock.set(5);
    assertThat(cache.turn("one", 5)).isFalse();
    clock.set(6);
    assertThat(cache.turn("one", 5)).isTrue();
    assertThat(cache.turn("one", 5)).isFalse();
    clock.set(12);
    assertThat(cache.turn("one", 5)).isTrue();
  }

  @Test
  void whatIsNoKeyIsRefusedAlikeWhateverIsWrong() {
    ApiKeys.Created made = create(terms().build());
    String other = made.key().substring(0, 40) + "AAAAAA";
    for (String wrong :
        List.of("", "bb_", "bb_x", other, made.secret(), "bb_" + "x".repeat(5000))) {
      assertThat(code(authenticate(keys, wrong, null, HERE))).isEqualTo("unauthenticated");
    }
  }

  @Test
  void aRevokedKeyIsRefusedEverywhereAtOnce() {
    ApiKeys.Created made = create(terms().build());
    await(authenticate(keys, made.key(), null, HERE));
    await(authenticate(elsewhere, made.key(), null, HERE));
    ApiKey revoked = await(keys.revoke(owner, made.kept().id()));
    assertThat(revoked.status()).isEqualTo("revoked");
    assertThat(code(authenticate(keys, made.key(), null, HERE))).isEqualTo("unauthenticated");
    eventually(
        () ->
            authenticate(elsewhere, made.key(), null, HERE).transform(ApiKeysTest::failed).await());
    assertThat(await(keys.revoke(owner, made.kept().id())).revokedAt())
        .isEqualTo(revoked.revokedAt());
    assertThat(code(keys.update(owner, made.kept().id(), change().active(true).build())))
        .isEqualTo("key_revoked");
  }

  @Test
  void anOwnerWhoIsClosedOutOrChangesRoleTakesTheKeysAlong() {
    ApiKeys.Created made = create(terms().build());
    await(authenticate(elsewhere, made.key(), null, HERE));
    database.query(
        "update users set role = 'student', roll_number='1', college='c', department='d',"
            + " course='e', guide='g' where id = $1",
        owner);
    eventually(
        () -> await(authenticate(elsewhere, made.key(), null, HERE)).role().equals("student"));
    database.query("update users set is_active = false where id = $1", owner);
    eventually(
        () ->
            authenticate(elsewhere, made.key(), null, HERE).transform(ApiKeysTest::failed).await());
    database.query("delete from users where id = $1", owner);
    assertThat(database.query("select 1 from api_keys").size()).isZero();
  }

  @Test
  void aKeyIsGoodOnlyWhereAndAsLongAsItSays() {
    ApiKeys.Created bound =
        create(terms().allowedIps(List.of("10.0.0.0/8", "2001:db8::/32")).build());
    assertThat(code(authenticate(keys, bound.key(), null, HERE))).isEqualTo("address_not_allowed");
    await(authenticate(keys, bound.key(), null, "10.200.3.4"));
    await(authenticate(keys, bound.key(), null, "::ffff:10.1.1.1"));
    await(authenticate(keys, bound.key(), null, "2001:db8:5::1"));

    ApiKeys.Created brief =
        create(terms().expiresAt(Instant.now().plus(Duration.ofHours(1))).build());
    await(authenticate(keys, brief.key(), null, HERE));
    database.query(
        "update api_keys set expires_at = now() - interval '1 second' where id = $1",
        brief.kept().id());
    eventually(
        () -> authenticate(keys, brief.key(), null, HERE).transform(ApiKeysTest::failed).await());

    ApiKeys.Created resting = create(terms().build());
    await(authenticate(keys, resting.key(), null, HERE));
    await(keys.update(owner, resting.kept().id(), change().active(false).build()));
    assertThat(code(authenticate(keys, resting.key(), null, HERE))).isEqualTo("unauthenticated");
    await(keys.update(owner, resting.kept().id(), change().active(true).build()));
    await(authenticate(keys, resting.key(), null, HERE));
  }

  @Test
  void aSecretThatIsSentMustBeRightAndMayBeDemanded() {
    ApiKeys.Created made = create(terms().build());
    await(authenticate(keys, made.key(), made.secret(), HERE));
    assertThat(code(authenticate(keys, made.key(), "bbs_wrong", HERE)))
        .isEqualTo("unauthenticated");
    ApiKeys.Created strict = create(terms().requireSecret(true).build());
    assertThat(code(authenticate(keys, strict.key(), null, HERE))).isEqualTo("unauthenticated");
    assertThat(code(authenticate(keys, strict.key(), made.secret(), HERE)))
        .isEqualTo("unauthenticated");
    await(authenticate(keys, strict.key(), strict.secret(), HERE));
  }

  @Test
  void tokensThatAreSpentEndAKeyUntilItGetsMore() {
    ApiKeys.Created made = create(terms().tokenLimit(100L).build());
    await(authenticate(keys, made.key(), null, HERE));
    database.query("update api_keys set tokens_used = 100 where id = $1", made.kept().id());
    // Usage is no change that servers are told of; a server that asks again sees it.
    ApiKeys asking = keys();
    assertThat(code(authenticate(asking, made.key(), null, HERE))).isEqualTo("token_limit_reached");
    await(keys.update(owner, made.kept().id(), change().tokenLimit(null).build()));
    await(authenticate(keys, made.key(), null, HERE));
    await(asking.close());
  }

  @Test
  void aChangeLeavesWhatItDoesNotSay() {
    ApiKey before = create(terms().tokenLimit(5L).allowedIps(List.of("10.0.0.1")).build()).kept();
    ApiKey after = await(keys.update(owner, before.id(), change().name("new").build()));
    assertThat(after).usingRecursiveComparison().ignoringFields("name").isEqualTo(before);
    assertThat(after.name()).isEqualTo("new");
  }

  @Test
  void somebodyElsesKeyIsNotFound() {
    UUID id = create(terms().build()).kept().id();
    UUID stranger = UUID.randomUUID();
    assertThat(code(keys.get(stranger, id))).isEqualTo("not_found");
    assertThat(code(keys.revoke(stranger, id))).isEqualTo("not_found");
    assertThat(code(keys.update(stranger, id, change().name("x").build()))).isEqualTo("not_found");
    assertThat(await(keys.list(stranger))).isEmpty();
    assertThat(await(keys.list(owner))).hasSize(1);
  }

  @Test
  void nobodyMakesMoreKeysThanAllowedAlsoNotAtOnce() {
    List<Future<ApiKeys.Created>> tries =
        IntStream.range(0, ApiKeys.MOST + 10)
            .mapToObj(i -> keys.create(owner, terms().build()))
            .toList();
    long made =
        tries.stream()
            .filter(it -> it.transform(r -> Future.succeededFuture(r.succeeded())).await())
            .count();
    assertThat(made).isEqualTo(ApiKeys.MOST);
  }

  @Test
  void whoGuessesKeysIsHeldUp() {
    List<String> codes =
        IntStream.range(0, 200)
            .mapToObj(i -> code(authenticate(keys, "bb_guess" + i, null, "203.0.113.5")))
            .toList();
    assertThat(codes).contains("unauthenticated").endsWith("rate_limited");
    ApiKeys.Created made = create(terms().build());
    await(authenticate(keys, made.key(), null, HERE));
  }

  @Test
  void anAnswerThatIsOlderThanAChangeIsNotKept() {
    KeyCache cache = new KeyCache(10, System::nanoTime);
    KnownKey known = await(authenticate(keys, create(terms().build()).key(), null, HERE));
    long before = cache.changes();
    cache.forget("hash");
    cache.put("hash", known, before);
    assertThat(cache.get("hash", Long.MAX_VALUE)).isNull();
    cache.put("hash", known, cache.changes());
    assertThat(cache.get("hash", Long.MAX_VALUE)).isSameAs(known);
    for (int i = 0; i < 20; i++) {
      cache.put("hash" + i, known, cache.changes());
    }
    assertThat(cache.size()).isEqualTo(10);
  }

  private ApiKeys.Created create(KeyTerms terms) {
    return await(keys.create(owner, terms));
  }

  private static <T> Future<Boolean> failed(io.vertx.core.AsyncResult<T> result) {
    return Future.succeededFuture(result.failed());
  }

  private static String code(Future<?> failing) {
    return failing
        .transform(
            result ->
                Future.succeededFuture(
                    result.cause() instanceof ApiException e
                        ? e.problem().code()
                        : String.valueOf(result.cause())))
        .await();
  }

  private static void eventually(BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
    }
  }

  private static Terms terms() {
    Terms terms = new Terms();
    terms.name = "a key";
    terms.scopes = List.of("jobs:read");
    terms.allowedIps = List.of();
    terms.active = true;
    terms.requireSecret = false;
    terms.whole = true;
    return terms;
  }

  private static Terms change() {
    return new Terms();
  }

  /** Terms with names for what a test says of them. */
  private static final class Terms {
    private String name;
    private List<String> scopes;
    private List<String> allowedIps;
    private boolean setTokenLimit;
    private Long tokenLimit;
    private Boolean requireSecret;
    private Instant expiresAt;
    private Boolean active;
    private boolean whole;

    Terms name(String value) {
      name = value;
      return this;
    }

    Terms allowedIps(List<String> value) {
      allowedIps = value;
      return this;
    }

    Terms tokenLimit(Long value) {
      setTokenLimit = true;
      tokenLimit = value;
      return this;
    }

    Terms requireSecret(boolean value) {
      requireSecret = value;
      return this;
    }

    Terms expiresAt(Instant value) {
      expiresAt = value;
      return this;
    }

    Terms active(boolean value) {
      active = value;
      return this;
    }

    KeyTerms build() {
      return new KeyTerms(
          name,
          scopes,
          allowedIps,
          whole ? List.of() : null,
          whole ? Integer.valueOf(60) : null,
          whole ? Integer.valueOf(1000) : null,
          whole ? Integer.valueOf(10_000) : null,
          setTokenLimit,
          tokenLimit,
          requireSecret,
          expiresAt != null,
          expiresAt,
          active);
    }
  }
}

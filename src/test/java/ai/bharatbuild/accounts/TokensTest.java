package ai.bharatbuild.accounts;

import static ai.bharatbuild.db.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bharatbuild.accounts.TokenKeys.TokenKey;
import ai.bharatbuild.http.Caller;
import ai.bharatbuild.http.Role;
import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Access tokens: their keys, what they stand for, and when they stop. */
class TokensTest {
  private static final Duration LIFE = Duration.ofMinutes(15);
  private static final Duration MONTH = Duration.ofDays(30);
  private static final Account ACCOUNT =
      new Account(
          UUID.randomUUID(),
          "a@example.org",
          "A",
          "student",
          true,
          true,
          Instant.now(),
          null,
          null,
          null,
          null,
          null);

  @TempDir Path directory;
  private final Vertx vertx = Vertx.vertx();
  private final AtomicInteger asked = new AtomicInteger();
  private final UUID session = UUID.randomUUID();
  private final TurningClock clock = new TurningClock();

  /** A clock that stands until it is turned on. */
  private static final class TurningClock extends Clock {
    private Instant now = Instant.now();

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  @AfterEach
  void close() {
    await(vertx.close());
  }

  private AccessTokens tokens(List<TokenKey> keys) {
    AccessTokens tokens = new AccessTokens(vertx, LIFE);
    tokens.use(keys);
    return tokens;
  }

  private static TokenKey key(String secret) {
    return TokenKeys.configured(List.of(secret)).getFirst();
  }

  @Test
  void aTokenOfAnOlderKeyIsGoodAsLongAsTheKeyIsKept() {
    TokenKey old = key("0123456789abcdef0123456789abcdef");
    TokenKey fresh = key("fedcba9876543210fedcba9876543210");
    String token = tokens(List.of(old)).issue(ACCOUNT, session);

    assertThat(await(tokens(List.of(fresh, old)).verify(token)).session()).isEqualTo(session);
    assertThatThrownBy(() -> await(tokens(List.of(fresh)).verify(token)));
    String next = tokens(List.of(fresh, old)).issue(ACCOUNT, session);
    assertThat(await(tokens(List.of(fresh)).verify(next)).user()).isEqualTo(ACCOUNT.id());
  }

  @Test
  void generatedKeysAreKeptPrivatelyAndGiveWayToNewOnes() throws Exception {
    Path place = directory.resolve("data/token-keys");
    Instant start = Instant.now();
    List<TokenKey> first = TokenKeys.generated(place, MONTH, LIFE, start);
    assertThat(first).hasSize(1);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(place)))
        .isEqualTo("rwx------");
    assertThat(ids(TokenKeys.generated(place, MONTH, LIFE, start.plusSeconds(60))))
        .isEqualTo(ids(first));

    Instant later = start.plus(MONTH).plusSeconds(60);
    List<TokenKey> second = TokenKeys.generated(place, MONTH, LIFE, later);
    assertThat(second).hasSize(2);
    assertThat(second.get(1).id()).isEqualTo(first.getFirst().id());
    assertThat(ids(TokenKeys.generated(place, MONTH, LIFE, later.plus(LIFE).plusSeconds(60))))
        .containsExactly(second.getFirst().id());
  }

  @Test
  void theDatabaseIsAskedOnceInAWhile() {
    AccessTokens tokens = tokens(List.of(key("0123456789abcdef0123456789abcdef")));
    TokenCallers callers = callers(tokens, id -> state(Role.STUDENT));
    String token = tokens.issue(ACCOUNT, session);
    for (int i = 0; i < 100; i++) {
      assertThat(await(callers.of(token)).account()).isEqualTo(ACCOUNT.id());
    }

    assertThat(asked).hasValue(1);
    clock.now = clock.now.plusSeconds(31);
    await(callers.of(token));
    assertThat(asked).hasValue(2);
  }

  @Test
  void whatIsRememberedOfAnExpiredTokenIsNotTrusted() {
    AccessTokens tokens = tokens(List.of(key("0123456789abcdef0123456789abcdef")));
    TokenCallers callers = callers(tokens, id -> Future.failedFuture(new IllegalStateException()));
    TokenCallers knowing = callers(tokens, id -> state(Role.STUDENT));
    String token = tokens.issue(ACCOUNT, session);
    await(knowing.of(token));
    clock.now = clock.now.plus(LIFE).plusSeconds(1);

    // The signature's own clock goes on by itself, so only what is remembered has expired here.
    assertThat(asked).hasValue(1);
    await(knowing.of(token));
    assertThat(asked).hasValue(2);
    assertThatThrownBy(() -> await(callers.of(token)));
  }

  @Test
  void whatIsEndedIsRefusedAtOnceEvenWhileTheDatabaseIsAsked() {
    AccessTokens tokens = tokens(List.of(key("0123456789abcdef0123456789abcdef")));
    Promise<Sessions.State> answer = Promise.promise();
    TokenCallers callers = callers(tokens, id -> answer.future());
    Future<Caller> underWay = callers.of(tokens.issue(ACCOUNT, session));
    callers.end(session);
    answer.complete(new Sessions.State(ACCOUNT.id(), Role.STUDENT));

    assertThatThrownBy(() -> await(underWay)).cause().hasMessageContaining("unauthenticated");
  }

  @Test
  void whileTheDatabaseIsAwayAGoodTokenStaysGoodAndAnUnknownOneIsNot() {
    AccessTokens tokens = tokens(List.of(key("0123456789abcdef0123456789abcdef")));
    boolean[] away = {false};
    TokenCallers callers =
        callers(
            tokens,
            id ->
                away[0]
                    ? Future.failedFuture(ApiException.unavailable("away"))
                    : state(Role.STUDENT));
    String token = tokens.issue(ACCOUNT, session);
    await(callers.of(token));
    away[0] = true;
    clock.now = clock.now.plusSeconds(31);

    assertThat(await(callers.of(token)).session()).isEqualTo(session);
    assertThatThrownBy(() -> await(callers.of(tokens.issue(ACCOUNT, UUID.randomUUID()))))
        .cause()
        .isInstanceOfSatisfying(
            ApiException.class, e -> assertThat(e.problem().status()).isEqualTo(503));
    callers.end(session);
    assertThatThrownBy(() -> await(callers.of(token)));
  }

  @Test
  void aChangedRoleIsAskedForAnew() {
    AccessTokens tokens = tokens(List.of(key("0123456789abcdef0123456789abcdef")));
    Role[] role = {Role.ADMIN};
    TokenCallers callers = callers(tokens, id -> state(role[0]));
    String token = tokens.issue(ACCOUNT, session);
    assertThat(await(callers.of(token)).admin()).isTrue();
    role[0] = Role.STUDENT;
    callers.forget(ACCOUNT.id());

    assertThat(await(callers.of(token)).admin()).isFalse();
  }

  private TokenCallers callers(
      AccessTokens tokens, Function<UUID, Future<Sessions.State>> sessions) {
    return new TokenCallers(
        tokens,
        id -> {
          asked.incrementAndGet();
          return sessions.apply(id);
        },
        clock);
  }

  private static Future<Sessions.State> state(Role role) {
    return Future.succeededFuture(new Sessions.State(ACCOUNT.id(), role));
  }

  private static List<String> ids(List<TokenKey> keys) {
    return keys.stream().map(TokenKey::id).toList();
  }
}

package ai.bharatbuild.accounts;

import static ai.bharatbuild.db.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.accounts.OneTimeTokens.Purpose;
import ai.bharatbuild.db.TestDatabase;
import ai.bharatbuild.http.Caller;
import ai.bharatbuild.http.Role;
import ai.bharatbuild.problem.ApiException;
import at.favre.lib.crypto.bcrypt.BCrypt;
import at.favre.lib.crypto.bcrypt.LongPasswordStrategies;
import at.favre.lib.crypto.bcrypt.LongPasswordStrategy;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of a proof of the password when the account changes before anything comes of it. */
class ProofOvertakenTest {
  private static final LongPasswordStrategy QUICK =
      LongPasswordStrategies.hashSha512(BCrypt.Version.VERSION_2A);
  private static final String EMAIL = "asha@example.org";
  private static final Accounts.Client HERE = new Accounts.Client("192.0.2.1", "test");

  /** Only passwords of that length pass by what holds them up. */
  private static final String OLD = "Monsoon-42".repeat(8);

  private static final String FRESH = "Winter-4321";

  private final Vertx vertx = Vertx.vertx();
  private final TestDatabase database = TestDatabase.create();
  private final Held held = new Held();
  private final Passwords quick = new Passwords(vertx, 4, 1, QUICK);
  private final Passwords slow = new Passwords(vertx, 4, 1, held);
  private final Users users = new Users(database.pool());
  private final Sessions sessions =
      new Sessions(database.pool(), Duration.ofDays(1), session -> {});
  private final LoginLimit limit = new LoginLimit(database.pool());
  private final EmailProofs proofs =
      new EmailProofs(database.pool(), users, sessions, quick, null, () -> "");
  private UUID user;

  /** Holds a password up while it is looked at. */
  private static final class Held implements LongPasswordStrategy {
    final CountDownLatch reached = new CountDownLatch(1);
    final CountDownLatch released = new CountDownLatch(1);

    @Override
    public byte[] derive(byte[] password) {
      reached.countDown();
      try {
        assertThat(released.await(20, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return QUICK.derive(password);
    }
  }

  @BeforeEach
  void register() {
    Registration who =
        new Registration(EMAIL, OLD, "Asha", Role.DEVELOPER, null, null, null, null, null);
    user = await(quick.hash(OLD).compose(hash -> users.insert(who, hash, true))).id();
  }

  @AfterEach
  void close() {
    quick.close();
    slow.close();
    await(vertx.close());
    database.close();
  }

  private Accounts accounts() {
    AccessTokens tokens = new AccessTokens(vertx, Duration.ofMinutes(5));
    TokenCallers callers = new TokenCallers(tokens, sessions::find, Clock.systemUTC());
    return new Accounts(users, sessions, slow, limit, tokens, callers, new HeldRefusals(vertx));
  }

  /** Does something while the password is looked at, and gives what became of the call then. */
  private ApiException refused(Future<?> call, Runnable meanwhile) throws Exception {
    assertThat(held.reached.await(20, TimeUnit.SECONDS)).isTrue();
    meanwhile.run();
    held.released.countDown();
    return (ApiException)
        await(call.transform(done -> Future.<Throwable>succeededFuture(done.cause())));
  }

  private void resetPassword() {
    String token =
        await(new OneTimeTokens(database.pool()).issue(user, Purpose.RESET_PASSWORD, EMAIL));
    await(proofs.reset(token, FRESH));
  }

  private long openSessions() {
    return database
        .query("select count(*) from sessions where user_id = $1 and revoked_at is null", user)
        .iterator()
        .next()
        .getLong(0);
  }

  private boolean isFresh() {
    return await(quick.matches(FRESH, await(users.byId(user)).passwordHash()));
  }

  @Test
  void aSignInUnderWayDoesNotSurviveAReset() throws Exception {
    Future<?> signIn = accounts().login(EMAIL, OLD, HERE, whom -> {});
    ApiException refusal = refused(signIn, this::resetPassword);

    assertThat(refusal.problem().status()).isEqualTo(401);
    assertThat(openSessions()).isZero();
    assertThat(isFresh()).isTrue();
  }

  @Test
  void aSignInUnderWayDoesNotSurviveADeactivation() throws Exception {
    Future<?> signIn = accounts().login(EMAIL, OLD, HERE, whom -> {});
    ApiException refusal =
        refused(
            signIn, () -> database.query("update users set is_active = false where id = $1", user));

    assertThat(refusal.problem().status()).isEqualTo(401);
    assertThat(openSessions()).isZero();
  }

  /** Or whoever has the old password and a sign-in would undo what the owner did against them. */
  @Test
  void aChangeOfThePasswordUnderWayDoesNotUndoAReset() throws Exception {
    OwnPassword own =
        new OwnPassword(database.pool(), users, sessions, slow, limit, InstantSource.system());
    Caller thief = Caller.signedIn(user, Role.DEVELOPER, UUID.randomUUID());
    Future<Void> change = own.change(thief, "192.0.2.1", OLD, "Thieves-42");
    ApiException refusal = refused(change, this::resetPassword);

    assertThat(refusal.problem().code()).isEqualTo("wrong_password");
    assertThat(isFresh()).isTrue();
  }

  @Test
  void withoutAnyChangeTheSignInStands() {
    Users.Stored who = await(users.byId(user));

    await(sessions.open(who, "192.0.2.1", null));

    assertThat(openSessions()).isOne();
    assertThat(
            database.query("select 1 from users where last_login_at is not null and id = $1", user))
        .hasSize(1);
  }
}

package ai.bharatbuild.accounts;

import ai.bharatbuild.http.Caller;
import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;

/** Proving once more who one is, and changing the password. Safe on any thread. */
final class OwnPassword {
  /** How long a sign-in counts as proof where there is no password. */
  static final Duration FRESH = Duration.ofMinutes(10);

  private final Pool pool;
  private final Users users;
  private final Sessions sessions;
  private final Passwords passwords;
  private final LoginLimit limit;
  private final InstantSource clock;

  OwnPassword(
      Pool pool,
      Users users,
      Sessions sessions,
      Passwords passwords,
      LoginLimit limit,
      InstantSource clock) {
    this.pool = pool;
    this.users = users;
    this.sessions = sessions;
    this.passwords = passwords;
    this.limit = limit;
    this.clock = clock;
  }

  /**
   * Sets a new password and ends the user's other sign-ins. Fails with 401 {@code wrong_password},
   * with 409 {@code no_password} where there is none yet, and with 429 after too many attempts.
   */
  Future<Void> change(Caller caller, String address, String current, String fresh) {
    return check(caller, address, current)
        .compose(
            before -> passwords.hash(fresh).compose(hash -> set(caller.account(), before, hash)))
        .compose(
            v -> sessions.endAll(caller.account(), caller.session(), Sessions.Reason.PASSWORD));
  }

  /** Not where another was set meanwhile: whoever knew the old one must not undo a reset. */
  private Future<Void> set(UUID user, String before, String hash) {
    return pool.preparedQuery(
            "update users set password_hash = $3, updated_at = now()"
                + " where id = $1 and password_hash = $2 returning id")
        .execute(Tuple.of(user, before, hash))
        .compose(
            rows -> rows.size() == 1 ? Future.succeededFuture() : Future.failedFuture(wrong()));
  }

  /**
   * Completes when the caller has proved once more who they are: by the password, or by having
   * signed in a moment ago. Fails with 403 {@code reauthentication_required}.
   *
   * @param password may be null
   */
  Future<Void> prove(Caller caller, String address, String password) {
    if (password != null) {
      return check(caller, address, password).mapEmpty();
    }
    return pool.preparedQuery("select created_at from sessions where id = $1")
        .execute(Tuple.of(caller.session()))
        .compose(
            rows -> {
              Instant since =
                  rows.size() == 0
                      ? Instant.MIN
                      : rows.iterator().next().getOffsetDateTime(0).toInstant();
              return since.isAfter(clock.instant().minus(FRESH))
                  ? Future.succeededFuture()
                  : Future.failedFuture(
                      new ApiException(
                          403,
                          "reauthentication_required",
                          "Send your password, or sign in again and repeat this within %d minutes."
                              .formatted(FRESH.toMinutes())));
            });
  }

  /**
   * Gives the hash that the password was checked against. Attempts count with those to sign in, so
   * that a stolen token does not help to guess.
   */
  private Future<String> check(Caller caller, String address, String password) {
    return users
        .byId(caller.account())
        .compose(
            stored -> {
              if (stored == null || stored.passwordHash() == null) {
                return Future.failedFuture(
                    ApiException.conflict(
                        "no_password",
                        "This account has no password yet; set one by"
                            + " POST /api/v1/auth/forgot-password."));
              }
              String email = stored.account().email();
              return limit
                  .attempt(email, address)
                  .compose(v -> passwords.matches(password, stored.passwordHash()))
                  .compose(
                      right ->
                          right
                              ? limit.succeeded(email, address).map(stored.passwordHash())
                              : Future.failedFuture(wrong()));
            });
  }

  private static ApiException wrong() {
    return new ApiException(401, "wrong_password", "The password is wrong.");
  }
}

package ai.bharatbuild.accounts;

import ai.bharatbuild.net.AddressRange;
import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.problem.Problem;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.Locale;

/**
 * Counts attempts to sign in, by account and by address (of IPv6 its first 64 bits, which one party
 * has to itself), before the password is looked at; so attempts at the same time count, too.
 * Addresses of no account are counted like the others, and what is counted is kept in the database,
 * for all servers and across restarts.
 */
final class LoginLimit {
  static final int PER_ACCOUNT = 10;
  static final int PER_ADDRESS = 100;
  private static final int WINDOW_MINUTES = 15;

  private final Pool pool;

  LoginLimit(Pool pool) {
    this.pool = pool;
  }

  /** Counts an attempt; fails with 429 when there were too many. */
  Future<Void> attempt(String email, String address) {
    return count(account(email), PER_ACCOUNT).compose(v -> count(address(address), PER_ADDRESS));
  }

  /** Takes back what was counted, since the password was right. */
  Future<Void> succeeded(String email, String address) {
    return pool.preparedQuery("delete from login_attempts where subject = $1")
        .execute(Tuple.of(account(email)))
        .compose(
            v ->
                pool.preparedQuery(
                        "update login_attempts set failures = failures - 1"
                            + " where subject = $1 and failures > 0")
                    .execute(Tuple.of(address(address))))
        .mapEmpty();
  }

  private Future<Void> count(Buffer subject, int limit) {
    return pool.preparedQuery(
            """
            insert into login_attempts as a (subject, failures, window_ends)
            values ($1, 1, now() + make_interval(mins => $2))
            on conflict (subject) do update set
              failures = case when a.window_ends < now() then 1 else a.failures + 1 end,
              window_ends = case when a.window_ends < now() then excluded.window_ends else a.window_ends end
            returning failures, ceil(extract(epoch from window_ends - now()))::int as seconds\
            """)
        .execute(Tuple.of(subject, WINDOW_MINUTES))
        .map(
            rows -> {
              Row row = rows.iterator().next();
              if (row.getInteger("failures") > limit) {
                throw locked(Math.max(1, row.getInteger("seconds")));
              }
              return null;
            });
  }

  private static ApiException locked(int seconds) {
    return new ApiException(
        new Problem(
            429,
            "rate_limited",
            "Too many attempts to sign in; wait %d seconds.".formatted(seconds),
            null,
            null,
            null,
            seconds));
  }

  private static Buffer account(String email) {
    return Secrets.digest("account:" + email.toLowerCase(Locale.ROOT));
  }

  private static Buffer address(String address) {
    return Secrets.digest("address:" + AddressRange.party(address));
  }
}

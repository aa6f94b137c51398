package ai.bharatbuild.accounts;

import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowIterator;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.UUID;

/**
 * What is sent by e-mail to prove that its reader has the address. Random, kept as a digest, good
 * for one use and only until it expires or a newer one of its kind is made. Safe on any thread.
 */
final class OneTimeTokens {
  /** What one is good for. */
  enum Purpose {
    VERIFY_EMAIL(Duration.ofHours(24)),
    RESET_PASSWORD(Duration.ofHours(1));

    final Duration life;

    Purpose(Duration life) {
      this.life = life;
    }

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Between two e-mails of one kind to one account. */
  private static final int PAUSE_SECONDS = 60;

  /** Whose a token was, and the address that it was sent to. */
  record Redeemed(UUID user, String email) {}

  private final SqlClient client;

  /**
   * @param client a pool, or the connection of a transaction
   */
  OneTimeTokens(SqlClient client) {
    this.client = client;
  }

  /**
   * Makes one, which spoils the earlier ones; null when the last was made less than a minute ago,
   * so that nobody's mailbox is flooded. Atomic.
   */
  Future<String> issue(UUID user, Purpose purpose, String email) {
    String token = Secrets.fresh();
    return client
        .preparedQuery(
            """
            with person as (select id from users where id = $2 for update),
            recent as (
              select 1 from one_time_tokens t, person
              where t.user_id = person.id and t.purpose = $3
                and t.created_at > now() - make_interval(secs => $6)),
            gone as (
              delete from one_time_tokens t using person
              where t.user_id = person.id and t.purpose = $3 and not exists (select 1 from recent))
            insert into one_time_tokens (token_hash, user_id, purpose, email, expires_at)
            select $1, person.id, $3, $4, $5 from person
            where not exists (select 1 from recent)
            returning user_id\
            """)
        .execute(
            Tuple.of(
                Secrets.digest(token),
                user,
                purpose.text(),
                email,
                OffsetDateTime.now(ZoneOffset.UTC).plus(purpose.life),
                (double) PAUSE_SECONDS))
        .map(rows -> rows.size() == 1 ? token : null);
  }

  /** Whether it could be redeemed now. */
  Future<Boolean> isGood(Purpose purpose, String token) {
    return client
        .preparedQuery(
            "select 1 from one_time_tokens where token_hash = $1 and purpose = $2"
                + " and used_at is null and expires_at > now()")
        .execute(Tuple.of(Secrets.digest(token), purpose.text()))
        .map(rows -> rows.size() == 1);
  }

  /** Uses it up. Of several attempts at once one succeeds; the others fail as with a wrong one. */
  Future<Redeemed> redeem(Purpose purpose, String token) {
    return client
        .preparedQuery(
            "update one_time_tokens set used_at = now() where token_hash = $1 and purpose = $2"
                + " and used_at is null and expires_at > now() returning user_id, email")
        .execute(Tuple.of(Secrets.digest(token), purpose.text()))
        .compose(
            rows -> {
              RowIterator<Row> row = rows.iterator();
              return row.hasNext()
                  ? Future.succeededFuture(redeemed(row.next()))
                  : Future.failedFuture(invalid());
            });
  }

  private static Redeemed redeemed(Row row) {
    return new Redeemed(row.getUUID("user_id"), row.getString("email"));
  }

  static ApiException invalid() {
    return ApiException.badRequest(
        "invalid_token", "This link is not valid, has expired or was used; ask for a new one.");
  }
}

package ai.bharatbuild.accounts.oauth;

import ai.bharatbuild.mail.Mail;
import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowIterator;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.UUID;

/**
 * Finds the account of somebody whom another service knows, or makes one. Accounts are linked by
 * address alone, and only where both the service and this server have verified it: otherwise
 * whoever registered with a foreign address would wait for its owner to sign in.
 */
final class OAuthAccounts {
  private static final String FIND =
      """
      update oauth_identities i set last_used_at = now(), email = coalesce($3, i.email)
      from users u where u.id = i.user_id and i.provider = $1 and i.subject = $2
      returning u.id, u.password_hash\
      """;
  private static final String MAKE =
      """
      insert into users (email, name, role, email_verified) values ($1, $2, 'developer', true)
      on conflict ((lower(email))) do nothing returning id, password_hash\
      """;
  private static final String BY_EMAIL =
      """
      select id, password_hash, email_verified from users
      where lower(email) = lower($1) and id <> '00000000-0000-4000-8000-000000000001'\
      """;
  private static final String LINK =
      """
      insert into oauth_identities (provider, subject, user_id, email) values ($1, $2, $3, $4)
      on conflict do nothing returning user_id\
      """;

  private final Pool pool;

  /**
   * Whose account it is.
   *
   * @param passwordHash that it had then, or null; a sign-in is refused when that changes meanwhile
   */
  record Found(UUID user, String passwordHash) {
    private static Found of(Row row) {
      return new Found(row.getUUID("id"), row.getString("password_hash"));
    }
  }

  OAuthAccounts(Pool pool) {
    this.pool = pool;
  }

  /**
   * The account. Fails with 403 {@code email_not_verified}, or 409 {@code account_not_linked}.
   * Whether the account may sign in is asked afterwards.
   */
  Future<Found> of(OAuthIdentity identity) {
    return pool.withTransaction(
        connection ->
            connection
                .preparedQuery(FIND)
                .execute(Tuple.of(identity.provider(), identity.subject(), identity.email()))
                .compose(
                    rows -> {
                      RowIterator<Row> row = rows.iterator();
                      return row.hasNext()
                          ? Future.succeededFuture(Found.of(row.next()))
                          : first(connection, identity);
                    }));
  }

  private Future<Found> first(SqlConnection connection, OAuthIdentity identity) {
    if (!Mail.isAddress(identity.email())) {
      return Future.failedFuture(
          new ApiException(
              403,
              "email_not_verified",
              "Verify your e-mail address with %s first.".formatted(identity.provider())));
    }
    return connection
        .preparedQuery(MAKE)
        .execute(Tuple.of(identity.email(), identity.name()))
        .compose(
            made ->
                made.size() == 1
                    ? Future.succeededFuture(Found.of(made.iterator().next()))
                    : existing(connection, identity))
        .compose(found -> link(connection, identity, found));
  }

  private Future<Found> existing(SqlConnection connection, OAuthIdentity identity) {
    return connection
        .preparedQuery(BY_EMAIL)
        .execute(Tuple.of(identity.email()))
        .compose(
            rows -> {
              RowIterator<Row> row = rows.iterator();
              if (!row.hasNext()) {
                return notLinked("This address cannot be used.");
              }
              Row user = row.next();
              return user.getBoolean("email_verified")
                  ? Future.succeededFuture(Found.of(user))
                  : notLinked(
                      "There is an account with your address that never verified it. Set a new"
                          + " password for it (POST /api/v1/auth/forgot-password), then sign in"
                          + " again.");
            });
  }

  private Future<Found> link(SqlConnection connection, OAuthIdentity identity, Found found) {
    return connection
        .preparedQuery(LINK)
        .execute(Tuple.of(identity.provider(), identity.subject(), found.user(), identity.email()))
        .compose(
            linked ->
                linked.size() == 1
                    ? Future.succeededFuture(found)
                    : notLinked(
                        "Your account here is linked to another account of %s."
                            .formatted(identity.provider())));
  }

  private static <T> Future<T> notLinked(String detail) {
    return Future.failedFuture(ApiException.conflict("account_not_linked", detail));
  }
}

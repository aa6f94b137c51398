package ai.bharatbuild.accounts;

import ai.bharatbuild.http.Role;
import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Sign-ins. Each has a chain of refresh tokens of which only the newest may be used; when an older
 * one comes again, somebody has a copy, and the sign-in ends for both. Tokens are kept as digests.
 * Safe on any thread.
 */
public final class Sessions {
  private static final int LONGEST_AGENT = 500;

  private final Pool pool;
  private final Duration life;
  private final Consumer<UUID> onEnd;

  /** Why a sign-in was ended. */
  public enum Reason {
    LOGOUT,
    REUSE,
    PASSWORD,
    ADMIN,
    DELETED;

    String text() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** A sign-in and the one refresh token that goes on with it. */
  public record Opened(UUID session, UUID user, String refreshToken) {}

  /**
   * A refresh token that was refused.
   *
   * @param reused whether it had been used before, so that the sign-in is ended
   */
  public record Refused(UUID session, UUID user, boolean reused) {}

  /** Whose a living sign-in is. */
  public record State(UUID user, Role role) {}

  /**
   * @param life how long a refresh token lasts
   * @param onEnd told of each sign-in that this server ended, so that tokens of it are refused at
   *     once
   */
  public Sessions(Pool pool, Duration life, Consumer<UUID> onEnd) {
    this.pool = pool;
    this.life = life;
    this.onEnd = onEnd;
  }

  /**
   * Opens a sign-in of somebody who was proved to be the user. Fails with 401 when the user was
   * deactivated or got another password since the proof was looked at: the row is locked, so a
   * change of it either is seen here or ends this sign-in with the others.
   *
   * @param who the account with the hash that it had when the proof was looked at
   * @param address the client's, or null
   * @param agent what the client calls itself, or null
   */
  public Future<Opened> open(Users.Stored who, String address, String agent) {
    UUID user = who.account().id();
    String token = Secrets.fresh();
    return pool.preparedQuery(
            """
            with proved as (
              update users set last_login_at = now()
              where id = $1 and is_active and password_hash is not distinct from $6
              returning id),
            opened as (
              insert into sessions (user_id, expires_at, address, user_agent)
              select id, $2, $3::text::inet, $4 from proved returning id)
            insert into refresh_tokens (token_hash, session_id, expires_at)
            select $5, id, $2 from opened returning session_id\
            """)
        .execute(
            Tuple.of(
                user, expiry(), address, cut(agent), Secrets.digest(token), who.passwordHash()))
        .map(
            rows -> {
              if (rows.size() == 0) {
                throw new ApiException(
                    401, "unauthenticated", "The account was changed meanwhile; sign in again.");
              }
              return new Opened(rows.iterator().next().getUUID(0), user, token);
            });
  }

  /**
   * Exchanges a refresh token for the next one. Fails with 401 when it is unknown, expired or of an
   * ended sign-in, and when it was used before, which also ends the sign-in.
   *
   * @param refused told whose it was when it is refused and was one of ours
   */
  public Future<Opened> refresh(String token, Consumer<Refused> refused) {
    Buffer digest = Secrets.digest(token);
    return pool.withTransaction(connection -> next(connection, digest))
        .compose(
            opened -> opened == null ? refuse(digest, refused) : Future.succeededFuture(opened));
  }

  /** Ends one sign-in; does nothing when it is ended already. */
  public Future<Void> end(UUID session, Reason reason) {
    return ended(
        pool.preparedQuery(
                "update sessions set revoked_at = now(), revoked_for = $2"
                    + " where id = $1 and revoked_at is null returning id")
            .execute(Tuple.of(session, reason.text())));
  }

  /** Ends all sign-ins of a user but one, which may be null. */
  public Future<Void> endAll(UUID user, UUID except, Reason reason) {
    return ended(
        pool.preparedQuery(
                "update sessions set revoked_at = now(), revoked_for = $3"
                    + " where user_id = $1 and id is distinct from $2 and revoked_at is null"
                    + " returning id")
            .execute(Tuple.of(user, except, reason.text())));
  }

  /** Whose it is; null when it is ended, expired or never was, or its user is deactivated. */
  public Future<State> find(UUID session) {
    return pool.preparedQuery(
            "select u.id, u.role from sessions s join users u on u.id = s.user_id"
                + " where s.id = $1 and s.revoked_at is null and s.expires_at > now()"
                + " and u.is_active")
        .execute(Tuple.of(session))
        .map(
            rows -> {
              if (rows.size() == 0) {
                return null;
              }
              Row row = rows.iterator().next();
              return new State(row.getUUID(0), Role.of(row.getString(1)).orElseThrow());
            });
  }

  private Future<Opened> next(SqlConnection connection, Buffer digest) {
    String token = Secrets.fresh();
    return connection
        .preparedQuery(
            """
            update refresh_tokens t set used_at = now()
            from sessions s join users u on u.id = s.user_id
            where t.token_hash = $1 and s.id = t.session_id and t.used_at is null
              and t.expires_at > now() and s.revoked_at is null and u.is_active
            returning s.id, s.user_id\
            """)
        .execute(Tuple.of(digest))
        .compose(
            rows -> {
              if (rows.size() == 0) {
                return Future.succeededFuture(null);
              }
              Row row = rows.iterator().next();
              return connection
                  .preparedQuery(
                      """
                      with used as (
                        update sessions set last_used_at = now(), expires_at = $3 where id = $2)
                      insert into refresh_tokens (token_hash, session_id, expires_at)
                      values ($1, $2, $3)\
                      """)
                  .execute(Tuple.of(Secrets.digest(token), row.getUUID(0), expiry()))
                  .map(v -> new Opened(row.getUUID(0), row.getUUID(1), token));
            });
  }

  private Future<Opened> refuse(Buffer digest, Consumer<Refused> refused) {
    return pool.preparedQuery(
            """
            with known as (
              select s.id, s.user_id, t.used_at is not null as used
              from refresh_tokens t join sessions s on s.id = t.session_id
              where t.token_hash = $1),
            ended as (
              update sessions s set revoked_at = now(), revoked_for = 'reuse'
              from known k where s.id = k.id and k.used and s.revoked_at is null)
            select id, user_id, used from known\
            """)
        .execute(Tuple.of(digest))
        .compose(
            rows -> {
              rows.forEach(
                  row -> {
                    Refused token = new Refused(row.getUUID(0), row.getUUID(1), row.getBoolean(2));
                    if (token.reused()) {
                      onEnd.accept(token.session());
                    }
                    refused.accept(token);
                  });
              return Future.failedFuture(
                  new ApiException(
                      401, "unauthenticated", "This refresh token cannot be used; sign in."));
            });
  }

  private Future<Void> ended(Future<RowSet<Row>> sessions) {
    return sessions.map(
        rows -> {
          rows.forEach(row -> onEnd.accept(row.getUUID(0)));
          return null;
        });
  }

  private OffsetDateTime expiry() {
    return OffsetDateTime.now(ZoneOffset.UTC).plus(life);
  }

  private static String cut(String text) {
    return text == null ? null : text.substring(0, Math.min(text.length(), LONGEST_AGENT));
  }
}

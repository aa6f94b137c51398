package ai.bharatbuild.accounts;

import ai.bharatbuild.accounts.OwnedTables.Fate;
import ai.bharatbuild.accounts.OwnedTables.Own;
import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes accounts. First the account is closed, at once and for good: it is noted to go, and its
 * sign-ins end. Then what it has outside of the database goes, and last its rows. Where the server
 * or the engine fails in between, the rest is done later, by {@link #finish}.
 *
 * <p>Rows that must outlive their user, such as payments, say so by a foreign key without an
 * action. Then the user's row stays, too, with nothing in it that tells who it was.
 */
public final class AccountClosing {
  private static final Logger LOG = LoggerFactory.getLogger(AccountClosing.class);
  private static final String CLOSE =
      """
      with closed as (
        update users set is_active = false, updated_at = now() where id = $1 returning id)
      insert into account_deletions (user_id) select id from closed on conflict do nothing\
      """;
  private static final String OTHER_ADMINS =
      """
      select 1 from users where id = $1 and role = 'admin' and not exists (
        select 1 from users where role = 'admin' and is_active and id <> $1
          and id <> '00000000-0000-4000-8000-000000000001')\
      """;
  private static final String FORGET =
      """
      update users set email = 'deleted-' || id || '@deleted.invalid', password_hash = null,
        name = 'Deleted user', role = 'developer', is_active = false, email_verified = false,
        roll_number = null, college = null, department = null, course = null, guide = null,
        last_login_at = null, updated_at = now()
      where id = $1\
      """;

  private final Pool pool;
  private final Sessions sessions;
  private final Belongings belongings;

  public AccountClosing(Pool pool, Sessions sessions, Belongings belongings) {
    this.pool = pool;
    this.sessions = sessions;
    this.belongings = belongings;
  }

  /**
   * Completes when nothing is left of the account, or when it is closed and the rest is put off.
   * Fails with 409 {@code last_admin}.
   */
  Future<Void> close(UUID user) {
    return pool.withTransaction(connection -> close(connection, user))
        .compose(v -> sessions.endAll(user, null, Sessions.Reason.DELETED))
        .compose(
            v ->
                remove(user)
                    .recover(
                        e -> {
                          LOG.warn("the rest of account {} goes later", user, e);
                          return Future.succeededFuture();
                        }));
  }

  private static Future<Void> close(SqlConnection connection, UUID user) {
    return connection
        .query("select pg_advisory_xact_lock(4711, 1)")
        .execute()
        .compose(v -> connection.preparedQuery(OTHER_ADMINS).execute(Tuple.of(user)))
        .compose(
            rows ->
                rows.size() == 0
                    ? connection.preparedQuery(CLOSE).execute(Tuple.of(user)).mapEmpty()
                    : Future.failedFuture(
                        ApiException.conflict(
                            "last_admin",
                            "This is the last administrator; make another one first.")));
  }

  /** Finishes what was put off. */
  public Future<Void> finish() {
    return pool.query("select user_id from account_deletions order by requested_at limit 100")
        .execute()
        .compose(
            rows -> {
              List<Future<Void>> all = new ArrayList<>();
              rows.forEach(row -> all.add(remove(row.getUUID(0))));
              return Future.join(all).mapEmpty();
            });
  }

  private Future<Void> remove(UUID user) {
    return belongings
        .remove(user.toString())
        .compose(v -> pool.withTransaction(connection -> removeRows(connection, user)));
  }

  private static Future<Void> removeRows(SqlConnection connection, UUID user) {
    return OwnedTables.read(connection)
        .compose(
            tables -> {
              List<Own> staying =
                  tables.own().stream().filter(own -> own.fate() == Fate.STAYS).toList();
              return anyOf(connection, staying, user)
                  .compose(
                      stays ->
                          stays
                              ? keep(connection, tables.own(), user)
                              : connection
                                  .preparedQuery("delete from users where id = $1")
                                  .execute(Tuple.of(user))
                                  .<Void>mapEmpty());
            });
  }

  private static Future<Boolean> anyOf(SqlConnection connection, List<Own> tables, UUID user) {
    Future<Boolean> found = Future.succeededFuture(false);
    for (Own own : tables) {
      found =
          found.compose(
              before ->
                  before
                      ? Future.succeededFuture(true)
                      : connection
                          .preparedQuery(
                              "select 1 from %s where %s = $1 limit 1"
                                  .formatted(own.table(), own.column()))
                          .execute(Tuple.of(user))
                          .map(rows -> rows.size() > 0));
    }
    return found;
  }

  /** Leaves the row of the user, without the user. */
  private static Future<Void> keep(SqlConnection connection, List<Own> tables, UUID user) {
    Future<Void> done = Future.succeededFuture();
    for (Own own : tables) {
      String statement =
          switch (own.fate()) {
            case GOES -> "delete from %s where %s = $1".formatted(own.table(), own.column());
            case FORGETS ->
                "update %1$s set %2$s = null where %2$s = $1".formatted(own.table(), own.column());
            case STAYS -> null;
          };
      if (statement != null) {
        done =
            done.compose(
                v -> connection.preparedQuery(statement).execute(Tuple.of(user)).mapEmpty());
      }
    }
    return done.compose(v -> connection.preparedQuery(FORGET).execute(Tuple.of(user)).mapEmpty());
  }
}

package ai.bharatbuild.accounts;

import ai.bharatbuild.db.DatabaseFailures;
import ai.bharatbuild.http.Caller;
import ai.bharatbuild.http.Role;
import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/** The table of users. Safe on any thread. */
public final class Users {
  static final String BY_EMAIL =
      "select %s, password_hash from users where lower(email) = lower($1)"
          .formatted(Account.COLUMNS);

  private static final String RETURNING = " returning " + Account.COLUMNS;

  /** Serialises what could leave a server without an administrator. */
  private static final String LOCK_ADMINS = "select pg_advisory_xact_lock(4711, 1)";

  private final Pool pool;

  /**
   * An account and what proves it.
   *
   * @param passwordHash null for who signs in through another service only
   */
  public record Stored(Account account, String passwordHash) {}

  /** One page of accounts and how many there are. */
  public record Page(List<Account> users, long total) {}

  public Users(Pool pool) {
    this.pool = pool;
  }

  /** Fails with 400 {@code email_taken} when the address has an account, however it is written. */
  public Future<Account> insert(Registration who, String passwordHash, boolean emailVerified) {
    return pool.preparedQuery(
            "insert into users (email, password_hash, name, role, email_verified, roll_number,"
                + " college, department, course, guide)"
                + " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
                + RETURNING)
        .execute(
            Tuple.of(
                who.email(),
                passwordHash,
                who.name(),
                who.role().text(),
                emailVerified,
                who.rollNumber(),
                who.college(),
                who.department(),
                who.course(),
                who.guide()))
        .map(rows -> Account.of(rows.iterator().next()))
        .recover(
            e ->
                Future.failedFuture(
                    DatabaseFailures.isDuplicate(e, "users_email")
                        ? ApiException.badRequest("email_taken", "Email already registered")
                        : e));
  }

  /** The account of an address; null where there is none. */
  public Future<Stored> byEmail(String email) {
    return pool.preparedQuery(BY_EMAIL).execute(Tuple.of(email)).map(Users::stored);
  }

  /** The account of an id; null where there is none. */
  public Future<Stored> byId(UUID id) {
    return pool.preparedQuery(
            "select %s, password_hash from users where id = $1".formatted(Account.COLUMNS))
        .execute(Tuple.of(id))
        .map(Users::stored);
  }

  /** Newest first. */
  public Future<Page> page(int page, int limit) {
    return pool.preparedQuery(
            "select %s, count(*) over () as total from users order by created_at desc, id limit $1 offset $2"
                .formatted(Account.COLUMNS))
        .execute(Tuple.of(limit, (page - 1L) * limit))
        .compose(
            rows ->
                rows.size() > 0 || page == 1
                    ? Future.succeededFuture(
                        new Page(
                            accounts(rows),
                            rows.size() == 0 ? 0 : rows.iterator().next().getLong("total")))
                    : pool.query("select count(*) from users")
                        .execute()
                        .map(all -> new Page(List.of(), all.iterator().next().getLong(0))));
  }

  /**
   * Changes what a user is; null leaves a member as it is. Fails with 404, with 409 {@code
   * last_admin} when no administrator who can sign in would be left, and with 422 when a student
   * would lack what students have to give.
   *
   * @param witness takes note of it in the same transaction
   */
  public Future<Account> change(
      UUID id, Role role, Boolean active, Function<SqlConnection, Future<Void>> witness) {
    if (id.equals(Caller.LOCAL.account())) {
      return Future.failedFuture(ApiException.notFound("User"));
    }
    return pool.withTransaction(
            connection ->
                connection
                    .query(LOCK_ADMINS)
                    .execute()
                    .compose(v -> update(connection, id, role, active))
                    .compose(
                        account ->
                            admins(connection)
                                .compose(
                                    left ->
                                        left > 0
                                            ? witness.apply(connection).map(account)
                                            : Future.failedFuture(lastAdmin()))))
        .recover(
            e ->
                Future.failedFuture(
                    isConstraint(e, "users_student_details")
                        ? ApiException.invalidField(
                            "role", "this user has not given what students have to", "value_error")
                        : e));
  }

  /** Whether anybody can sign in as an administrator. */
  public Future<Boolean> haveAdmin() {
    return pool.withConnection(connection -> admins(connection).map(count -> count > 0));
  }

  private static Future<Account> update(
      SqlConnection connection, UUID id, Role role, Boolean active) {
    return connection
        .preparedQuery(
            "update users set role = coalesce($2, role), is_active = coalesce($3, is_active),"
                + " updated_at = now() where id = $1"
                + RETURNING)
        .execute(Tuple.of(id, role == null ? null : role.text(), active))
        .map(
            rows -> {
              if (rows.size() == 0) {
                throw ApiException.notFound("User");
              }
              return Account.of(rows.iterator().next());
            });
  }

  private static Future<Long> admins(SqlConnection connection) {
    return connection
        .preparedQuery("select count(*) from users where role = 'admin' and is_active and id <> $1")
        .execute(Tuple.of(Caller.LOCAL.account()))
        .map(rows -> rows.iterator().next().getLong(0));
  }

  private static ApiException lastAdmin() {
    return ApiException.conflict(
        "last_admin", "This is the last administrator; make another one first.");
  }

  private static boolean isConstraint(Throwable e, String name) {
    return e instanceof io.vertx.pgclient.PgException failure
        && name.equals(failure.getConstraint());
  }

  private static Stored stored(RowSet<Row> rows) {
    if (rows.size() == 0) {
      return null;
    }
    Row row = rows.iterator().next();
    return new Stored(Account.of(row), row.getString("password_hash"));
  }

  private static List<Account> accounts(RowSet<Row> rows) {
    return rows.stream().map(Account::of).toList();
  }
}

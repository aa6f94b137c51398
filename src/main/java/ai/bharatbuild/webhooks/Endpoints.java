package ai.bharatbuild.webhooks;

import ai.bharatbuild.db.Sql;
import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;

/** Endpoints in the database. What belongs to somebody else is 404. Usable on any context. */
final class Endpoints {
  private static final int MAX_ENDPOINTS = 20;

  /** How long a replaced secret still signs, so that receivers have time to change. */
  private static final Duration OVERLAP = Duration.ofHours(24);

  /** What a caller gives. */
  record Wanted(String url, List<String> events, String description, boolean enabled) {}

  /** An endpoint and its secret, which is shown when it is made and never again. */
  record Made(Endpoint endpoint, String secret) {}

  /** A new secret, and until when the one before it signs, too. */
  record Rotated(String secret, Instant previousValidUntil) {}

  /** One page of a user's endpoints. */
  record Page(List<Endpoint> webhooks, long total) {}

  private final Pool pool;
  private final InstantSource clock;
  private final Owners owners;
  private final EndpointSecrets secrets;

  Endpoints(Pool pool, InstantSource clock, Owners owners, EndpointSecrets secrets) {
    this.secrets = secrets;
    this.pool = pool;
    this.clock = clock;
    this.owners = owners;
  }

  Future<Made> create(UUID user, String owner, Wanted wanted) {
    String secret = Signature.newSecret();
    return secrets
        .ready()
        .compose(
            v ->
                pool.withTransaction(
                    sql ->
                        count(sql, user)
                            .compose(
                                count ->
                                    count < MAX_ENDPOINTS
                                        ? insert(sql, user, owner, wanted, secret)
                                        : Future.failedFuture(tooMany()))))
        .map(rows -> new Made(Sql.first(rows, Endpoint::of), secret))
        .onSuccess(made -> owners.add(owner));
  }

  private static ApiException tooMany() {
    return ApiException.conflict(
        "too_many_webhooks",
        "You have %d webhooks, as many as you may; delete one.".formatted(MAX_ENDPOINTS));
  }

  /** Counts while the user's row is held, so that two at once cannot both be the last. */
  private static Future<Long> count(SqlClient sql, UUID user) {
    return sql.preparedQuery("SELECT 1 FROM users WHERE id = $1 FOR NO KEY UPDATE")
        .execute(Tuple.of(user))
        .compose(
            v ->
                sql.preparedQuery("SELECT count(*) FROM webhook_endpoints WHERE user_id = $1")
                    .execute(Tuple.of(user)))
        .map(rows -> Sql.first(rows, row -> row.getLong(0)));
  }

  private Future<RowSet<Row>> insert(
      SqlClient sql, UUID user, String owner, Wanted wanted, String secret) {
    UUID id = UUID.randomUUID();
    return sql.preparedQuery(
            """
            INSERT INTO webhook_endpoints (id, user_id, owner, url, events, description, enabled, secret, created_at, updated_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) RETURNING *\
            """)
        .execute(
            Tuple.of(
                id,
                user,
                owner,
                wanted.url(),
                wanted.events().toArray(String[]::new),
                wanted.description(),
                wanted.enabled(),
                secrets.seal(secret, id),
                Sql.time(now())));
  }

  Future<Page> list(UUID user, int page, int limit) {
    Future<Long> total =
        pool.preparedQuery("SELECT count(*) FROM webhook_endpoints WHERE user_id = $1")
            .execute(Tuple.of(user))
            .map(rows -> Sql.first(rows, row -> row.getLong(0)));
    Future<List<Endpoint>> found =
        pool.preparedQuery(
                """
                SELECT * FROM webhook_endpoints WHERE user_id = $1
                ORDER BY created_at DESC, id LIMIT $2 OFFSET $3\
                """)
            .execute(Tuple.of(user, limit, (page - 1L) * limit))
            .map(rows -> Sql.all(rows, Endpoint::of));
    return Future.all(total, found).map(v -> new Page(found.result(), total.result()));
  }

  Future<Endpoint> get(UUID user, UUID id) {
    return pool.preparedQuery("SELECT * FROM webhook_endpoints WHERE id = $1 AND user_id = $2")
        .execute(Tuple.of(id, user))
        .compose(Endpoints::found);
  }

  Future<Endpoint> update(UUID user, UUID id, Wanted wanted) {
    return pool.preparedQuery(
            """
            UPDATE webhook_endpoints
            SET url = $3, events = $4, description = $5, enabled = $6, updated_at = $7
            WHERE id = $1 AND user_id = $2 RETURNING *\
            """)
        .execute(
            Tuple.of(
                id,
                user,
                wanted.url(),
                wanted.events().toArray(String[]::new),
                wanted.description(),
                wanted.enabled(),
                Sql.time(now())))
        .compose(
            rows -> {
              rows.forEach(row -> owners.add(row.getString("owner")));
              return found(rows);
            });
  }

  /** Also drops its deliveries. */
  Future<Void> delete(UUID user, UUID id) {
    return pool.preparedQuery(
            "DELETE FROM webhook_endpoints WHERE id = $1 AND user_id = $2 RETURNING *")
        .execute(Tuple.of(id, user))
        .compose(Endpoints::found)
        .mapEmpty();
  }

  /** Gives it another secret; what is sent for a day is signed with both. */
  Future<Rotated> rotate(UUID user, UUID id) {
    String secret = Signature.newSecret();
    Instant until = now().plus(OVERLAP);
    return secrets
        .ready()
        .compose(
            v ->
                pool.preparedQuery(
                        """
                        UPDATE webhook_endpoints
                        SET previous_secret = secret, previous_secret_until = $3, secret = $4, updated_at = $5
                        WHERE id = $1 AND user_id = $2 RETURNING *\
                        """)
                    .execute(
                        Tuple.of(
                            id, user, Sql.time(until), secrets.seal(secret, id), Sql.time(now()))))
        .compose(Endpoints::found)
        .map(v -> new Rotated(secret, until));
  }

  private static Future<Endpoint> found(RowSet<Row> rows) {
    Endpoint endpoint = Sql.first(rows, Endpoint::of);
    return endpoint == null
        ? Future.failedFuture(ApiException.notFound("webhook"))
        : Future.succeededFuture(endpoint);
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}

package ai.bharatbuild.webhooks;

import ai.bharatbuild.db.Sql;
import ai.bharatbuild.events.DomainEvent;
import ai.bharatbuild.json.Json;
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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * Deliveries in the database: noted before anything is sent, leased to the server that sends, and
 * anybody's again when it dies. Usable on any context.
 */
final class Deliveries {
  /** Servers claim one after another, so that the bound of each endpoint holds for all together. */
  private static final long CLAIM_LOCK = 0x7765_6268_6f6f_6b73L;

  /** Notes an event for each endpoint that wants it. */
  static final String NOTE =
      """
      INSERT INTO webhook_deliveries (endpoint_id, event_id, event_type, payload, next_attempt_at, created_at)
      SELECT e.id, $1, $2, $3, $4, $4 FROM webhook_endpoints e
      WHERE e.owner = $5 AND e.enabled AND (e.events && ARRAY[$2, '*'])
      ON CONFLICT DO NOTHING\
      """;

  /** Takes what is due, those of different users in turn. */
  static final String CLAIM =
      """
      WITH due AS (
        SELECT p.id FROM webhook_endpoints e CROSS JOIN LATERAL (
          SELECT d.id, d.next_attempt_at FROM webhook_deliveries d
          WHERE d.endpoint_id = e.id AND d.status IN ('pending', 'sending')
            AND (d.status = 'pending' AND d.next_attempt_at <= $1 OR d.lease_until <= $1)
          ORDER BY d.next_attempt_at, d.id
          LIMIT greatest(0, $2 - (SELECT count(*) FROM webhook_deliveries s
            WHERE s.endpoint_id = e.id AND s.status = 'sending' AND s.lease_until > $1))
          FOR UPDATE SKIP LOCKED) p
        WHERE e.enabled
        ORDER BY row_number() OVER (PARTITION BY e.user_id ORDER BY p.next_attempt_at), p.next_attempt_at LIMIT $3)
      UPDATE webhook_deliveries d SET status = 'sending', lease_until = $4, attempts = d.attempts + 1
      FROM due, webhook_endpoints e
      WHERE d.id = due.id AND e.id = d.endpoint_id
      RETURNING d.id, d.endpoint_id, d.event_type, d.payload, d.attempts, e.url, e.secret,
        CASE WHEN e.previous_secret_until > $1 THEN e.previous_secret END AS previous\
      """;

  /**
   * One that is to be sent now.
   *
   * @param attempt the number of this attempt, from 1
   * @param secrets that sign it; none where the endpoint's cannot be read
   */
  record Claimed(
      UUID id, String url, List<String> secrets, String eventType, String payload, int attempt) {}

  /**
   * How an attempt went.
   *
   * @param status the answer's, or null where there was none
   * @param error null when it arrived
   */
  record Outcome(Instant at, int durationMs, Integer status, String error) {
    boolean arrived() {
      return error == null;
    }
  }

  private final Pool pool;
  private final EndpointSecrets secrets;
  private final InstantSource clock;
  private final int maxAttempts;
  private final int perEndpoint;
  private final Duration lease;

  /**
   * @param perEndpoint deliveries to one endpoint that are under way at once
   * @param lease longer than any attempt lasts
   */
  Deliveries(
      Pool pool,
      EndpointSecrets secrets,
      InstantSource clock,
      int maxAttempts,
      int perEndpoint,
      Duration lease) {
    this.pool = pool;
    this.secrets = secrets;
    this.clock = clock;
    this.maxAttempts = maxAttempts;
    this.perEndpoint = perEndpoint;
    this.lease = lease;
  }

  Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  /** Notes an event for each endpoint that wants it; gives for how many that is new. */
  Future<Integer> note(DomainEvent event) {
    return pool.preparedQuery(NOTE)
        .execute(Tuple.of(event.id(), event.type(), payload(event), Sql.time(now()), event.owner()))
        .map(RowSet::rowCount);
  }

  private static String payload(DomainEvent event) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("id", event.id());
    body.put("type", event.type());
    body.put("created_at", event.at());
    body.put("data", event.data());
    return Json.encode(body).toString();
  }

  /** Takes at most that many that are due and not under way. */
  Future<List<Claimed>> claim(int limit) {
    return secrets
        .ready()
        .compose(
            ready ->
                pool.withTransaction(
                    sql ->
                        sql.preparedQuery("SELECT pg_advisory_xact_lock($1)")
                            .execute(Tuple.of(CLAIM_LOCK))
                            .compose(v -> claim(sql, limit))));
  }

  private Future<List<Claimed>> claim(SqlClient sql, int limit) {
    Instant now = now();
    return sql.preparedQuery(CLAIM)
        .execute(
            Tuple.of(Sql.time(now), (long) perEndpoint, (long) limit, Sql.time(now.plus(lease))))
        .map(rows -> Sql.all(rows, this::claimed));
  }

  private Claimed claimed(Row row) {
    UUID endpoint = row.getUUID("endpoint_id");
    List<String> opened = new ArrayList<>();
    secrets.open(row.getString("secret"), endpoint).ifPresent(opened::add);
    if (!opened.isEmpty() && row.getString("previous") != null) {
      secrets.open(row.getString("previous"), endpoint).ifPresent(opened::add);
    }
    return new Claimed(
        row.getUUID("id"),
        row.getString("url"),
        opened,
        row.getString("event_type"),
        row.getString("payload"),
        row.getInteger("attempts"));
  }

  /** Writes down how an attempt went, unless the lease ran out and somebody else has it. */
  Future<Void> finish(Claimed claimed, Outcome outcome, RandomGenerator random) {
    boolean again = !outcome.arrived() && claimed.attempt() < maxAttempts;
    String status = outcome.arrived() ? "succeeded" : again ? "pending" : "dead";
    Instant next = again ? now().plus(Backoff.after(claimed.attempt(), random)) : now();
    return pool.preparedQuery(
            """
            WITH own AS (
              UPDATE webhook_deliveries
              SET status = $3, lease_until = NULL, next_attempt_at = $4, last_status = $5, last_error = $6, finished_at = $7
              WHERE id = $1 AND attempts = $2 AND status = 'sending' RETURNING id)
            INSERT INTO webhook_attempts (delivery_id, attempt, at, duration_ms, status, error)
            SELECT id, $2, $8, $9, $5, $6 FROM own\
            """)
        .execute(
            Tuple.of(
                claimed.id(),
                claimed.attempt(),
                status,
                Sql.time(next),
                outcome.status(),
                outcome.error(),
                again ? null : Sql.time(now()),
                Sql.time(outcome.at()),
                outcome.durationMs()))
        .mapEmpty();
  }

  /**
   * One page of an endpoint's deliveries, newest first.
   *
   * @param status the only one shown, or null
   */
  Future<List<Delivery>> list(UUID endpoint, String status, int page, int limit) {
    return pool.preparedQuery(
            """
            SELECT * FROM webhook_deliveries WHERE endpoint_id = $1 AND ($2::text IS NULL OR status = $2)
            ORDER BY created_at DESC, id LIMIT $3 OFFSET $4\
            """)
        .execute(Tuple.of(endpoint, status, (long) limit, (page - 1L) * limit))
        .map(rows -> Sql.all(rows, Delivery::of));
  }

  Future<Long> count(UUID endpoint, String status) {
    return pool.preparedQuery(
            """
            SELECT count(*) FROM webhook_deliveries
            WHERE endpoint_id = $1 AND ($2::text IS NULL OR status = $2)\
            """)
        .execute(Tuple.of(endpoint, status))
        .map(rows -> Sql.first(rows, row -> row.getLong(0)));
  }

  /** The delivery's row, or 404. */
  Future<Row> get(UUID endpoint, UUID id) {
    return pool.preparedQuery("SELECT * FROM webhook_deliveries WHERE id = $1 AND endpoint_id = $2")
        .execute(Tuple.of(id, endpoint))
        .compose(Deliveries::found);
  }

  Future<List<Delivery.Attempt>> attempts(UUID id) {
    return pool.preparedQuery(
            "SELECT * FROM webhook_attempts WHERE delivery_id = $1 ORDER BY attempt")
        .execute(Tuple.of(id))
        .map(rows -> Sql.all(rows, Delivery.Attempt::of));
  }

  /** Sends the same event once more, as a delivery of its own. */
  Future<Delivery> replay(UUID endpoint, UUID id) {
    return pool.preparedQuery(
            """
            INSERT INTO webhook_deliveries (endpoint_id, event_id, event_type, payload, next_attempt_at, created_at, replay, replay_of)
            SELECT endpoint_id, event_id, event_type, payload, $3, $3, true, id
            FROM webhook_deliveries WHERE id = $1 AND endpoint_id = $2 RETURNING *\
            """)
        .execute(Tuple.of(id, endpoint, Sql.time(now())))
        .compose(Deliveries::found)
        .map(Delivery::of);
  }

  private static Future<Row> found(RowSet<Row> rows) {
    Row row = Sql.first(rows, one -> one);
    return row == null
        ? Future.failedFuture(ApiException.notFound("delivery"))
        : Future.succeededFuture(row);
  }
}

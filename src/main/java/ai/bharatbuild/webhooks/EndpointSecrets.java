package ai.bharatbuild.webhooks;

import ai.bharatbuild.db.Sealer;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The secrets of endpoints, which lie in the database sealed for their row. Usable on any context.
 */
final class EndpointSecrets {
  private static final Logger LOG = LoggerFactory.getLogger(EndpointSecrets.class);
  private static final int AT_ONCE = 100;

  /** Comes before every id. */
  private static final UUID FIRST = new UUID(0, 0);

  private final Pool pool;
  private final Supplier<Future<Sealer>> keys;
  private volatile Sealer sealer;
  private volatile boolean allSealed;

  /**
   * @param keys asked when a secret is first wanted, and again where that failed
   */
  EndpointSecrets(Pool pool, Supplier<Future<Sealer>> keys) {
    this.pool = pool;
    this.keys = keys;
  }

  /** Completes when secrets can be read; fails where the keys cannot be used. */
  Future<EndpointSecrets> ready() {
    return sealer != null
        ? Future.succeededFuture(this)
        : keys.get()
            .map(
                opened -> {
                  sealer = opened;
                  return this;
                });
  }

  /** To be called once {@link #ready}, as is {@link #open}. */
  String seal(String secret, UUID endpoint) {
    return sealer.seal(secret, context(endpoint));
  }

  /** Empty, and told in the log, where the secret's key is not there. */
  Optional<String> open(String sealed, UUID endpoint) {
    Optional<String> secret = sealer.open(sealed, context(endpoint));
    if (secret.isEmpty()) {
      LOG.error("the secret of webhook {} cannot be read; is its key missing?", endpoint);
    }
    return secret;
  }

  private static String context(UUID endpoint) {
    return "webhook_endpoints/" + endpoint;
  }

  /**
   * Seals what lies open from before, and what was sealed with a key that is not the first any
   * more. Does nothing once all is done.
   */
  Future<Void> sealAll() {
    return allSealed
        ? Future.succeededFuture()
        : ready().compose(v -> sealAfter(FIRST)).onSuccess(v -> allSealed = true);
  }

  private Future<Void> sealAfter(UUID last) {
    return pool.preparedQuery(
            """
            SELECT id, secret, previous_secret FROM webhook_endpoints
            WHERE id > $1 AND NOT (starts_with(secret, $2) AND starts_with(coalesce(previous_secret, $2), $2))
            ORDER BY id LIMIT $3\
            """)
        .execute(Tuple.of(last, sealer.prefix(), AT_ONCE))
        .compose(this::sealEach);
  }

  private Future<Void> sealEach(RowSet<Row> rows) {
    Future<Void> done = Future.succeededFuture();
    UUID last = null;
    for (Row row : rows) {
      last = row.getUUID("id");
      done = done.compose(v -> sealAgain(row));
    }
    UUID next = last;
    return rows.size() < AT_ONCE ? done : done.compose(v -> sealAfter(next));
  }

  /** Unless somebody has changed it meanwhile; what cannot be read is left. */
  private Future<Void> sealAgain(Row row) {
    UUID id = row.getUUID("id");
    String secret = row.getString("secret");
    String previous = row.getString("previous_secret");
    return pool.preparedQuery(
            """
            UPDATE webhook_endpoints SET secret = $2, previous_secret = $3
            WHERE id = $1 AND secret = $4 AND previous_secret IS NOT DISTINCT FROM $5\
            """)
        .execute(Tuple.of(id, sealedAgain(secret, id), sealedAgain(previous, id), secret, previous))
        .mapEmpty();
  }

  private String sealedAgain(String sealed, UUID endpoint) {
    return sealed == null
        ? null
        : open(sealed, endpoint).map(secret -> seal(secret, endpoint)).orElse(sealed);
  }
}

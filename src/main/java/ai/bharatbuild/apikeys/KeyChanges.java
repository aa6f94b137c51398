package ai.bharatbuild.apikeys;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears from the database, over one connection of the pool, when keys change on any server, and
 * comes back after the database was away.
 */
final class KeyChanges {
  private static final Logger LOG = LoggerFactory.getLogger(KeyChanges.class);
  private static final long RETRY_MS = 1_000;

  private final Vertx vertx;
  private final Pool pool;
  private final KeyCache cache;
  private volatile SqlConnection connection;
  private volatile boolean closed;

  KeyChanges(Vertx vertx, Pool pool, KeyCache cache) {
    this.vertx = vertx;
    this.pool = pool;
    this.cache = cache;
  }

  void start() {
    pool.getConnection()
        .compose(this::listen)
        .onFailure(
            e -> {
              if (!closed) {
                LOG.debug("cannot listen for changes of API keys yet: {}", e.getMessage());
                vertx.setTimer(RETRY_MS, id -> start());
              }
            });
  }

  /** Whether changes elsewhere are heard at once. */
  boolean listening() {
    return connection != null;
  }

  Future<Void> close() {
    closed = true;
    SqlConnection open = connection;
    return open == null ? Future.succeededFuture() : open.close();
  }

  private Future<Void> listen(SqlConnection opened) {
    if (closed) {
      return opened.close();
    }
    opened.closeHandler(v -> ended());
    PgConnection.cast(opened).notificationHandler(told -> cache.forget(told.getPayload()));
    return opened
        .query("listen api_keys_changed")
        .execute()
        .onFailure(e -> opened.close())
        .map(
            done -> {
              // Whatever changed while nobody listened.
              cache.forgetAll();
              connection = opened;
              return null;
            });
  }

  private void ended() {
    boolean was = connection != null;
    connection = null;
    if (was && !closed) {
      vertx.setTimer(RETRY_MS, id -> start());
    }
  }
}

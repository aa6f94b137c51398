package ai.bharatbuild.tasks;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Pool;
import java.util.function.Consumer;

/**
 * Hears the {@link TaskBell} over a connection of its own, which it opens again when it was lost.
 * What was rung meanwhile is not heard; runners look on their own, too.
 */
final class TaskListener {
  private static final long RETRY_MS = 1_000;

  private final Vertx vertx;
  private final Pool pool;
  private final Consumer<String> heard;
  private PgConnection connection;
  private boolean closed;

  /**
   * @param heard gets the payload of each ring, and an empty one whenever listening begins; on the
   *     context on which {@link #open} is called
   */
  TaskListener(Vertx vertx, Pool pool, Consumer<String> heard) {
    this.vertx = vertx;
    this.pool = pool;
    this.heard = heard;
  }

  void open() {
    pool.getConnection()
        .compose(
            opened -> {
              connection = PgConnection.cast(opened);
              if (closed) {
                return connection.close();
              }
              connection.notificationHandler(ring -> heard.accept(ring.getPayload()));
              connection.closeHandler(v -> retry());
              return connection
                  .query("listen " + TaskSql.CHANNEL)
                  .execute()
                  .onSuccess(v -> heard.accept(""))
                  .<Void>mapEmpty();
            })
        .onFailure(e -> retry());
  }

  private void retry() {
    connection = null;
    if (!closed) {
      vertx.setTimer(
          RETRY_MS,
          id -> {
            if (connection == null && !closed) {
              open();
            }
          });
    }
  }

  Future<Void> close() {
    closed = true;
    PgConnection last = connection;
    connection = null;
    return last == null
        ? Future.succeededFuture()
        : last.query("unlisten *").execute().transform(v -> last.close()).otherwiseEmpty();
  }
}

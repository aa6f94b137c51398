package ai.bharatbuild.kv.redis;

import ai.bharatbuild.kv.StoreUnavailableException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One connection that all commands go over, one after another without waiting for answers, made at
 * the first use and again after it was lost. A command that gets no answer in time closes it, so
 * that nothing piles up behind a server that hangs. Safe on any thread.
 */
final class RedisLink {
  /** Commands under way; more mean that Redis does not keep up. */
  private static final int MAX_WAITING = 1 << 16;

  private final VertxInternal vertx;
  private final Redis client;
  private final Context context;
  private final long patienceMs;
  private Future<RedisConnection> connection;
  private boolean closed;

  RedisLink(Vertx vertx, String url, long patienceMs) {
    RedisOptions options =
        new RedisOptions().setConnectionString(url).setMaxWaitingHandlers(MAX_WAITING);
    options.getNetClientOptions().setConnectTimeout((int) patienceMs).setTcpNoDelay(true);
    this.client = Redis.createClient(vertx, options);
    // A loop of its own kind, whichever thread asks first.
    this.vertx = (VertxInternal) vertx;
    this.context = this.vertx.createEventLoopContext();
    this.patienceMs = patienceMs;
  }

  /**
   * Fails with {@link StoreUnavailableException}, or with what Redis said. The answer comes on the
   * caller's context, also when the connection had to be made or was lost.
   */
  Future<Response> send(Request command) {
    ContextInternal caller = vertx.getContext();
    Promise<Response> answer = caller == null ? Promise.promise() : caller.promise();
    ask(command).onComplete(answer);
    return answer.future();
  }

  private Future<Response> ask(Request command) {
    Future<RedisConnection> link = connection();
    return link.compose(it -> it.send(command))
        .timeout(patienceMs, TimeUnit.MILLISECONDS)
        .onFailure(
            e -> {
              if (e instanceof TimeoutException) {
                drop(link);
              }
            });
  }

  private synchronized Future<RedisConnection> connection() {
    if (closed) {
      return Future.failedFuture(new StoreUnavailableException("closed", null));
    }
    if (connection == null || connection.failed()) {
      Promise<RedisConnection> made = Promise.promise();
      connection = made.future();
      Future<RedisConnection> link = connection;
      context.runOnContext(v -> client.connect().onComplete(made));
      link.onSuccess(
          it -> {
            it.exceptionHandler(e -> drop(link));
            it.endHandler(v -> drop(link));
          });
    }
    return connection;
  }

  private void drop(Future<RedisConnection> link) {
    synchronized (this) {
      if (connection == link) {
        connection = null;
      }
    }
    link.onSuccess(RedisConnection::close);
  }

  Future<Void> close() {
    synchronized (this) {
      closed = true;
      connection = null;
    }
    return client.close();
  }
}

package ai.bharatbuild.it;

import ai.bharatbuild.kv.KeyValueStore;
import ai.bharatbuild.kv.KeyValueStoreContract;
import ai.bharatbuild.kv.redis.RedisStore;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract of stores against a Redis in a container of its own. */
class RedisContainerIT extends KeyValueStoreContract {
  private static Vertx vertx;
  private static DataServer server;
  private static RedisStore store;

  @BeforeAll
  static void start() throws Exception {
    vertx = Vertx.vertx();
    server = DataServer.redis();
    store = RedisStore.of(vertx, "redis://127.0.0.1:" + server.port());
  }

  @AfterAll
  static void close() {
    got(store.close());
    got(vertx.close());
    server.close();
  }

  @Override
  protected KeyValueStore store() {
    return store;
  }
}

package ai.bharatbuild.kv.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bharatbuild.kv.Bucket;
import ai.bharatbuild.kv.KeyValueStore;
import ai.bharatbuild.kv.KeyValueStoreContract;
import ai.bharatbuild.kv.Rate;
import ai.bharatbuild.kv.RedisServer;
import ai.bharatbuild.kv.StoreUnavailableException;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Against a real Redis. */
class RedisStoreTest extends KeyValueStoreContract {
  /** What a store has to answer is no matter of how busy the machine is. */
  private static final long PATIENCE_MS = 20_000;

  private static Vertx vertx;
  private static RedisServer server;
  private static RedisStore store;

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
    server = new RedisServer();
    store = RedisStore.of(vertx, server.url(), PATIENCE_MS);
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

  @Test
  void serversShareWhatTheyLimit() {
    RedisStore other = RedisStore.of(vertx, server.url());
    List<Bucket> bucket = List.of(new Bucket("shared" + System.nanoTime(), Rate.perHour(2)));
    assertThat(got(store.admit(bucket)).allowed()).isTrue();
    assertThat(got(other.admit(bucket)).allowed()).isTrue();
    assertThat(got(store.admit(bucket)).allowed()).isFalse();
    got(other.close());
  }

  @Test
  void aRedisThatForgotItsScriptsIsToldThemAgain() {
    List<Bucket> bucket = List.of(new Bucket("script" + System.nanoTime(), Rate.perHour(2)));
    got(store.admit(bucket));
    server.stop();
    server.start();
    eventually(
        () ->
            !store
                .get("any")
                .transform(r -> io.vertx.core.Future.succeededFuture(r.failed()))
                .await());
    assertThat(got(store.admit(bucket)).allowed()).isTrue();
  }

  @Test
  void aRedisThatHangsIsNotWaitedFor() {
    RedisStore usual = RedisStore.of(vertx, server.url());
    got(store.put("before", "x", Duration.ofMinutes(1)));
    server.hang();
    try {
      assertThatThrownBy(() -> got(usual.get("before")))
          .isInstanceOf(StoreUnavailableException.class);
    } finally {
      server.goOn();
    }
    eventually(() -> usual.get("before").otherwise("failed").await().equals("x"));
    got(usual.close());
  }
}

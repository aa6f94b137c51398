package ai.bharatbuild.kv;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.kv.memory.MemoryStore;
import ai.bharatbuild.kv.redis.RedisStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A shared store that comes and goes: a real Redis, with the contract of every store besides. */
class FailoverStoreTest extends KeyValueStoreContract {
  private final Vertx vertx = Vertx.vertx();
  private final RedisServer redis = new RedisServer();
  private FailoverStore store;

  @BeforeEach
  void start() {
    store = new FailoverStore(vertx, RedisStore.of(vertx, redis.url()), new MemoryStore(), 50);
  }

  @AfterEach
  void close() {
    got(store.close());
    got(vertx.close());
    redis.close();
  }

  @Override
  protected KeyValueStore store() {
    return store;
  }

  @Test
  void limitsHoldAlsoWhileTheSharedStoreIsLostAndItIsUsedAgainByItself() {
    assertThat(allowed("a", 40)).isEqualTo(10);
    redis.stop();
    assertThat(allowed("a", 40)).isEqualTo(10);
    assertThat(store.trouble()).contains("Redis");
    assertThat(allowed("a", 40)).isZero();
    redis.start();
    eventually(() -> store.trouble() == null);
    assertThat(allowed("b", 40)).isEqualTo(10);
    RedisStore besides = RedisStore.of(vertx, redis.url());
    assertThat(got(besides.admit(bucket("b"))).allowed()).isFalse();
    got(besides.close());
  }

  @Test
  void aSharedStoreThatHangsHoldsNobodyUpForLong() {
    allowed("a", 1);
    redis.hang();
    // All asked at once wait for one time limit together, and none after them waits at all.
    assertThat(allowed("c", 40)).isEqualTo(10);
    assertThat(store.trouble()).isNotNull();
    assertThat(store.get("x").isComplete()).isTrue();
    redis.goOn();
    eventually(() -> store.trouble() == null);
  }

  @Test
  void aSharedStoreThatWasNeverThereDoesNotMatter() {
    redis.stop();
    got(store.probe());
    assertThat(store.trouble()).isNotNull();
    assertThat(allowed("d", 40)).isEqualTo(10);
    redis.start();
    eventually(() -> store.trouble() == null);
  }

  @Test
  void aCallersMistakeIsNoOutage() {
    got(store.put("word", "x", java.time.Duration.ofMinutes(1)));
    assertThat(store.increment("word", 1, java.time.Duration.ofMinutes(1)).otherwise(-1L).await())
        .isEqualTo(-1L);
    assertThat(store.trouble()).isNull();
  }

  private long allowed(String key, int times) {
    List<Future<Decision>> asked =
        IntStream.range(0, times).mapToObj(i -> store.admit(bucket(key))).toList();
    return asked.stream().filter(it -> got(it).allowed()).count();
  }

  private static List<Bucket> bucket(String key) {
    return List.of(new Bucket(key, Rate.perDay(10)));
  }
}

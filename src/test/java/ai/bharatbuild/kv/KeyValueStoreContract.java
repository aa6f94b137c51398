package ai.bharatbuild.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every store promises. Keys are fresh for each test, so that a store may be shared. */
public abstract class KeyValueStoreContract {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Duration SHORT = Duration.ofMillis(50);
  private final String key = "contract:" + System.nanoTime();

  protected abstract KeyValueStore store();

  @Test
  void aValueIsThereUntilItIsDeleted() {
    assertThat(got(store().get(key))).isNull();
    got(store().put(key, "ä\u0000\r\n", LONG));
    assertThat(got(store().get(key))).isEqualTo("ä\u0000\r\n");
    got(store().put(key, "", LONG));
    assertThat(got(store().get(key))).isEmpty();
    assertThat(got(store().delete(key))).isTrue();
    assertThat(got(store().delete(key))).isFalse();
    assertThat(got(store().get(key))).isNull();
  }

  @Test
  void valuesAndCountersExpire() {
    got(store().put(key, "short", SHORT));
    got(store().increment(key + "n", 5, SHORT));
    // A later addition does not lengthen the life of a counter.
    got(store().increment(key + "n", 1, LONG));
    eventually(() -> got(store().get(key)) == null);
    eventually(() -> got(store().get(key + "n")) == null);
    assertThat(got(store().increment(key + "n", 2, LONG))).isEqualTo(2);
    assertThat(got(store().putIfAbsent(key, "again", LONG))).isTrue();
  }

  @Test
  void onlyOneOfManySetsAValueThatIsAbsent() {
    List<Future<Boolean>> tries =
        IntStream.range(0, 50)
            .mapToObj(i -> store().putIfAbsent(key, Integer.toString(i), LONG))
            .toList();
    List<Boolean> won = tries.stream().map(KeyValueStoreContract::got).toList();
    assertThat(won).containsOnlyOnce(true);
    assertThat(got(store().get(key))).isEqualTo(Integer.toString(won.indexOf(true)));
  }

  @Test
  void aValueIsReplacedOnlyWhenItIsTheExpectedOne() {
    assertThat(got(store().replace(key, "a", "b", LONG))).isFalse();
    got(store().put(key, "a", LONG));
    assertThat(got(store().replace(key, "x", "b", LONG))).isFalse();
    assertThat(got(store().replace(key, "a", "b", LONG))).isTrue();
    assertThat(got(store().replace(key, "a", "c", LONG))).isFalse();
    assertThat(got(store().get(key))).isEqualTo("b");
  }

  @Test
  void additionsAreNotLost() {
    List<Future<Long>> additions =
        IntStream.range(0, 200).mapToObj(i -> store().increment(key, 3, LONG)).toList();
    additions.forEach(KeyValueStoreContract::got);
    assertThat(got(store().get(key))).isEqualTo("600");
    assertThat(got(store().increment(key, -600, LONG))).isZero();
  }

  @Test
  void whatIsNoCounterIsNotCounted() {
    got(store().put(key, "word", LONG));
    assertThatThrownBy(() -> got(store().increment(key, 1, LONG)))
        .isInstanceOf(IllegalStateException.class);
    assertThat(got(store().get(key))).isEqualTo("word");
    got(store().put(key, Long.toString(Long.MAX_VALUE), LONG));
    assertThatThrownBy(() -> got(store().increment(key, 1, LONG)))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aLimitAdmitsAsManyAsItSaysAndTellsWhenTheNextMay() {
    List<Bucket> one = List.of(new Bucket(key, Rate.perHour(5)));
    for (int left = 4; left >= 0; left--) {
      Decision decision = got(store().admit(one));
      assertThat(decision.allowed()).isTrue();
      assertThat(decision.remaining()).isEqualTo(left);
    }
    Decision refused = got(store().admit(one));
    assertThat(refused.allowed()).isFalse();
    assertThat(refused.remaining()).isZero();
    // One unit is regained every twelve minutes, and less than one of them has passed.
    assertThat(refused.retrySeconds()).isBetween(660, 720);
    assertThat(refused.resetSeconds()).isBetween(3540L, 3600L);
  }

  @Test
  void whatARefusalSaysIsTrue() {
    List<Bucket> quick = List.of(new Bucket(key, new Rate(10, Duration.ofSeconds(1))));
    Decision decision = got(store().admit(quick));
    while (decision.allowed()) {
      decision = got(store().admit(quick));
    }
    LockSupport.parkNanos(decision.retryMicros() * 1000 + 1_000_000);
    assertThat(got(store().admit(quick)).allowed()).isTrue();
  }

  @Test
  void severalLimitsAreChargedTogetherOrNotAtAll() {
    Bucket narrow = new Bucket(key + "a", Rate.perHour(2));
    Bucket wide = new Bucket(key + "b", Rate.perHour(10));
    got(store().admit(List.of(wide, narrow)));
    Decision second = got(store().admit(List.of(wide, narrow)));
    assertThat(second.bucket()).isEqualTo(1);
    assertThat(second.remaining()).isZero();
    for (int i = 0; i < 5; i++) {
      Decision refused = got(store().admit(List.of(wide, narrow)));
      assertThat(refused.allowed()).isFalse();
      assertThat(refused.bucket()).isEqualTo(1);
    }
    // Two were charged, and the one of now; none of those refused.
    assertThat(got(store().admit(List.of(wide))).remaining()).isEqualTo(7);
  }

  @Test
  void aCostAboveWhatIsLeftTakesNothing() {
    Rate rate = Rate.perHour(10);
    assertThat(got(store().admit(List.of(new Bucket(key, rate, 8)))).remaining()).isEqualTo(2);
    assertThat(got(store().admit(List.of(new Bucket(key, rate, 3)))).allowed()).isFalse();
    assertThat(got(store().admit(List.of(new Bucket(key, rate, 2)))).allowed()).isTrue();
    assertThat(got(store().admit(List.of(new Bucket(key + "x", rate, 11)))).allowed()).isFalse();
  }

  @Test
  void concurrentCallersTogetherGetExactlyTheLimit() throws InterruptedException {
    Rate rate = Rate.perDay(300);
    List<Future<Decision>> asked = new ArrayList<>();
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      callers.add(
          Thread.startVirtualThread(
              () -> {
                for (int n = 0; n < 100; n++) {
                  Future<Decision> decision = store().admit(List.of(new Bucket(key, rate)));
                  synchronized (asked) {
                    asked.add(decision);
                  }
                }
              }));
    }
    for (Thread caller : callers) {
      caller.join();
    }
    assertThat(asked.stream().filter(it -> got(it).allowed()).count()).isEqualTo(300);
  }

  @Test
  void whatCannotBeMeantIsRefused() {
    assertThatThrownBy(() -> store().get("")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store().put(key, "", Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store().admit(List.of())).isInstanceOf(IllegalArgumentException.class);
    Bucket bucket = new Bucket(key, Rate.perMinute(1));
    assertThatThrownBy(() -> store().admit(List.of(bucket, bucket)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  protected static <T> T got(Future<T> future) {
    try {
      return future.await(20, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("no answer in 20 s", e);
    }
  }

  protected static void eventually(Supplier<Boolean> condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.get()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      LockSupport.parkNanos(2_000_000);
    }
  }
}

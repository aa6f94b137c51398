package ai.bharatbuild.kv.memory;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.kv.Bucket;
import ai.bharatbuild.kv.Decision;
import ai.bharatbuild.kv.KeyValueStore;
import ai.bharatbuild.kv.KeyValueStoreContract;
import ai.bharatbuild.kv.Rate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class MemoryStoreTest extends KeyValueStoreContract {
  private final MemoryStore store = new MemoryStore();

  @Override
  protected KeyValueStore store() {
    return store;
  }

  @Test
  void aFloodOfKeysTakesBoundedMemoryAndDoesNotResetWhoIsLimited() {
    AtomicLong now = new AtomicLong();
    MemoryStore small = new MemoryStore(1000, now::get);
    List<Bucket> limited = List.of(new Bucket("limited", Rate.perHour(100), 100));
    got(small.admit(limited));
    for (int i = 0; i < 5000; i++) {
      got(small.admit(List.of(new Bucket("flood" + i, Rate.perMinute(10)))));
      now.addAndGet(10);
    }
    assertThat(small.size()).isEqualTo(1000);
    assertThat(got(small.admit(limited)).allowed()).isFalse();
  }

  /** The clock of the other tests stands still within one operation; the real one does not. */
  @Test
  void aLimitThatIsWholeAgainBeforeItIsWrittenDownIsNoTrouble() {
    AtomicLong now = new AtomicLong();
    MemoryStore store = new MemoryStore(10, () -> now.addAndGet(100));
    List<Bucket> quick = List.of(new Bucket("k", Rate.perMinute(1_000_000)));
    for (int i = 0; i < 10; i++) {
      assertThat(got(store.admit(quick)).allowed()).isTrue();
    }
  }

  @Test
  void whatExpiredIsForgottenByTheWay() {
    AtomicLong now = new AtomicLong();
    MemoryStore store = new MemoryStore(1_000_000, now::get);
    for (int i = 0; i < 1000; i++) {
      got(store.put("old" + i, "x", Duration.ofSeconds(1)));
    }
    now.set(2_000_000);
    for (int i = 0; i < 500; i++) {
      got(store.put("new" + i, "x", Duration.ofSeconds(1)));
    }
    assertThat(store.size()).isEqualTo(500);
  }

  /** Whatever the pauses: never more than the limit and what is regained in the time. */
  @Property
  void noStretchOfTimeSeesMoreThanTheLimitAndWhatIsRegained(
      @ForAll @IntRange(min = 1, max = 50) int limit,
      @ForAll @IntRange(min = 1, max = 120) int seconds,
      @ForAll @Size(min = 1, max = 200) List<@IntRange(max = 3_000_000) Integer> pauses) {
    AtomicLong now = new AtomicLong(1);
    Rate rate = new Rate(limit, Duration.ofSeconds(seconds));
    try (Closing closing = new Closing(new MemoryStore(10, now::get))) {
      long[] admitted = new long[pauses.size()];
      int count = 0;
      for (int pause : pauses) {
        now.addAndGet(pause);
        Decision decision = got(closing.store.admit(List.of(new Bucket("k", rate))));
        if (decision.allowed()) {
          admitted[count++] = now.get();
        } else {
          // What it says is exact: a microsecond before is too early.
          AtomicLong then = now;
          long wait = decision.retryMicros();
          then.addAndGet(wait - 1);
          assertThat(got(closing.store.admit(List.of(new Bucket("k", rate)))).allowed()).isFalse();
          then.addAndGet(1);
          assertThat(got(closing.store.admit(List.of(new Bucket("k", rate)))).allowed()).isTrue();
          admitted[count++] = now.get();
        }
        for (int from = 0; from < count; from++) {
          long stretch = admitted[count - 1] - admitted[from];
          assertThat(count - from)
              .isLessThanOrEqualTo((int) (limit + stretch / rate.intervalMicros()));
        }
      }
    }
  }

  private record Closing(MemoryStore store) implements AutoCloseable {
    @Override
    public void close() {
      store.close();
    }
  }
}

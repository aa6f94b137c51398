import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

final class Tests {
  private static final long SECOND = 1_000_000_000L;

  public static void main(String[] args) {
    Checks checks = new Checks();
    checks.check(
        "refuses what is over the limit",
        () -> {
          SlidingWindow limit = new SlidingWindow(2, Duration.ofSeconds(10), () -> 0);
          Checks.isTrue(limit.allow("a"));
          Checks.isTrue(limit.allow("a"));
          Checks.isTrue(!limit.allow("a"));
          Checks.isTrue(limit.allow("b"));
        });
    checks.check(
        "the window slides",
        () -> {
          AtomicLong now = new AtomicLong();
          SlidingWindow limit = new SlidingWindow(2, Duration.ofSeconds(10), now::get);
          limit.allow("a");
          now.set(6 * SECOND);
          limit.allow("a");
          now.set(10 * SECOND - 1);
          Checks.isTrue(!limit.allow("a"));
          now.set(10 * SECOND);
          Checks.isTrue(limit.allow("a"));
          Checks.isTrue(!limit.allow("a"));
        });
    checks.check(
        "refused calls are not counted",
        () -> {
          AtomicLong now = new AtomicLong();
          SlidingWindow limit = new SlidingWindow(1, Duration.ofSeconds(10), now::get);
          limit.allow("a");
          now.set(9 * SECOND);
          limit.allow("a");
          now.set(11 * SECOND);
          Checks.isTrue(limit.allow("a"));
        });
    checks.check(
        "forgets keys without calls",
        () -> {
          AtomicLong now = new AtomicLong();
          SlidingWindow limit = new SlidingWindow(1, Duration.ofSeconds(10), now::get);
          limit.allow("a");
          now.set(5 * SECOND);
          limit.allow("b");
          Checks.equal(2, limit.keys());
          now.set(12 * SECOND);
          Checks.equal(1, limit.keys());
        });
    checks.check(
        "a clock may begin below zero",
        () -> {
          AtomicLong now = new AtomicLong(-5 * SECOND);
          SlidingWindow limit = new SlidingWindow(1, Duration.ofSeconds(10), now::get);
          limit.allow("a");
          now.set(4 * SECOND);
          Checks.isTrue(!limit.allow("a"));
        });
    checks.check(
        "many threads get no more than allowed",
        () -> {
          SlidingWindow limit = new SlidingWindow(500, Duration.ofSeconds(10), () -> 0);
          AtomicInteger allowed = new AtomicInteger();
          Thread[] threads = new Thread[4];
          for (int i = 0; i < threads.length; i++) {
            threads[i] =
                new Thread(
                    () -> {
                      for (int n = 0; n < 1000; n++) {
                        if (limit.allow("a")) {
                          allowed.incrementAndGet();
                        }
                      }
                    });
            threads[i].start();
          }
          for (Thread thread : threads) {
            thread.join();
          }
          Checks.equal(500, allowed.get());
        });
    checks.end();
  }
}

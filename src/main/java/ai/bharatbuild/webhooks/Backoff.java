package ai.bharatbuild.webhooks;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long to wait after a failed attempt: four times longer each time, up to six hours. */
final class Backoff {
  private static final Duration FIRST = Duration.ofSeconds(10);
  private static final Duration LONGEST = Duration.ofHours(6);
  private static final int FACTOR_BITS = 2;
  private static final int MAX_DOUBLINGS = 20;

  private Backoff() {}

  /**
   * A time between half of what is due and all of it, so that many that failed together do not come
   * back together.
   *
   * @param attempts that failed, at least 1
   */
  static Duration after(int attempts, RandomGenerator random) {
    int shift = Math.min(MAX_DOUBLINGS, FACTOR_BITS * (attempts - 1));
    long due = Math.min(LONGEST.toMillis(), FIRST.toMillis() << shift);
    return Duration.ofMillis(random.nextLong(due / 2, due + 1));
  }
}

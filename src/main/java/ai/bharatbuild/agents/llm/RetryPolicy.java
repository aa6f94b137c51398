package ai.bharatbuild.agents.llm;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * When a call is made again.
 *
 * @param attempts calls in all, the first included
 * @param base bound of the first wait where the provider names none; it doubles each time
 * @param longest bound of every wait; a provider that asks for more is not waited for
 */
public record RetryPolicy(int attempts, Duration base, Duration longest) {
  private static final int MOST_DOUBLINGS = 20;

  /**
   * How long to wait, or null when the call is not to be made again.
   *
   * @param made attempts that were made
   */
  Duration wait(ModelException failure, int made, RandomGenerator random) {
    if (!failure.retryable() || made >= attempts) {
      return null;
    }
    Duration asked = failure.retryAfter();
    if (asked != null && asked.compareTo(longest) > 0) {
      return null;
    }
    // Full jitter: whoever failed together does not come back together.
    long bound =
        Math.min(longest.toMillis(), base.toMillis() << Math.min(made - 1, MOST_DOUBLINGS));
    Duration jitter = Duration.ofMillis(random.nextLong(bound + 1));
    if (asked == null) {
      return jitter;
    }
    // At the earliest when the provider said, and not all at that moment.
    Duration late = jitter.compareTo(base) > 0 ? base : jitter;
    return asked.plus(late);
  }
}

package ai.bharatbuild.tasks;

import java.time.Duration;

/**
 * The queue's clocks.
 *
 * @param lease how long a task belongs to a worker that gives no sign of life
 * @param heartbeat time between two signs of life; several fit in a lease
 * @param poll time between two looks for work that nobody told of, and for leases that ran out
 * @param backoff before the second attempt; doubled before each further one, less up to a half of
 *     it by chance
 * @param longestBackoff before any attempt
 * @param absence how long tasks that can be done on one server only wait for one that is not seen
 */
public record TaskTiming(
    Duration lease,
    Duration heartbeat,
    Duration poll,
    Duration backoff,
    Duration longestBackoff,
    Duration absence) {
  public static final TaskTiming STANDARD =
      new TaskTiming(
          Duration.ofSeconds(30),
          Duration.ofSeconds(8),
          Duration.ofSeconds(5),
          Duration.ofSeconds(2),
          Duration.ofMinutes(5),
          Duration.ofHours(24));
}

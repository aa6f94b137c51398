package ai.bharatbuild.billing;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/**
 * Months of a subscription, counted from the moment it began, in UTC. Each begins where the one
 * before ends; one that began on the 31st ends on the last day of shorter months and comes back to
 * the 31st.
 */
final class Months {
  /** From {@code start}, inclusive, to {@code end}, exclusive. */
  record Period(Instant start, Instant end) {
    long millis() {
      return Duration.between(start, end).toMillis();
    }
  }

  private Months() {}

  /** The end of that many months. */
  static Instant after(Instant anchor, long months) {
    return anchor.atOffset(ZoneOffset.UTC).plusMonths(months).toInstant();
  }

  /** How many whole months have passed at a time that is not before the anchor. */
  static long whole(Instant anchor, Instant time) {
    long months =
        ChronoUnit.MONTHS.between(anchor.atOffset(ZoneOffset.UTC), time.atOffset(ZoneOffset.UTC));
    while (after(anchor, months).isAfter(time)) {
      months--;
    }
    while (!after(anchor, months + 1).isAfter(time)) {
      months++;
    }
    return months;
  }

  /** The whole month in which a time lies. */
  static Period containing(Instant anchor, Instant time) {
    long passed = whole(anchor, time);
    return new Period(after(anchor, passed), after(anchor, passed + 1));
  }

  /** One month later than a time, by the anchor's calendar. */
  static Instant later(Instant anchor, Instant time) {
    long passed = whole(anchor, time);
    Duration rest = Duration.between(after(anchor, passed), time);
    return after(anchor, passed + 1).plus(rest);
  }
}

package ai.bharatbuild.billing;

import ai.bharatbuild.billing.Months.Period;
import java.time.Duration;
import java.time.Instant;

/**
 * What time of a plan is worth, and the reverse, in whole paise and milliseconds. A month costs its
 * price however many days it has; within a month each millisecond costs the same.
 */
final class Proration {
  private Proration() {}

  /**
   * What is left of a plan, rounded down for each month.
   *
   * @param price of a month
   * @param anchor where its months are counted from
   */
  static long unused(long price, Instant anchor, Instant paidUntil, Instant now) {
    return sum(price, anchor, paidUntil, now, false);
  }

  /**
   * What it costs to have the dearer plan from now until what is paid ends, rounded up for each
   * month.
   */
  static long upgrade(
      long oldPrice, long newPrice, Instant anchor, Instant paidUntil, Instant now) {
    if (newPrice < oldPrice) {
      throw new IllegalArgumentException("the new plan is cheaper");
    }
    return sum(newPrice - oldPrice, anchor, paidUntil, now, true);
  }

  private static long sum(long price, Instant anchor, Instant paidUntil, Instant now, boolean up) {
    Instant from = now.isBefore(anchor) ? anchor : now;
    long sum = 0;
    while (from.isBefore(paidUntil)) {
      Period month = Months.containing(anchor, from);
      Instant until = month.end().isBefore(paidUntil) ? month.end() : paidUntil;
      long share = Math.multiplyExact(price, Duration.between(from, until).toMillis());
      sum += up ? Math.ceilDiv(share, month.millis()) : share / month.millis();
      from = until;
    }
    return sum;
  }

  /** Until when a value lasts from now on; the reverse of {@link #unused}. */
  static Instant until(long value, long price, Instant now) {
    if (price <= 0) {
      throw new IllegalArgumentException("time of a plan without a price has no end");
    }
    long whole = value / price;
    Instant start = Months.after(now, whole);
    long month = Duration.between(start, Months.after(now, whole + 1)).toMillis();
    // Up, so that what a value bought is worth no less than it.
    return start.plusMillis(Math.ceilDiv(Math.multiplyExact(value % price, month), price));
  }
}

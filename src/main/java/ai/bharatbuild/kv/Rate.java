package ai.bharatbuild.kv;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A rate limit: so many in a period. The limit may be used up at once; after that it is regained
 * evenly, one unit each {@link #intervalMicros}.
 *
 * @param limit from 1 to 1,000,000,000
 * @param period from one second to 366 days
 */
public record Rate(long limit, Duration period) {
  private static final long MAX_LIMIT = 1_000_000_000;
  private static final Duration MAX_PERIOD = Duration.ofDays(366);
  private static final Pattern TEXT = Pattern.compile("(\\d{1,10})/(s|min|h|day)");
  private static final Map<String, Duration> UNITS =
      Map.of(
          "s", Duration.ofSeconds(1),
          "min", Duration.ofMinutes(1),
          "h", Duration.ofHours(1),
          "day", Duration.ofDays(1));

  public Rate {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new IllegalArgumentException("a rate's limit is from 1 to " + MAX_LIMIT);
    }
    if (period.compareTo(Duration.ofSeconds(1)) < 0 || period.compareTo(MAX_PERIOD) > 0) {
      throw new IllegalArgumentException("a rate's period is from one second to 366 days");
    }
    if (period.toNanos() / 1000 < limit) {
      throw new IllegalArgumentException("a rate is at most one for each microsecond");
    }
  }

  public static Rate perMinute(long limit) {
    return new Rate(limit, Duration.ofMinutes(1));
  }

  public static Rate perHour(long limit) {
    return new Rate(limit, Duration.ofHours(1));
  }

  public static Rate perDay(long limit) {
    return new Rate(limit, Duration.ofDays(1));
  }

  /** Reads {@code 30/min}, {@code 5/s}, {@code 1000/h} or {@code 10000/day}. */
  public static Rate parse(String text) {
    Matcher matcher = TEXT.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new IllegalArgumentException("a rate looks like 30/min; units are s, min, h and day");
    }
    return new Rate(Long.parseLong(matcher.group(1)), UNITS.get(matcher.group(2)));
  }

  /** Time in which one unit is regained. */
  public long intervalMicros() {
    return period.toNanos() / 1000 / limit;
  }

  /** How far ahead of the clock a bucket may be charged. */
  public long toleranceMicros() {
    return intervalMicros() * limit;
  }
}

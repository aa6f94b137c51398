package ai.bharatbuild.billing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class ProrationTest {
  private static final long YEARS = 10L * 365 * 86_400_000;

  private static Instant anchor(long offset) {
    return Instant.parse("2026-01-31T10:20:30Z").plusMillis(offset);
  }

  private static Instant within(Instant start, Instant end, int share) {
    long millis = Duration.between(start, end).toMillis();
    return start.plusMillis(millis / 10_000 * share);
  }

  @Property
  void monthsFollowEachOtherWithoutGapAndComeBackToTheirDay(
      @ForAll @LongRange(min = 0, max = YEARS) long offset,
      @ForAll @LongRange(min = 0, max = YEARS) long later) {
    Instant anchor = anchor(offset);
    Instant time = anchor.plusMillis(later);
    Months.Period month = Months.containing(anchor, time);

    assertThat(month.start()).isBeforeOrEqualTo(time);
    assertThat(month.end()).isAfter(time);
    assertThat(Months.containing(anchor, month.end()).start()).isEqualTo(month.end());
    assertThat(month.millis()).isBetween(28L * 86_400_000, 31L * 86_400_000);
    assertThat(Months.later(anchor, month.start())).isEqualTo(month.end());
  }

  @Property
  void anUpgradeCostsTheWholeDifferenceAtTheStartAndNothingAtTheEnd(
      @ForAll @LongRange(min = 0, max = YEARS) long offset,
      @ForAll @LongRange(min = 1, max = 10_000_000) long oldPrice,
      @ForAll @LongRange(min = 0, max = 10_000_000) long more,
      @ForAll @IntRange(min = 1, max = 3) int months) {
    Instant start = anchor(offset);
    Instant end = Months.after(start, months);

    assertThat(Proration.upgrade(oldPrice, oldPrice + more, start, end, start))
        .isEqualTo(more * months);
    assertThat(Proration.upgrade(oldPrice, oldPrice + more, start, end, end)).isZero();
  }

  @Property
  void waitingNeverMakesAnUpgradeDearerAndADetourNeverCheaper(
      @ForAll @LongRange(min = 0, max = YEARS) long offset,
      @ForAll @LongRange(min = 1, max = 10_000_000) long low,
      @ForAll @LongRange(min = 0, max = 10_000_000) long middle,
      @ForAll @LongRange(min = 0, max = 10_000_000) long high,
      @ForAll @IntRange(min = 0, max = 10_000) int share,
      @ForAll @IntRange(min = 0, max = 10_000) int laterShare,
      @ForAll @IntRange(min = 1, max = 3) int months) {
    Instant start = anchor(offset);
    Instant end = Months.after(start, months);
    Instant now = within(start, end, Math.min(share, laterShare));
    Instant later = within(start, end, Math.max(share, laterShare));
    long direct = Proration.upgrade(low, low + middle + high, start, end, now);
    long detour =
        Proration.upgrade(low, low + middle, start, end, now)
            + Proration.upgrade(low + middle, low + middle + high, start, end, now);

    assertThat(direct).isNotNegative();
    assertThat(Proration.upgrade(low, low + middle + high, start, end, later))
        .isLessThanOrEqualTo(direct);
    // Each part is rounded up to a paisa for each month.
    assertThat(detour).isBetween(direct, direct + months);
  }

  @Property
  void whatIsUsedAndWhatIsLeftAreThePriceToAPaisa(
      @ForAll @LongRange(min = 0, max = YEARS) long offset,
      @ForAll @LongRange(min = 1, max = 10_000_000) long price,
      @ForAll @IntRange(min = 0, max = 10_000) int share) {
    Instant start = anchor(offset);
    Instant end = Months.after(start, 1);
    Instant now = within(start, end, share);
    long left = Proration.unused(price, start, end, now);
    long used = Proration.upgrade(0, price, start, now, start);

    assertThat(left).isBetween(0L, price);
    assertThat(left + used).isBetween(price, price + 1);
  }

  @Property
  void timeIsWorthWhatItWasBoughtFor(
      @ForAll @LongRange(min = 0, max = YEARS) long offset,
      @ForAll @LongRange(min = 100, max = 10_000_000) long price,
      @ForAll @LongRange(min = 1, max = 50_000_000) long value) {
    Instant now = anchor(offset);
    Instant until = Proration.until(value, price, now);

    assertThat(Proration.unused(price, now, until, now)).isBetween(value - 1, value + 1);
  }
}

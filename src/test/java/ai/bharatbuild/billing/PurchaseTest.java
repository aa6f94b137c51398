package ai.bharatbuild.billing;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.billing.Transaction.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class PurchaseTest {
  private static final UUID USER = UUID.randomUUID();
  private static final Instant START = Instant.parse("2026-05-31T08:00:00Z");
  private static final List<String> IDS = List.of("standard", "college", "plus", "premium");
  private static final Map<String, Plan> PLANS =
      Map.of(
          "standard", plan("standard", 199_900),
          "college", plan("college", 249_900),
          "plus", plan("plus", 299_900),
          "premium", plan("premium", 449_900));

  private final Purchase purchase = new Purchase(PLANS);

  private static Plan plan(String id, long price) {
    return new Plan(id, id, price, "INR", 1, true, List.of(), Plan.Limits.NONE);
  }

  private static Transaction order(Kind kind, String plan, String from, long amount) {
    return new Transaction(
        UUID.randomUUID(),
        USER,
        "asha",
        null,
        kind,
        plan,
        from,
        amount,
        "INR",
        Transaction.Status.PENDING,
        "offline",
        "order",
        null,
        null,
        START,
        null,
        null,
        null);
  }

  @Test
  void theFirstPaymentBuysOneMonth() {
    Subscription bought = purchase.apply(null, order(Kind.SUBSCRIBE, "plus", null, 299_900), START);

    assertThat(bought.planId()).isEqualTo("plus");
    assertThat(bought.currentPeriodStart()).isEqualTo(START);
    assertThat(bought.paidUntil()).isEqualTo("2026-06-30T08:00:00Z");
    assertThat(bought.currentPeriodEnd()).isEqualTo(bought.paidUntil());
  }

  @Test
  void anEarlyRenewalAddsAMonthThatIsNotBegunYet() {
    Subscription first = purchase.apply(null, order(Kind.SUBSCRIBE, "plus", null, 299_900), START);
    Instant now = START.plus(Duration.ofDays(20));
    Subscription renewed =
        purchase.apply(first.cancelling(true), order(Kind.RENEW, "plus", null, 299_900), now);

    assertThat(renewed.currentPeriodEnd()).isEqualTo("2026-06-30T08:00:00Z");
    assertThat(renewed.paidUntil()).isEqualTo("2026-07-31T08:00:00Z");
    assertThat(renewed.cancelAtPeriodEnd()).isFalse();
    assertThat(renewed.at(Instant.parse("2026-07-01T00:00:00Z")).currentPeriodStart())
        .isEqualTo("2026-06-30T08:00:00Z");
    assertThat(renewed.at(renewed.paidUntil()).active()).isFalse();
  }

  @Test
  void anUpgradeChangesThePlanForTheSameTime() {
    Subscription first = purchase.apply(null, order(Kind.SUBSCRIBE, "plus", null, 299_900), START);
    Instant now = START.plus(Duration.ofDays(15));
    long due = Proration.upgrade(299_900, 449_900, START, first.paidUntil(), now);
    Subscription upgraded = purchase.apply(first, order(Kind.UPGRADE, "premium", "plus", due), now);

    assertThat(due).isEqualTo(75_000);
    assertThat(upgraded.planId()).isEqualTo("premium");
    assertThat(upgraded.paidUntil()).isEqualTo(first.paidUntil());
    assertThat(upgraded.currentPeriodStart()).isEqualTo(START);
  }

  /** However orders cross: nothing that was paid is lost, and nothing is given away. */
  @Property
  void whatWasPaidIsWorthWhatItWasWhateverHappenedSince(
      @ForAll @IntRange(min = 0, max = 3) int had,
      @ForAll @IntRange(min = 0, max = 3) int bought,
      @ForAll @IntRange(min = 0, max = 2) int kindNumber,
      @ForAll @LongRange(min = 100, max = 449_900) long upgradeAmount,
      @ForAll @IntRange(min = 0, max = 29) int days,
      @ForAll boolean none) {
    Instant now = START.plus(Duration.ofDays(days));
    Kind kind = Kind.values()[kindNumber];
    Plan target = PLANS.get(IDS.get(bought));
    Plan old = PLANS.get(IDS.get(had));
    Subscription current =
        none ? null : Subscription.fresh(USER, old.id(), START, Months.after(START, 1));
    long amount = kind == Kind.UPGRADE ? upgradeAmount : target.price();
    String from = kind == Kind.UPGRADE ? "standard" : null;
    Subscription next = purchase.apply(current, order(kind, target.id(), from, amount), now);

    Plan plan = PLANS.get(next.planId());
    long before = none ? 0 : current.unused(old.price(), now);
    long after = next.unused(plan.price(), now);
    assertThat(next.active()).isTrue();
    assertThat(next.paidUntil()).isAfter(now);
    assertThat(plan.price()).isGreaterThanOrEqualTo(none ? 0 : old.price());
    long slack = Math.max(2, target.price() / 700);
    // A month that is renewed later has its own number of days.
    long days31 = old.price() / 28 * 3;
    assertThat(after).isBetween(before + amount - slack - days31, before + amount + slack + days31);
  }
}

package ai.bharatbuild.billing;

import ai.bharatbuild.billing.Transaction.Kind;
import java.time.Instant;
import java.util.Map;

/**
 * What a payment does to a subscription, as a function of nothing else. Whoever paid gets what the
 * order said when things are as they were then; otherwise, such as when two orders were paid or one
 * was paid after the subscription ended, the same value as time on the dearer plan. No payment is
 * without effect.
 */
final class Purchase {
  /** An order that is paid within this share of a month still buys exactly what it said. */
  private static final long SLACK_SHARE = 720;

  private final Map<String, Plan> plans;

  Purchase(Map<String, Plan> plans) {
    this.plans = plans;
  }

  /**
   * @param current the user's active subscription as it is now, or null
   * @param paid the order; its user is not null
   * @return the same subscription changed, or a new one without an id
   */
  Subscription apply(Subscription current, Transaction paid, Instant now) {
    Plan target = plans.get(paid.planId());
    long value =
        paid.kind() == Kind.UPGRADE ? paid.amount() : Math.max(paid.amount(), target.price());
    if (current == null) {
      return Subscription.fresh(paid.userId(), target.id(), now, until(paid, value, target, now));
    }
    if (paid.kind() != Kind.UPGRADE && current.planId().equals(target.id())) {
      return current.renewed(now);
    }
    if (isAsOrdered(current, paid, target, now)) {
      return current.on(target.id());
    }
    Plan had = plans.get(current.planId());
    Plan dearer = had.price() >= target.price() ? had : target;
    long together = current.unused(had.price(), now) + value;
    return current.restarted(dearer.id(), now, Proration.until(together, dearer.price(), now));
  }

  private static Instant until(Transaction paid, long value, Plan target, Instant now) {
    return paid.kind() == Kind.UPGRADE
        ? Proration.until(value, target.price(), now)
        : Months.after(now, 1);
  }

  private boolean isAsOrdered(Subscription current, Transaction paid, Plan target, Instant now) {
    Plan had = plans.get(current.planId());
    if (!current.planId().equals(paid.fromPlanId()) || had.price() > target.price()) {
      return false;
    }
    long due =
        Proration.upgrade(
            had.price(), target.price(), current.startDate(), current.paidUntil(), now);
    long over = paid.amount() - due;
    return over >= 0 && over <= Math.max(1, target.price() / SLACK_SHARE);
  }
}

package ai.bharatbuild.billing;

import ai.bharatbuild.http.Caller;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;

/**
 * Limits by the plan that is paid now. The one user of a server in {@code local} mode has the whole
 * machine anyway and is not limited.
 */
final class Allowances implements PlanLimits {
  private static final String LOCAL = "local";

  private final Pool pool;
  private final Subscriptions subscriptions;

  Allowances(Pool pool, Subscriptions subscriptions) {
    this.pool = pool;
    this.subscriptions = subscriptions;
  }

  @Override
  public Future<Allowance> of(UUID account) {
    if (account.equals(Caller.LOCAL.account())) {
      Instant month = calendarMonth();
      return Future.succeededFuture(
          new Allowance(LOCAL, month, Months.after(month, 1), true, null, Plan.Limits.NONE));
    }
    return subscriptions
        .active(pool, account)
        .compose(subscription -> Plans.all(pool).map(plans -> of(plans, subscription)));
  }

  /** What a subscription, or none, allows. */
  Allowance of(Map<String, Plan> plans, Subscription subscription) {
    Plan plan = plans.get(subscription == null ? Plan.FREE : subscription.planId());
    Instant month = calendarMonth();
    return new Allowance(
        plan.id(),
        subscription == null ? month : subscription.currentPeriodStart(),
        subscription == null ? Months.after(month, 1) : subscription.currentPeriodEnd(),
        plan.downloads(),
        plan.documents(),
        plan.limits());
  }

  /** Who has no period of their own counts by the calendar. */
  private Instant calendarMonth() {
    return subscriptions
        .now()
        .atOffset(ZoneOffset.UTC)
        .truncatedTo(ChronoUnit.DAYS)
        .withDayOfMonth(1)
        .toInstant();
  }
}

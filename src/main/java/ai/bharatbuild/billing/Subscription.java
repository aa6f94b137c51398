package ai.bharatbuild.billing;

import ai.bharatbuild.billing.Months.Period;
import ai.bharatbuild.db.Sql;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonValue;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;

/**
 * One user's time on a plan.
 *
 * @param id null until it is in the database
 * @param startDate where its months are counted from
 * @param paidUntil the end of what is paid; beyond the period's end after an early renewal
 * @param cancelAtPeriodEnd whether it ends as cancelled, not as expired
 * @param endedAt null while it has not ended
 */
public record Subscription(
    UUID id,
    @JsonIgnore UUID userId,
    String planId,
    Status status,
    Instant startDate,
    Instant currentPeriodStart,
    Instant currentPeriodEnd,
    Instant paidUntil,
    boolean cancelAtPeriodEnd,
    Instant endedAt) {
  /** The states of a subscription; only an active one gives anything. */
  public enum Status {
    ACTIVE,
    CANCELLED,
    EXPIRED,
    SUSPENDED;

    @JsonValue
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A new one that begins now. */
  static Subscription fresh(UUID user, String plan, Instant now, Instant paidUntil) {
    return new Subscription(
            null, user, plan, Status.ACTIVE, now, now, paidUntil, paidUntil, false, null)
        .at(now);
  }

  /**
   * The same as it is at a time, whether or not that has been written down: over when what is paid
   * is over, else in the month of that time.
   */
  Subscription at(Instant now) {
    if (status != Status.ACTIVE) {
      return this;
    }
    if (!now.isBefore(paidUntil)) {
      return ended(cancelAtPeriodEnd ? Status.CANCELLED : Status.EXPIRED, paidUntil);
    }
    Period month = Months.containing(startDate, now.isBefore(startDate) ? startDate : now);
    Instant end = month.end().isBefore(paidUntil) ? month.end() : paidUntil;
    return with(planId, startDate, month.start(), end, paidUntil, cancelAtPeriodEnd);
  }

  boolean active() {
    return status == Status.ACTIVE;
  }

  /** What is left of it, at its plan's price. */
  long unused(long price, Instant now) {
    return Proration.unused(price, startDate, paidUntil, now);
  }

  Subscription ended(Status how, Instant when) {
    return new Subscription(
        id,
        userId,
        planId,
        how,
        startDate,
        currentPeriodStart,
        currentPeriodEnd,
        paidUntil,
        cancelAtPeriodEnd,
        when);
  }

  Subscription cancelling(boolean atEnd) {
    return with(planId, startDate, currentPeriodStart, currentPeriodEnd, paidUntil, atEnd);
  }

  /** Back to life, for what of its time is left. */
  Subscription revived(Instant now) {
    return new Subscription(
            id,
            userId,
            planId,
            Status.ACTIVE,
            startDate,
            currentPeriodStart,
            currentPeriodEnd,
            paidUntil,
            false,
            null)
        .at(now);
  }

  /** One month more of the same. */
  Subscription renewed(Instant now) {
    Instant later = Months.later(startDate, paidUntil);
    return with(planId, startDate, currentPeriodStart, currentPeriodEnd, later, false).at(now);
  }

  /** Another plan for the same time. */
  Subscription on(String plan) {
    return with(plan, startDate, currentPeriodStart, currentPeriodEnd, paidUntil, false);
  }

  /** Begun anew on a plan. */
  Subscription restarted(String plan, Instant now, Instant until) {
    return with(plan, now, now, until, until, false).at(now);
  }

  private Subscription with(
      String plan,
      Instant anchor,
      Instant periodStart,
      Instant periodEnd,
      Instant paid,
      boolean cancelling) {
    return new Subscription(
        id, userId, plan, Status.ACTIVE, anchor, periodStart, periodEnd, paid, cancelling, null);
  }

  static Subscription of(Row row) {
    return new Subscription(
        row.getUUID("id"),
        row.getUUID("user_id"),
        row.getString("plan_id"),
        Status.valueOf(row.getString("status").toUpperCase(Locale.ROOT)),
        Sql.instant(row, "start_date"),
        Sql.instant(row, "current_period_start"),
        Sql.instant(row, "current_period_end"),
        Sql.instant(row, "paid_until"),
        row.getBoolean("cancel_at_period_end"),
        Sql.instant(row, "ended_at"));
  }
}

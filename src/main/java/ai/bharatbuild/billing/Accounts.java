package ai.bharatbuild.billing;

import ai.bharatbuild.billing.PlanLimits.Allowance;
import ai.bharatbuild.db.Sql;
import ai.bharatbuild.json.Json;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What users are shown of their plan, its use and their payments. */
final class Accounts {
  private static final int RECENT = 5;

  /**
   * How much of one limit was used.
   *
   * @param used null where it is not counted
   * @param limit null where there is none
   */
  record Used(String name, Long used, Long limit, Long remaining) {}

  /** Use of a plan in its present month. */
  record Usage(String planId, Instant periodStart, Instant periodEnd, List<Used> usage) {}

  /**
   * @param subscription null where there never was one
   * @param plan what counts now: the free one without an active subscription
   */
  record Standing(Subscription subscription, Plan plan) {}

  private final Billing billing;
  private final UsageMeter meter;

  Accounts(Billing billing, UsageMeter meter) {
    this.billing = billing;
    this.meter = meter;
  }

  Future<Standing> standing(UUID user) {
    return Future.all(billing.subscriptions.latest(billing.pool, user), Plans.all(billing.pool))
        .map(
            both -> {
              Subscription latest = both.resultAt(0);
              Map<String, Plan> plans = both.resultAt(1);
              boolean active = latest != null && latest.active();
              return new Standing(latest, plans.get(active ? latest.planId() : Plan.FREE));
            });
  }

  Future<Usage> usage(Account account) {
    return billing
        .allowances
        .of(account.id())
        .compose(
            allowance ->
                meter
                    .used(account.id(), account.owner(), allowance.from(), allowance.until())
                    .map(used -> usage(allowance, used)));
  }

  private static Usage usage(Allowance allowance, Map<String, Long> used) {
    ObjectNode limits = Json.MAPPER.valueToTree(allowance.limits());
    List<Used> list = new ArrayList<>();
    limits
        .properties()
        .forEach(
            entry -> {
              Long limit = entry.getValue().isNull() ? null : entry.getValue().asLong();
              Long amount = used.get(entry.getKey());
              Long left = limit == null || amount == null ? null : Math.max(0, limit - amount);
              list.add(new Used(entry.getKey(), amount, limit, left));
            });
    return new Usage(allowance.planId(), allowance.from(), allowance.until(), list);
  }

  /** A short answer for menus and guards. */
  Future<Map<String, Object>> status(UUID user) {
    return standing(user)
        .map(
            standing -> {
              Subscription latest = standing.subscription();
              boolean active = latest != null && latest.active();
              Map<String, Object> status = new LinkedHashMap<>();
              status.put("active", active);
              status.put("status", latest == null ? "none" : latest.status().text());
              status.put("plan_id", standing.plan().id());
              status.put("current_period_end", active ? latest.currentPeriodEnd() : null);
              status.put("paid_until", active ? latest.paidUntil() : null);
              status.put("days_left", active ? billing.subscriptions.daysLeft(latest) : 0);
              status.put("cancel_at_period_end", active && latest.cancelAtPeriodEnd());
              status.put("provider", billing.provider.name());
              status.put("payments_online", billing.provider.online());
              return status;
            });
  }

  Future<Map<String, Object>> overview(Account account) {
    return Future.all(standing(account.id()), usage(account), transactions(account.id(), 1, RECENT))
        .map(
            all -> {
              Standing standing = all.resultAt(0);
              Usage usage = all.resultAt(1);
              Map<String, Object> page = all.resultAt(2);
              Map<String, Object> overview = new LinkedHashMap<>();
              overview.put("subscription", standing.subscription());
              overview.put("plan", standing.plan());
              overview.put("usage", usage);
              overview.put("recent_transactions", page.get("transactions"));
              return overview;
            });
  }

  /** One page of the user's transactions, newest first. */
  Future<Map<String, Object>> transactions(UUID user, int page, int limit) {
    Future<Long> total =
        billing
            .pool
            .preparedQuery("SELECT count(*) FROM transactions WHERE user_id = $1")
            .execute(Tuple.of(user))
            .map(rows -> Sql.first(rows, row -> row.getLong(0)));
    Future<List<Transaction>> found =
        billing
            .pool
            .preparedQuery(
                "SELECT "
                    + Transaction.COLUMNS
                    + " FROM transactions t LEFT JOIN invoices i ON i.transaction_id = t.id"
                    + " WHERE t.user_id = $1 ORDER BY t.created_at DESC, t.id LIMIT $2 OFFSET $3")
            .execute(Tuple.of(user, limit, (page - 1L) * limit))
            .map(rows -> Sql.all(rows, Transaction::of));
    return Future.all(total, found)
        .map(
            both -> {
              Map<String, Object> body = new LinkedHashMap<>();
              body.put("transactions", found.result());
              body.put("total", total.result());
              body.put("page", page);
              body.put("pages", Math.ceilDiv(total.result(), (long) limit));
              return body;
            });
  }
}

package ai.bharatbuild;

import ai.bharatbuild.agents.llm.Budget;
import ai.bharatbuild.agents.work.Budgets;
import ai.bharatbuild.apikeys.ApiKeys;
import ai.bharatbuild.billing.PlanLimits;
import ai.bharatbuild.billing.PlanLimits.Allowance;
import ai.bharatbuild.usage.UsageQueries;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is left to accounts of the tokens of their plans, and to API keys of theirs; a part of
 * {@link Server}. Each account and key that had runs on this server has one budget, so that runs at
 * the same time share it. Asked anew whenever a run begins; what cannot be asked is as it was
 * known, or unlimited where nothing was: a run has limits of its own. Thread-safe.
 */
final class TokenBudgets implements Budgets {
  private static final Logger LOG = LoggerFactory.getLogger(TokenBudgets.class);
  private static final long NO_LIMIT = Long.MAX_VALUE;

  private final Function<UUID, Future<Allowance>> plans;
  private final UsageQueries usage;
  private final ApiKeys keys;
  private final ConcurrentHashMap<UUID, Month> months = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<UUID, Budget> ofKeys = new ConcurrentHashMap<>();

  /** An account's budget, and the month that it counts. */
  private static final class Month {
    private final Budget budget = new Budget("your plan for this month", NO_LIMIT, NO_LIMIT, null);
    private Instant from;

    synchronized void learn(Instant begun, long limit, long spent) {
      if (begun.equals(from)) {
        budget.learn(limit, spent);
      } else {
        from = begun;
        budget.renew(limit, spent);
      }
    }
  }

  /**
   * @param plans what an account's plan allows
   */
  TokenBudgets(Function<UUID, Future<Allowance>> plans, UsageQueries usage, ApiKeys keys) {
    this.plans = plans;
    this.usage = usage;
    this.keys = keys;
  }

  /** See {@link PlanLimits}; usage knows whole days in UTC. */
  static Future<Long> used(UsageQueries usage, UUID account, Allowance allowance) {
    return usage
        .total(account, day(allowance.from()), day(allowance.until().minusMillis(1)))
        .map(UsageQueries.Sum::totalTokens);
  }

  private static LocalDate day(Instant moment) {
    return LocalDate.ofInstant(moment, ZoneOffset.UTC);
  }

  @Override
  public Future<Budget> of(UUID account, UUID apiKey) {
    Future<Budget> month = month(account);
    return apiKey == null ? month : month.compose(larger -> ofKey(account, apiKey, larger));
  }

  private Future<Budget> month(UUID account) {
    Month month = months.computeIfAbsent(account, id -> new Month());
    return plans
        .apply(account)
        .compose(allowance -> learn(month, account, allowance))
        .recover(e -> unknown("what is left of the plan of account " + account, e))
        .map(v -> month.budget);
  }

  private Future<Void> learn(Month month, UUID account, Allowance allowance) {
    Long limit = allowance.limits().tokensPerMonth();
    if (limit == null) {
      month.learn(allowance.from(), NO_LIMIT, 0);
      return Future.succeededFuture();
    }
    return used(usage, account, allowance)
        .map(
            used -> {
              month.learn(allowance.from(), limit, used);
              return null;
            });
  }

  private Future<Budget> ofKey(UUID account, UUID apiKey, Budget larger) {
    return keys.get(account, apiKey)
        .map(
            key -> {
              Budget budget =
                  ofKeys.computeIfAbsent(
                      apiKey, id -> new Budget("this API key", NO_LIMIT, NO_LIMIT, larger));
              budget.learn(
                  key.tokenLimit() == null ? NO_LIMIT : key.tokenLimit(), key.tokensUsed());
              return budget;
            })
        .recover(
            e ->
                unknown("what is left of API key " + apiKey, e)
                    .map(v -> ofKeys.getOrDefault(apiKey, larger)));
  }

  private static Future<Void> unknown(String what, Throwable cause) {
    LOG.warn("{} cannot be asked now: {}", what, cause.getMessage());
    return Future.succeededFuture();
  }
}

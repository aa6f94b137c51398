package ai.bharatbuild;

import ai.bharatbuild.billing.Plan;
import ai.bharatbuild.billing.PlanLimits.Allowance;
import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.config.Settings;
import ai.bharatbuild.http.Caller;
import ai.bharatbuild.jobs.WorkspaceAccess;
import ai.bharatbuild.limits.OwnerLimits;
import ai.bharatbuild.limits.Quota;
import ai.bharatbuild.limits.QuotaSource;
import ai.bharatbuild.limits.Remembered;
import ai.bharatbuild.usage.UsageQueries;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/**
 * What users have of what plans limit, asked of the features that know it; a part of {@link
 * Server}.
 */
final class Quotas implements QuotaSource, OwnerLimits {
  private static final double MB = 1 << 20;
  private static final Duration PLAN = Duration.ofSeconds(30);
  private static final Duration STORAGE = Duration.ofSeconds(10);

  private final WorkspaceAccess workspaces;
  private final Function<String, Future<Long>> kept;
  private final UsageQueries usage;
  private final Remembered<UUID, Allowance> plans;

  /** Every write of a file asks for it. */
  private final Remembered<String, Long> storage;

  /**
   * @param kept bytes that are kept for an owner beside jobs
   * @param plans what an account's plan allows
   */
  Quotas(
      Bus bus,
      Settings settings,
      UsageQueries usage,
      Function<String, Future<Long>> kept,
      Function<UUID, Future<Allowance>> plans) {
    this.workspaces = new WorkspaceAccess(bus, settings.jobs().instances());
    this.usage = usage;
    this.kept = kept;
    this.plans = new Remembered<>(PLAN, plans);
    this.storage = new Remembered<>(STORAGE, this::storage);
  }

  /** A plan's limits by what they limit; what a plan does not limit is missing. */
  static Map<Quota, Long> of(Allowance allowance) {
    Plan.Limits limits = allowance.limits();
    Map<Quota, Long> quotas = new EnumMap<>(Quota.class);
    put(quotas, Quota.SANDBOXES, limits.concurrentSandboxes());
    put(quotas, Quota.JOBS, limits.concurrentJobs());
    put(quotas, Quota.STORAGE, limits.storageBytes());
    put(quotas, Quota.TOKENS, limits.tokensPerMonth());
    return quotas;
  }

  private static void put(Map<Quota, Long> quotas, Quota quota, Number limit) {
    if (limit != null) {
      quotas.put(quota, limit.longValue());
    }
  }

  @Override
  public Future<Map<Quota, Long>> allowed(Caller caller) {
    return plans.get(caller.account()).map(Quotas::of);
  }

  /** Owners of servers without accounts are no accounts, and are not limited. */
  @Override
  public Future<Long> most(String owner, Quota quota) {
    if (owner.equals(Caller.LOCAL.userId())) {
      return Future.succeededFuture(UNLIMITED);
    }
    return plans
        .get(UUID.fromString(owner))
        .map(allowance -> of(allowance).getOrDefault(quota, UNLIMITED))
        .otherwise(UNLIMITED);
  }

  @Override
  public Future<Long> used(Caller caller, Quota quota) {
    return switch (quota) {
      case STORAGE -> storage.get(caller.userId());
      case TOKENS ->
          plans
              .get(caller.account())
              .compose(allowance -> TokenBudgets.used(usage, caller.account(), allowance));
      case SANDBOXES, JOBS ->
          throw new IllegalArgumentException(quota + " are counted by those who make them");
    };
  }

  private Future<Long> storage(String owner) {
    return workspaces
        .ownedBy(owner)
        .map(jobs -> jobs.stream().mapToLong(job -> (long) (job.totalSizeMb() * MB)).sum())
        .compose(jobs -> kept.apply(owner).map(more -> jobs + more));
  }
}

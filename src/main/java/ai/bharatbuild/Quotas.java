package ai.bharatbuild;

import ai.bharatbuild.billing.Plan;
import ai.bharatbuild.billing.PlanLimits;
import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.config.Settings;
import ai.bharatbuild.http.Caller;
import ai.bharatbuild.jobs.JobStatus;
import ai.bharatbuild.jobs.JobView;
import ai.bharatbuild.jobs.WorkspaceAccess;
import ai.bharatbuild.kv.KeyValueStore;
import ai.bharatbuild.limits.Quota;
import ai.bharatbuild.limits.QuotaSource;
import ai.bharatbuild.limits.Remembered;
import ai.bharatbuild.sandbox.ContainerMessages;
import ai.bharatbuild.usage.UsageQueries;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * What users have of what plans limit, asked of the features that know it; a part of {@link
 * Server}.
 */
final class Quotas implements QuotaSource {
  private static final double MB = 1 << 20;
  private static final Duration PLAN = Duration.ofSeconds(30);
  private static final Duration STORAGE = Duration.ofSeconds(10);
  private static final Duration DAY = Duration.ofHours(25);

  private final Bus bus;
  private final Settings settings;
  private final WorkspaceAccess workspaces;
  private final UsageQueries usage;
  private final KeyValueStore store;
  private final Remembered<UUID, Map<Quota, Long>> plans;

  /** Every write of a file asks for it. */
  private final Remembered<String, Long> storage;

  /**
   * @param plans what an account's plan allows
   */
  Quotas(
      Bus bus,
      Settings settings,
      UsageQueries usage,
      KeyValueStore store,
      Function<UUID, Future<Map<Quota, Long>>> plans) {
    this.bus = bus;
    this.settings = settings;
    this.workspaces = new WorkspaceAccess(bus, settings.jobs().instances());
    this.usage = usage;
    this.store = store;
    this.plans = new Remembered<>(PLAN, plans);
    this.storage = new Remembered<>(STORAGE, this::storage);
  }

  /** A plan's limits by what they limit; what a plan does not limit is missing. */
  static Map<Quota, Long> of(PlanLimits.Allowance allowance) {
    Plan.Limits limits = allowance.limits();
    Map<Quota, Long> quotas = new EnumMap<>(Quota.class);
    put(quotas, Quota.SANDBOXES, limits.concurrentSandboxes());
    put(quotas, Quota.JOBS, limits.concurrentJobs());
    put(quotas, Quota.STORAGE, limits.storageBytes());
    put(quotas, Quota.TOKENS, limits.tokensPerMonth());
    put(quotas, Quota.CODE_RUNS, limits.codeRunsPerDay());
    return quotas;
  }

  private static void put(Map<Quota, Long> quotas, Quota quota, Number limit) {
    if (limit != null) {
      quotas.put(quota, limit.longValue());
    }
  }

  @Override
  public Future<Map<Quota, Long>> allowed(Caller caller) {
    return plans.get(caller.account());
  }

  @Override
  public Future<Long> used(Caller caller, Quota quota, String except) {
    return switch (quota) {
      case SANDBOXES -> sandboxes(caller.userId(), except);
      case JOBS -> jobs(caller.userId(), job -> job.status() == JobStatus.GENERATING ? 1 : 0);
      case STORAGE -> storage.get(caller.userId());
      case TOKENS -> tokens(caller.account());
      case CODE_RUNS -> runs(caller.userId());
    };
  }

  private Future<Long> sandboxes(String owner, String except) {
    List<Future<ContainerMessages.Views>> asked = new ArrayList<>();
    for (int shard = 0; shard < settings.sandboxes().instances(); shard++) {
      asked.add(
          bus.ask(
              ContainerMessages.LIST, Integer.toString(shard), new ContainerMessages.Mine(owner)));
    }
    return Future.all(asked)
        .map(
            all ->
                asked.stream()
                    .flatMap(answer -> answer.result().views().stream())
                    .filter(view -> !view.projectId().equals(except))
                    .count());
  }

  private Future<Long> jobs(String owner, ToLongFunction<JobView> count) {
    return workspaces.ownedBy(owner).map(jobs -> jobs.stream().mapToLong(count).sum());
  }

  private Future<Long> storage(String owner) {
    return jobs(owner, job -> (long) (job.totalSizeMb() * MB));
  }

  /** By the calendar's month. */
  private Future<Long> tokens(UUID account) {
    LocalDate today = LocalDate.now(ZoneOffset.UTC);
    return usage.total(account, today.withDayOfMonth(1), today).map(UsageQueries.Sum::totalTokens);
  }

  /**
   * Counts this one, too; what was refused is counted as well, which only matters until midnight.
   */
  private Future<Long> runs(String owner) {
    String key = "quota:runs:" + owner + ":" + LocalDate.now(ZoneOffset.UTC);
    return store.increment(key, 1, DAY).map(count -> count - 1);
  }
}

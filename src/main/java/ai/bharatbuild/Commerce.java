package ai.bharatbuild;

import ai.bharatbuild.billing.Billing;
import ai.bharatbuild.billing.PaymentProvider;
import ai.bharatbuild.billing.PlanLimits;
import ai.bharatbuild.billing.Seller;
import ai.bharatbuild.billing.UsageMeter;
import ai.bharatbuild.billing.offline.OfflineProvider;
import ai.bharatbuild.billing.razorpay.RazorpayProvider;
import ai.bharatbuild.billing.razorpay.RazorpaySettings;
import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.cleanup.CleanupVerticle;
import ai.bharatbuild.config.Settings;
import ai.bharatbuild.db.Sealer;
import ai.bharatbuild.http.BodyReader;
import ai.bharatbuild.http.Routes;
import ai.bharatbuild.jobs.JobStatus;
import ai.bharatbuild.jobs.JobView;
import ai.bharatbuild.jobs.WorkspaceAccess;
import ai.bharatbuild.sandbox.ContainerMessages;
import ai.bharatbuild.usage.UsageQueries;
import ai.bharatbuild.webhooks.Webhooks;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Billing and outgoing webhooks; a part of {@link Server}. */
final class Commerce {
  private static final double MB = 1 << 20;
  private static final Duration SWEEP = Duration.ofMinutes(1);
  private static final Duration PROVIDER_TIMEOUT = Duration.ofSeconds(15);

  private final Vertx vertx;
  private final Bus bus;
  private final Settings settings;
  private final Billing billing;
  private final Webhooks webhooks;
  private final UsageQueries usage;
  private final Function<String, Future<Long>> kept;

  /**
   * @param kept bytes that are kept for an owner beside jobs
   */
  Commerce(
      Vertx vertx, Bus bus, Settings settings, Pool pool, Function<String, Future<Long>> kept) {
    this.kept = kept;
    this.vertx = vertx;
    this.bus = bus;
    this.settings = settings;
    this.usage = new UsageQueries(pool);
    Settings.Billing payments = settings.billing();
    InstantSource clock = InstantSource.system();
    this.billing = new Billing(pool, bus, provider(vertx, payments), seller(payments), clock);
    this.webhooks =
        new Webhooks(
            vertx,
            pool,
            bus,
            new Webhooks.Settings(
                settings.webhooks().allowLoopback(), settings.webhooks().maxAttempts()),
            () -> vertx.executeBlocking(() -> keys(settings.data()), false),
            clock);
  }

  private static Sealer keys(Settings.Data data) throws IOException {
    return Sealer.open(data.path().resolve("secret-keys"), data.secretsKeys());
  }

  private static PaymentProvider provider(Vertx vertx, Settings.Billing payments) {
    return payments.provider().equals("razorpay")
        ? new RazorpayProvider(
            vertx,
            new RazorpaySettings(
                payments.api(),
                payments.keyId(),
                payments.keySecret(),
                payments.webhookSecret(),
                PROVIDER_TIMEOUT))
        : new OfflineProvider();
  }

  private static Seller seller(Settings.Billing payments) {
    return new Seller(
        payments.sellerName(),
        payments.sellerAddress(),
        payments.sellerGstin(),
        payments.gstPercent());
  }

  List<Routes> routes(BodyReader bodies) {
    List<Routes> all = new ArrayList<>(billing.routes(vertx, bodies, meter()));
    all.add(webhooks.routes(bodies));
    return all;
  }

  PlanLimits limits() {
    return billing.limits();
  }

  /** What has to run once; not for a server without a database. */
  List<Deployable> verticles() {
    return List.of(
        webhooks.sending(),
        new CleanupVerticle(
            List.of(
                new CleanupVerticle.Task(
                    "ending subscriptions", SWEEP, false, () -> billing.sweep()))));
  }

  /** Sandboxes are counted by their shards, tokens by usage, which knows whole days. */
  private UsageMeter meter() {
    return (account, owner, from, until) -> {
      Future<Long> sandboxes = sandboxes(owner);
      Future<UsageQueries.Sum> models = usage.total(account, day(from), day(until.minusMillis(1)));
      Future<List<JobView>> jobs =
          new WorkspaceAccess(bus, settings.jobs().instances()).ownedBy(owner);
      Future<Long> beside = kept.apply(owner);
      return Future.all(sandboxes, models, jobs, beside)
          .map(
              v ->
                  Map.of(
                      "concurrent_sandboxes",
                      sandboxes.result(),
                      "concurrent_jobs",
                      jobs.result().stream()
                          .filter(job -> job.status() == JobStatus.GENERATING)
                          .count(),
                      "storage_bytes",
                      jobs.result().stream().mapToLong(Commerce::bytes).sum() + beside.result(),
                      "tokens_per_month",
                      models.result().totalTokens()));
    };
  }

  private static long bytes(JobView job) {
    return (long) (job.totalSizeMb() * MB);
  }

  private static LocalDate day(Instant moment) {
    return LocalDate.ofInstant(moment, ZoneOffset.UTC);
  }

  private Future<Long> sandboxes(String owner) {
    List<Future<ContainerMessages.Views>> asked = new ArrayList<>();
    for (int shard = 0; shard < settings.sandboxes().instances(); shard++) {
      asked.add(
          bus.ask(
              ContainerMessages.LIST, Integer.toString(shard), new ContainerMessages.Mine(owner)));
    }
    return Future.all(asked)
        .map(v -> asked.stream().mapToLong(one -> one.result().views().size()).sum());
  }
}

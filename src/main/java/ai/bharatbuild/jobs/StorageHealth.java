package ai.bharatbuild.jobs;

import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.config.Settings;
import ai.bharatbuild.jobs.JobMessages.Everything;
import ai.bharatbuild.jobs.JobMessages.Stats;
import ai.bharatbuild.telemetry.Health.Check;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/** What the storage takes, for health and metrics. Usable on any context. */
public final class StorageHealth {
  private static final long MB = 1 << 20;
  private static final double NEARLY_FULL = 0.05;

  private final Bus bus;
  private final Settings.Jobs settings;
  private volatile Stats latest = new Stats(0, 0, 0, 0);

  public StorageHealth(Bus bus, Settings.Jobs settings, MeterRegistry registry) {
    this.bus = bus;
    this.settings = settings;
    Gauge.builder("bharatbuild.jobs", () -> latest.jobs())
        .description("jobs that have not expired")
        .register(registry);
    Gauge.builder("bharatbuild.jobs.project.bytes", () -> latest.bytes())
        .description("size of all projects as quotas count them")
        .register(registry);
    Gauge.builder("bharatbuild.jobs.disk.bytes", () -> latest.diskBytes())
        .description("everything in workspaces and ZIPs, as last swept")
        .register(registry);
    Gauge.builder("bharatbuild.jobs.disk.free.bytes", this::free)
        .description("room left on the file system of the jobs directory")
        .register(registry);
  }

  /** Asks every shard; degraded beyond the alert level or when the disk is nearly full. */
  public Future<Check> check() {
    List<Future<Stats>> asked = new ArrayList<>();
    for (int shard = 0; shard < settings.instances(); shard++) {
      asked.add(bus.ask(JobMessages.STATS, Integer.toString(shard), new Everything()));
    }
    return Future.all(asked)
        .map(
            all -> {
              latest = asked.stream().map(Future::result).reduce(StorageHealth::add).orElseThrow();
              return judge(latest);
            });
  }

  private Check judge(Stats stats) {
    long used = Math.max(stats.diskBytes(), stats.bytes());
    String detail =
        "%d jobs, %d MB used, %d MB free".formatted(stats.jobs(), used / MB, free() / MB);
    if (used > settings.alertBytes()) {
      return Check.degraded(
          detail
              + "; more than the alert level of %d MB: sweep or shorten JOB_EXPIRY_HOURS"
                  .formatted(settings.alertBytes() / MB));
    }
    return free() < NEARLY_FULL * settings.basePath().toFile().getTotalSpace()
        ? Check.degraded(detail + "; the disk is nearly full")
        : Check.ok(detail);
  }

  private long free() {
    return settings.basePath().toFile().getUsableSpace();
  }

  private static Stats add(Stats a, Stats b) {
    return new Stats(
        a.jobs() + b.jobs(),
        a.files() + b.files(),
        a.bytes() + b.bytes(),
        a.diskBytes() + b.diskBytes());
  }
}

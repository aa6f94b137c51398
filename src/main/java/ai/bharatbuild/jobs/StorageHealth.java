package ai.bharatbuild.jobs;

import ai.bharatbuild.config.Settings;
import ai.bharatbuild.files.WorkspaceBase.Room;
import ai.bharatbuild.jobs.JobMessages.Everything;
import ai.bharatbuild.jobs.JobMessages.Stats;
import ai.bharatbuild.telemetry.Health.Check;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/**
 * What the storage takes, for health and metrics. Usable on any context; metrics show what the last
 * check found, so that no scrape waits for a disk.
 */
public final class StorageHealth {
  private static final long MB = 1 << 20;
  private static final double NEARLY_FULL = 0.05;

  private final JobStorage storage;
  private final Settings.Jobs settings;
  private volatile Stats latest = new Stats(0, 0, 0, 0);

  /** Null until the first check. */
  private volatile Room room;

  public StorageHealth(JobStorage storage, MeterRegistry registry) {
    this.storage = storage;
    this.settings = storage.settings;
    Gauge.builder("bharatbuild.jobs", () -> latest.jobs())
        .description("jobs that have not expired")
        .register(registry);
    Gauge.builder("bharatbuild.jobs.project.bytes", () -> latest.bytes())
        .description("size of all projects as quotas count them")
        .register(registry);
    Gauge.builder("bharatbuild.jobs.disk.bytes", () -> latest.diskBytes())
        .description("everything in workspaces and ZIPs, as last swept")
        .register(registry);
    Gauge.builder("bharatbuild.jobs.disk.free.bytes", () -> room == null ? null : room.free())
        .description("room left on the file system of the jobs directory")
        .register(registry);
  }

  /** Asks every shard; degraded beyond the alert level or when the disk is nearly full. */
  public Future<Check> check() {
    List<Future<Stats>> asked = new ArrayList<>();
    for (int shard = 0; shard < settings.instances(); shard++) {
      asked.add(storage.bus.ask(JobMessages.STATS, Integer.toString(shard), new Everything()));
    }
    Future<Room> measured = storage.workers.run(storage.base::room);
    return Future.all(measured, Future.all(asked))
        .map(
            all -> {
              room = measured.result();
              latest = asked.stream().map(Future::result).reduce(StorageHealth::add).orElseThrow();
              return judge(latest, room);
            });
  }

  private Check judge(Stats stats, Room room) {
    long used = Math.max(stats.diskBytes(), stats.bytes());
    String detail =
        "%d jobs, %d MB used, %d MB free".formatted(stats.jobs(), used / MB, room.free() / MB);
    if (used > settings.alertBytes()) {
      return Check.degraded(
          detail
              + "; more than the alert level of %d MB: sweep or shorten JOB_EXPIRY_HOURS"
                  .formatted(settings.alertBytes() / MB));
    }
    return room.free() < NEARLY_FULL * room.total()
        ? Check.degraded(detail + "; the disk is nearly full")
        : Check.ok(detail);
  }

  private static Stats add(Stats a, Stats b) {
    return new Stats(
        a.jobs() + b.jobs(),
        a.files() + b.files(),
        a.bytes() + b.bytes(),
        a.diskBytes() + b.diskBytes());
  }
}

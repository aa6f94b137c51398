package ai.bharatbuild;

import ai.bharatbuild.apikeys.ApiKeys;
import ai.bharatbuild.apikeys.KeyCallers;
import ai.bharatbuild.apikeys.KeyRoutes;
import ai.bharatbuild.apikeys.KnownKey;
import ai.bharatbuild.audit.Audit;
import ai.bharatbuild.audit.AuditAhead;
import ai.bharatbuild.audit.AuditGuard;
import ai.bharatbuild.audit.AuditLog;
import ai.bharatbuild.audit.AuditRoutes;
import ai.bharatbuild.audit.BoundedAudit;
import ai.bharatbuild.config.InvalidSettingException;
import ai.bharatbuild.config.Settings;
import ai.bharatbuild.db.Database;
import ai.bharatbuild.http.BodyReader;
import ai.bharatbuild.http.Caller;
import ai.bharatbuild.http.Callers;
import ai.bharatbuild.http.ClientAddress;
import ai.bharatbuild.http.Role;
import ai.bharatbuild.http.Routes;
import ai.bharatbuild.kv.FailoverStore;
import ai.bharatbuild.kv.KeyValueStore;
import ai.bharatbuild.kv.memory.MemoryStore;
import ai.bharatbuild.kv.redis.RedisStore;
import ai.bharatbuild.limits.QuotaGuard;
import ai.bharatbuild.limits.QuotaSource;
import ai.bharatbuild.limits.RateClass;
import ai.bharatbuild.limits.RateLimiter;
import ai.bharatbuild.limits.RateSubject;
import ai.bharatbuild.limits.RateTable;
import ai.bharatbuild.telemetry.Health;
import ai.bharatbuild.usage.CallMeter;
import ai.bharatbuild.usage.UsageLog;
import ai.bharatbuild.usage.UsageQueries;
import ai.bharatbuild.usage.UsageRecorder;
import ai.bharatbuild.usage.UsageRoutes;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What lets programs in, limits calls and takes note of them: API keys, rate limits, usage and the
 * audit log; a part of {@link Server}.
 */
final class Metering {
  private static final long RETRY_MS = 1_000;
  private static final Duration LAST_WRITES = Duration.ofSeconds(10);

  private final Settings.Limits settings;
  private final boolean local;
  private final KeyValueStore store;
  private final ApiKeys keys;
  private final UsageLog usage;
  private final AuditLog audit;
  private final BoundedAudit bounded;
  private final UsageQueries queries;
  private final RateTable table;
  private final boolean recording;

  private Metering(Vertx vertx, Settings settings, boolean local, Database database) {
    this.settings = settings.limits();
    this.local = local;
    this.table = table(settings.limits());
    this.store = store(vertx, settings.limits().redisUrl());
    this.keys = new ApiKeys(database.pool(), database.channels(), store);
    this.usage = new UsageLog(vertx, database.pool());
    this.audit = new AuditLog(vertx, database.pool());
    this.queries = new UsageQueries(database.pool());
    this.recording = !database.off();
    this.bounded = new BoundedAudit(vertx, recording ? audit : AuditLog.untold());
  }

  /**
   * Never fails for want of a database or of Redis.
   *
   * @param local whether the one local user makes every call
   */
  static Metering start(Vertx vertx, Settings settings, boolean local, Database database) {
    Metering metering = new Metering(vertx, settings, local, database);
    if (metering.store instanceof FailoverStore shared) {
      shared.probe();
    }
    if (metering.recording && !local) {
      metering.keys.start();
    }
    return metering;
  }

  private static RateTable table(Settings.Limits settings) {
    try {
      return new RateTable(settings.rates());
    } catch (IllegalArgumentException e) {
      throw new InvalidSettingException("RATE_TABLE (limits.rates): " + e.getMessage());
    }
  }

  private static KeyValueStore store(Vertx vertx, String redisUrl) {
    MemoryStore own = new MemoryStore();
    return redisUrl.isEmpty()
        ? own
        : new FailoverStore(vertx, RedisStore.of(vertx, redisUrl), own, RETRY_MS);
  }

  /** What servers share for a short time. */
  KeyValueStore store() {
    return store;
  }

  /** Callers with API keys. */
  Callers callers() {
    return new KeyCallers(keys);
  }

  /** For whoever uses something that is paid for. */
  UsageRecorder usage() {
    return recording ? usage : UsageRecorder.NONE;
  }

  ApiKeys keys() {
    return keys;
  }

  UsageQueries queries() {
    return queries;
  }

  /** For whoever does something that somebody may ask about. */
  Audit audit() {
    return bounded;
  }

  /** What stands before the finding out of the caller, in order. */
  List<Handler<RoutingContext>> before() {
    return List.of(new ClientAddress(settings.trustedProxies()), new AuditGuard(audit()));
  }

  /**
   * What stands between the finding out of the caller and the routes, in order.
   *
   * @param quotas what plans allow
   */
  List<Handler<RoutingContext>> after(QuotaSource quotas) {
    List<Handler<RoutingContext>> guards = new ArrayList<>();
    boolean calls =
        switch (settings.usageCalls()) {
          case "all", "keys" -> true;
          case "none" -> false;
          default -> !local;
        };
    if (calls && recording) {
      guards.add(new CallMeter(usage, settings.usageCalls().equals("keys")));
    }
    boolean limited =
        switch (settings.rateLimits()) {
          case "on" -> true;
          case "off" -> false;
          default -> !local;
        };
    if (limited) {
      guards.add(new RateLimiter(store, table, Metering::subject));
    }
    if (!local) {
      guards.add(new AuditAhead(audit()));
      guards.add(new QuotaGuard(quotas));
    }
    return guards;
  }

  private static RateSubject subject(RoutingContext context) {
    Caller caller = Caller.find(context).orElse(null);
    KnownKey key = KnownKey.find(context).orElse(null);
    return new RateSubject(
        ClientAddress.of(context),
        caller == null ? null : caller.userId(),
        caller == null ? RateClass.ANONYMOUS : tier(caller.role()),
        key == null ? null : key.key().id().toString(),
        key == null ? List.of() : key.rates());
  }

  private static RateClass tier(Role role) {
    return switch (role) {
      case STUDENT, FACULTY -> RateClass.STANDARD;
      case DEVELOPER, FOUNDER -> RateClass.PLUS;
      case API_PARTNER, ADMIN -> RateClass.PARTNER;
    };
  }

  List<Routes> routes(BodyReader bodies) {
    return List.of(
        new KeyRoutes(keys, bodies, audit()), new UsageRoutes(queries), new AuditRoutes(audit));
  }

  /** Adds what health and metrics say of these parts. */
  void observe(Health health, MeterRegistry meters) {
    if (store instanceof FailoverStore shared) {
      health.add("redis", () -> Future.succeededFuture(redis(shared)));
    }
    if (recording) {
      health.add("usage", usage::check);
      health.add("audit", audit::check);
      meters.gauge("usage_rows_waiting", usage, UsageLog::waiting);
      meters.gauge("usage_rows_lost", usage, UsageLog::lost);
    }
  }

  private static Health.Check redis(FailoverStore store) {
    return store.trouble() == null
        ? Health.Check.ok("limits are shared through Redis")
        : Health.Check.degraded(
            "Redis is lost; this server limits calls by itself. The server's log says why.");
  }

  /** Writes what waits, then lets go. */
  Future<Void> close() {
    bounded.endMinute();
    Future<?> written =
        recording
            ? Future.join(usage.close(LAST_WRITES), audit.close(LAST_WRITES))
            : Future.succeededFuture();
    return written.eventually(keys::close).eventually(store::close).mapEmpty();
  }
}

package ai.bharatbuild.telemetry;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * What the server's parts say of themselves. Checks run in the background every few seconds, so
 * that asking is cheap and a hanging part cannot hang the answer. Thread-safe; checks run on the
 * context that called {@link #start}.
 */
public final class Health {
  private static final long INTERVAL_MS = 5_000;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /**
   * One part's state.
   *
   * @param status {@code ok}, {@code degraded} or {@code down}
   * @param detail for people; says what to do when it is not ok
   */
  public record Check(String status, String detail) {
    public static Check ok(String detail) {
      return new Check("ok", detail);
    }

    public static Check degraded(String detail) {
      return new Check("degraded", detail);
    }

    public static Check down(String detail) {
      return new Check("down", detail);
    }
  }

  /** The whole: {@code ok}, or {@code degraded} when any part is not. */
  public record Report(
      String status, String version, long uptimeSeconds, Map<String, Check> checks) {}

  private final Instant started = Instant.now();
  private final Map<String, Supplier<Future<Check>>> parts = new LinkedHashMap<>();
  private volatile Map<String, Check> latest = Map.of();
  private volatile boolean ready;
  private final String version;
  private final Duration patience;

  public Health(String version) {
    this(version, PATIENCE);
  }

  /** For parts that are down when they have not answered for as long. */
  Health(String version, Duration patience) {
    this.version = version;
    this.patience = patience;
  }

  /** Adds a part; to be called before {@link #start}. */
  public Health add(String name, Supplier<Future<Check>> check) {
    parts.put(name, check);
    return this;
  }

  /** Begins checking; completes after the first round. */
  public Future<Void> start(Vertx vertx) {
    vertx.setPeriodic(INTERVAL_MS, id -> refresh());
    return refresh();
  }

  /** Whether requests should be sent here: set when all is deployed, unset when stopping. */
  public void ready(boolean now) {
    ready = now;
  }

  public boolean ready() {
    return ready;
  }

  public Report report() {
    Map<String, Check> checks = latest;
    boolean fine = checks.values().stream().allMatch(check -> check.status().equals("ok"));
    long uptime = Duration.between(started, Instant.now()).toSeconds();
    return new Report(fine ? "ok" : "degraded", version, uptime, checks);
  }

  private Future<Void> refresh() {
    Map<String, Check> found = new LinkedHashMap<>();
    Future<Void> all = Future.succeededFuture();
    for (Map.Entry<String, Supplier<Future<Check>>> part : parts.entrySet()) {
      all =
          all.compose(v -> run(part.getValue()))
              .map(
                  check -> {
                    found.put(part.getKey(), check);
                    return null;
                  });
    }
    return all.onSuccess(v -> latest = found);
  }

  private Future<Check> run(Supplier<Future<Check>> part) {
    try {
      return part.get()
          .timeout(patience.toMillis(), TimeUnit.MILLISECONDS)
          .otherwise(
              e ->
                  Check.down(
                      e instanceof TimeoutException
                          ? "No answer within %d ms.".formatted(patience.toMillis())
                          : e.getMessage()));
    } catch (RuntimeException e) {
      return Future.succeededFuture(Check.down(e.getMessage()));
    }
  }
}

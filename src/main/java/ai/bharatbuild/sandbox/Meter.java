package ai.bharatbuild.sandbox;

import ai.bharatbuild.sandbox.ContainerMessages.Usage;
import ai.bharatbuild.sandbox.Sandbox.State;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * Says what a sandbox uses. Processor use needs two readings: the one before, when it is fresh
 * enough, or two a moment apart. Used on the verticle's context.
 */
final class Meter {
  private static final long MIN_SPAN_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long MAX_SPAN_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final double MB = 1 << 20;

  private final Vertx vertx;
  private final SandboxRuntime runtime;

  Meter(Vertx vertx, SandboxRuntime runtime) {
    this.vertx = vertx;
    this.runtime = runtime;
  }

  Future<Usage> read(Container container) {
    if (container.state != State.RUNNING) {
      double limit = container.config.limits().memoryBytes() / MB;
      return Future.succeededFuture(new Usage(0, 0, limit, 0, container.status(), 0));
    }
    long age = System.nanoTime() - container.sampleNanos;
    boolean fresh = container.sample != null && age >= MIN_SPAN_NANOS && age <= MAX_SPAN_NANOS;
    Future<Void> first =
        fresh ? Future.succeededFuture() : sample(container).compose(v -> moment());
    return first.compose(
        v -> {
          SandboxStats before = container.sample;
          long beforeNanos = container.sampleNanos;
          return sample(container)
              .map(w -> usage(container, before, container.sampleNanos - beforeNanos));
        });
  }

  private Future<Void> sample(Container container) {
    return runtime
        .stats(container.handle())
        .map(
            stats -> {
              container.sample = stats;
              container.sampleNanos = System.nanoTime();
              return null;
            });
  }

  private Future<Void> moment() {
    Promise<Void> promise = Promise.promise();
    vertx.setTimer(TimeUnit.NANOSECONDS.toMillis(MIN_SPAN_NANOS), id -> promise.complete());
    return promise.future();
  }

  private static Usage usage(Container container, SandboxStats before, long spanNanos) {
    SandboxStats now = container.sample;
    double cpu = before == null ? 0 : 100.0 * (now.cpuNanos() - before.cpuNanos()) / spanNanos;
    double limit = now.memoryLimitBytes();
    Duration up = Duration.between(container.sandbox().startedAt(), Instant.now());
    return new Usage(
        round(Math.max(0, cpu)),
        round(now.memoryBytes() / MB),
        round(limit / MB),
        round(limit > 0 ? 100.0 * now.memoryBytes() / limit : 0),
        container.status(),
        round(Math.max(0, up.toMillis() / 1000.0)));
  }

  private static double round(double value) {
    return Math.round(value * 100) / 100.0;
  }
}

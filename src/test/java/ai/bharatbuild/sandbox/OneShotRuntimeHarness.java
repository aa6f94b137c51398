package ai.bharatbuild.sandbox;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** What the tests of one-shot runtimes share: one runtime for a class, and ways to ask it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class OneShotRuntimeHarness {
  protected static final long MB = 1 << 20;
  protected static final OneShotSpec.Limits LIMITS =
      new OneShotSpec.Limits(
          Duration.ofSeconds(30), Duration.ofSeconds(20), 128 * MB, 1, 32, 16 * MB, MB);
  private static final long PATIENCE_SECONDS = 90;

  protected final Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
  protected OneShotRuntime runtime;

  /** A new runtime. */
  protected abstract OneShotRuntime open() throws Exception;

  @BeforeAll
  void openRuntime() throws Exception {
    runtime = open();
  }

  @AfterAll
  void closeRuntime() {
    if (runtime != null) {
      await(runtime.close());
    }
    await(vertx.close());
  }

  protected static <T> T await(Future<T> future) {
    try {
      return future.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  protected static OneShotSpec spec(OneShotSpec.Limits limits, String... argv) {
    return new OneShotSpec(
        ProjectType.PYTHON, List.of(argv), Map.of(), Buffer.buffer(), Map.of(), limits);
  }

  protected static OneShotSpec shell(String line) {
    return shell(LIMITS, line);
  }

  protected static OneShotSpec shell(OneShotSpec.Limits limits, String line) {
    return spec(limits, "/bin/sh", "-c", line);
  }

  protected static OneShotSpec python(OneShotSpec.Limits limits, String program) {
    return spec(limits, "python3", "-I", "-S", "-c", program);
  }

  protected OneShotResult run(OneShotSpec spec) {
    return await(runtime.run(spec).result());
  }

  /** What a shell line prints that must succeed. */
  protected String output(String line) {
    OneShotResult result = run(shell(line));
    if (!Integer.valueOf(0).equals(result.exit().code())) {
      throw new AssertionError(line + ": " + result);
    }
    return result.stdout().toString();
  }

  /** How a command that is not given everything ends. */
  protected ExitReport end(OneShotSpec spec) {
    return run(spec).exit();
  }

  protected static OneShotSpec.Limits wall(Duration wall) {
    return new OneShotSpec.Limits(
        wall,
        LIMITS.cpu(),
        LIMITS.memoryBytes(),
        LIMITS.cpus(),
        LIMITS.pids(),
        LIMITS.diskBytes(),
        LIMITS.maxOutput());
  }

  protected static OneShotSpec.Limits cpu(Duration cpu) {
    return new OneShotSpec.Limits(
        LIMITS.wall(),
        cpu,
        LIMITS.memoryBytes(),
        LIMITS.cpus(),
        LIMITS.pids(),
        LIMITS.diskBytes(),
        LIMITS.maxOutput());
  }

  protected static OneShotSpec.Limits maxOutput(long bytes) {
    return new OneShotSpec.Limits(
        LIMITS.wall(),
        LIMITS.cpu(),
        LIMITS.memoryBytes(),
        LIMITS.cpus(),
        LIMITS.pids(),
        LIMITS.diskBytes(),
        bytes);
  }
}

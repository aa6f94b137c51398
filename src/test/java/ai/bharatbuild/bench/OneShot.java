package ai.bharatbuild.bench;

import ai.bharatbuild.sandbox.OneShotResult;
import ai.bharatbuild.sandbox.OneShotRuntime;
import ai.bharatbuild.sandbox.OneShotSpec;
import ai.bharatbuild.sandbox.ProjectType;
import ai.bharatbuild.sandbox.process.ProcessRuntime;
import ai.bharatbuild.sandbox.process.ProcessSettings;
import ai.bharatbuild.sandbox.process.Roots;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * {@code print(1)} in a sandbox of its own, beside the same program of the host without any sandbox
 * and in bubblewrap alone; one after the other, and four at once.
 */
final class OneShot implements Bench.Benchmark {
  private static final int CALLS = 40;
  private static final int AT_ONCE = 4;
  private static final int CALLS_EACH = 30;
  private static final int WARM_UPS = 8;
  private static final double MARGIN_MS = 8;
  private static final double RATE = 120;
  private static final Path BUBBLEWRAP = Path.of("/usr/bin/bwrap");
  private static final List<String> PYTHON =
      List.of("/usr/bin/python3", "-I", "-S", "-c", "print(1)");
  private static final String BARE = "python3 -I -S without a sandbox";
  private static final String ALONE = "bubblewrap alone";

  /** One run, checked. */
  private interface Call {
    void run() throws Exception;
  }

  @Override
  public void run(Workbench bench) throws Exception {
    Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
    bench.onClose(() -> vertx.close().await(10, TimeUnit.SECONDS));
    OneShotRuntime runtime = ProcessRuntime.start(vertx, settings(), Roots.host());
    bench.onClose(() -> runtime.close().await(20, TimeUnit.SECONDS));
    Call[] calls = {() -> ours(runtime), () -> command(PYTHON), () -> command(bubblewrap())};
    for (Call call : calls) {
      time(CALLS, call);
    }
    // A server that runs has compiled its code; while it does so its compilers take the processors.
    for (int i = 0; i < WARM_UPS; i++) {
      rate(calls[0]);
    }
    Rounds[] p50 = {new Rounds(), new Rounds(), new Rounds()};
    Rounds[] p99 = {new Rounds(), new Rounds(), new Rounds()};
    Rounds[] rate = {new Rounds(), new Rounds(), new Rounds()};
    for (int round = 0; round < bench.rounds; round++) {
      for (int i = 0; i < calls.length; i++) {
        Histogram times = time(CALLS, calls[i]);
        p50[i].add(times.getValueAtPercentile(50) / 1e6);
        p99[i].add(times.getValueAtPercentile(99) / 1e6);
        rate[i].add(rate(calls[i]));
      }
    }
    report(bench, p50, p99, rate);
  }

  private static void report(Workbench bench, Rounds[] p50, Rounds[] p99, Rounds[] rate) {
    bench.note("rounds: p50 ms " + p50[0] + " | bare " + p50[1] + " | bubblewrap " + p50[2]);
    bench.note("rounds: per second " + rate[0] + " | bare " + rate[1] + " | bubblewrap " + rate[2]);
    Goal near = Goal.aboveBaselineByAtMost(MARGIN_MS);
    bench.report(Figure.paired("oneshot.p50", p50[0], "ms", BARE, p50[1], near));
    bench.report(Figure.paired("oneshot.p99", p99[0], "ms", BARE, p99[1], Goal.NONE));
    bench.report(
        Figure.paired("oneshot.p50-to-bubblewrap", p50[0], "ms", ALONE, p50[2], Goal.NONE));
    bench.report(
        Figure.paired("oneshot.rate-at-4", rate[0], "1/s", BARE, rate[1], Goal.atLeast(RATE)));
    bench.report(
        Figure.paired(
            "oneshot.rate-at-4-to-bubblewrap", rate[0], "1/s", ALONE, rate[2], Goal.NONE));
  }

  private static ProcessSettings settings() {
    Path launcher = Path.of(System.getProperty("bench.target"), "launcher", "launcher");
    return new ProcessSettings(
        launcher, BUBBLEWRAP, "bharatbuild/bench-" + UUID.randomUUID(), 4, 16, 64);
  }

  private static void ours(OneShotRuntime runtime) throws Exception {
    OneShotSpec spec =
        new OneShotSpec(
            ProjectType.PYTHON,
            PYTHON,
            Map.of(),
            Buffer.buffer(),
            Map.of(),
            new OneShotSpec.Limits(
                Duration.ofSeconds(10), Duration.ofSeconds(5), 256 << 20, 1, 32, 16 << 20, 65_536));
    OneShotResult result = runtime.run(spec).result().await(30, TimeUnit.SECONDS);
    check(result.stdout().toString(), result.toString());
  }

  private static void check(String output, String told) {
    if (!output.equals("1\n")) {
      throw new BenchFailure("print(1) ended so: " + told);
    }
  }

  private static void command(List<String> command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes());
    process.waitFor();
    check(output, command + " " + output);
  }

  private static List<String> bubblewrap() {
    List<String> command = new ArrayList<>();
    command.add(BUBBLEWRAP.toString());
    command.addAll(List.of("--ro-bind", "/usr", "/usr", "--symlink", "usr/lib", "/lib"));
    command.addAll(List.of("--symlink", "usr/lib64", "/lib64", "--symlink", "usr/bin", "/bin"));
    command.addAll(List.of("--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"));
    command.addAll(List.of("--unshare-all", "--die-with-parent", "--new-session", "--clearenv"));
    command.addAll(PYTHON);
    return command;
  }

  private static Histogram time(int count, Call call) throws Exception {
    Histogram times = new Histogram(TimeUnit.MINUTES.toNanos(2), 3);
    for (int i = 0; i < count; i++) {
      long begun = System.nanoTime();
      call.run();
      times.recordValue(System.nanoTime() - begun);
    }
    return times;
  }

  private static double rate(Call call) throws Exception {
    try (ExecutorService callers = Executors.newFixedThreadPool(AT_ONCE)) {
      Callable<Histogram> caller = () -> time(CALLS_EACH, call);
      long begun = System.nanoTime();
      for (Future<Histogram> done :
          callers.invokeAll(java.util.Collections.nCopies(AT_ONCE, caller))) {
        done.get();
      }
      return AT_ONCE * CALLS_EACH / ((System.nanoTime() - begun) / 1e9);
    }
  }
}

package ai.bharatbuild.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Making a container where one waits and where none does, beside the engine's command line. */
final class CreateLatency implements Bench.Benchmark {
  private static final int POOL = 10;
  private static final int COLD = 5;
  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(2);
  private static final double P50_MS = 10;
  private static final double P99_MS = 30;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** No waiting sandbox has a {@code /tmp} of this size. */
  private static final Map<String, Object> ODD = Map.of("tmpfs_limit", "100m");

  private static final String RUN = "docker run of the same image, until the container runs";

  private int made;

  @Override
  public void run(Workbench bench) throws Exception {
    Engine.require();
    Path jobs = bench.disk();
    ServerProcess server =
        bench.server(
            jobs, Map.of("WARM_POOL", "node=" + POOL, "WARM_POOL_MAX", Integer.toString(POOL)));
    Histogram warm = new Histogram(TimeUnit.MINUTES.toNanos(2), 3);
    Rounds cold = new Rounds();
    Rounds engine = new Rounds();
    awaitPool(jobs);
    round(server, POOL, Map.of());
    for (int round = 0; round < bench.rounds; round++) {
      awaitPool(jobs);
      round(server, POOL, Map.of()).forEach(ms -> warm.recordValue((long) (ms * 1e6)));
      awaitPool(jobs);
      cold.add(median(round(server, COLD, ODD)));
      engine.add(median(engineRound()));
    }
    double p50 = warm.getValueAtPercentile(50) / 1e6;
    double p99 = warm.getValueAtPercentile(99) / 1e6;
    bench.note("rounds: cold ms " + cold + " | docker run " + engine);
    bench.report(Figure.alone("create-latency.warm.p50", p50, "ms", Goal.atMost(P50_MS)));
    bench.report(Figure.alone("create-latency.warm.p99", p99, "ms", Goal.atMost(P99_MS)));
    bench.report(
        Figure.paired("create-latency.cold", cold, "ms", RUN, engine, Goal.ratioAtMost(1)));
  }

  private static void awaitPool(Path jobs) throws IOException {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (Engine.waiting(jobs) < POOL) {
      if (System.nanoTime() > end) {
        throw new BenchFailure("the pool of waiting sandboxes does not fill");
      }
      Thread.onSpinWait();
    }
  }

  /** Milliseconds of each; the containers are deleted afterwards. */
  private List<Double> round(ServerProcess server, int count, Map<String, Object> config)
      throws IOException {
    byte[] body = JSON.writeValueAsBytes(Map.of("project_type", "node", "config", config));
    List<Double> times = new ArrayList<>();
    List<String> paths = new ArrayList<>();
    try (HttpConnection http = HttpConnection.tcp(server.port())) {
      for (int i = 0; i < count; i++) {
        String path = "/api/v1/containers/bench-create-" + ++made;
        long begun = System.nanoTime();
        http.send("POST", path + "/create", body).expect(201);
        times.add((System.nanoTime() - begun) / 1e6);
        paths.add(path);
      }
      for (String path : paths) {
        http.send("DELETE", path + "?delete_files=true", new byte[0]).expect(200);
      }
    }
    return times;
  }

  private static List<Double> engineRound() throws IOException, InterruptedException {
    List<Double> times = new ArrayList<>();
    for (int i = 0; i < COLD; i++) {
      String name = "bharatbuild-bench-" + ProcessHandle.current().pid() + "-" + i;
      times.add(Commands.milliseconds("docker", "run", "-d", "--name", name, "bharatbuild/node"));
      Commands.run("docker", "rm", "-f", name);
    }
    return times;
  }

  private static double median(List<Double> times) {
    Rounds rounds = new Rounds();
    times.forEach(rounds::add);
    return rounds.median();
  }
}

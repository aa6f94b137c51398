package ai.bharatbuild.bench;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Distinct new 1 KB files through HTTP, beside a call that touches no file and a raw loop. */
final class JobsWrite implements Bench.Benchmark {
  private static final int CONNECTIONS = 32;
  private static final int JOBS = 8;
  private static final Duration WARM_UP = Duration.ofSeconds(8);
  private static final Duration ROUND = Duration.ofSeconds(2);
  private static final Buffer HEALTH =
      Buffer.buffer("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
  private static final String HEALTH_NAME = "GET /health, same server, client and connections";

  @Override
  public void run(Workbench bench) throws Exception {
    new Place(bench, "tmpfs", bench.tmpfs()).measure();
    new Place(bench, "disk", bench.disk()).measure();
  }

  /** The measurement on one file system. */
  private static final class Place {
    private final Workbench bench;
    private final String prefix;
    private final Path base;
    private final Rounds rate = new Rounds();
    private final Rounds p50 = new Rounds();
    private final Rounds p99 = new Rounds();
    private final Rounds healthRate = new Rounds();
    private final Rounds healthP50 = new Rounds();
    private final Rounds healthP99 = new Rounds();
    private final Rounds raw = new Rounds();
    private final Rounds serverCpu = new Rounds();

    Place(Workbench bench, String place, Path base) {
      this.bench = bench;
      this.prefix = bench.name + "." + place;
      this.base = base;
    }

    void measure() throws Exception {
      ServerProcess server = bench.server(Files.createDirectory(base.resolve("jobs")));
      try (LoadClient load = new LoadClient(server.port());
          Jobs jobs = new Jobs(server.port())) {
        write(load, jobs, WARM_UP);
        load.run(CONNECTIONS, WARM_UP, connection -> HEALTH);
        raw();
        for (int round = 0; round < bench.rounds; round++) {
          Trees.settle(base);
          Duration before = server.cpu();
          LoadClient.Result writes = write(load, jobs, ROUND);
          serverCpu.add(server.cpu().minus(before).toNanos() / 1e3 / writes.count());
          add(writes, rate, p50, p99);
          add(load.run(CONNECTIONS, ROUND, connection -> HEALTH), healthRate, healthP50, healthP99);
          raw.add(raw());
        }
      } finally {
        server.stop();
      }
      report();
    }

    private static void add(LoadClient.Result result, Rounds rate, Rounds p50, Rounds p99) {
      rate.add(result.rate());
      p50.add(result.milliseconds(50));
      p99.add(result.milliseconds(99));
    }

    private LoadClient.Result write(LoadClient load, Jobs jobs, Duration duration)
        throws IOException, InterruptedException {
      List<String> ids = jobs.create(JOBS);
      LoadClient.Result result = load.run(CONNECTIONS, duration, new ManyFiles(ids));
      long stored = jobs.files(ids);
      if (stored != result.count()) {
        throw new BenchFailure(result.count() + " writes were answered, " + stored + " are stored");
      }
      jobs.delete(ids);
      return result;
    }

    private double raw() throws IOException, InterruptedException {
      Trees.settle(base);
      Path directory = Files.createDirectory(base.resolve("raw"));
      double perSecond = RawFiles.perSecond(directory, new ManyFiles(List.of()), ROUND);
      Trees.delete(directory);
      return perSecond;
    }

    private void report() {
      boolean tmpfs = prefix.endsWith("tmpfs");
      bench.note(
          prefix + " rounds: writes/s " + rate + " | health/s " + healthRate + " | raw/s " + raw);
      bench.note(prefix + " processor time of the server per write: " + serverCpu.median() + " us");
      bench.report(
          Figure.paired(
              prefix + ".rate-to-health",
              rate,
              "writes/s",
              HEALTH_NAME,
              healthRate,
              tmpfs ? Goal.ratioAtLeast(0.25) : Goal.NONE));
      bench.report(
          Figure.paired(
              prefix + ".rate-to-raw",
              rate,
              "writes/s",
              "single-threaded loop of open, write, close",
              raw,
              tmpfs ? Goal.NONE : Goal.ratioAtLeast(0.5)));
      bench.report(Figure.paired(prefix + ".p50", p50, "ms", HEALTH_NAME, healthP50, Goal.NONE));
      bench.report(
          Figure.paired(
              prefix + ".p99",
              p99,
              "ms",
              HEALTH_NAME,
              healthP99,
              tmpfs ? Goal.below(10) : Goal.NONE));
    }
  }
}

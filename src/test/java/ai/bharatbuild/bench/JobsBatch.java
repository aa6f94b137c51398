package ai.bharatbuild.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** A batch of 50 new files in one call after another, beside an empty call and a raw loop. */
final class JobsBatch implements Bench.Benchmark {
  private static final int FILES = 50;
  private static final int CALLS = 300;
  private static final int WARM_UP_CALLS = 1_500;
  private static final String HEALTH_NAME = "GET /health, same server, one connection as well";
  private static final String RAW_NAME = "single-threaded loop of open, write, close over the same";

  /** Something to be timed many times, by number. */
  private interface Call {
    void run(int number) throws IOException;
  }

  @Override
  public void run(Workbench bench) throws Exception {
    new Place(bench, "tmpfs", bench.tmpfs()).measure();
    new Place(bench, "disk", bench.disk()).measure();
  }

  /** The files of one call; each call has a directory of its own with ten files in each of five. */
  private static List<Map<String, String>> files(int call) {
    List<Map<String, String>> files = new ArrayList<>();
    for (int i = 0; i < FILES; i++) {
      files.add(
          Map.of(
              "path",
              "call-%05d/part-%d/file-%02d.ts".formatted(call, i / 10, i),
              "content",
              SourceText.of(i, ManyFiles.BYTES)));
    }
    return files;
  }

  /** The measurement on one file system. */
  private static final class Place {
    private final Workbench bench;
    private final String prefix;
    private final Path base;
    private final List<byte[]> bodies = new ArrayList<>();
    private final List<List<Map<String, String>>> calls = new ArrayList<>();
    private final Rounds[] batch = {new Rounds(), new Rounds()};
    private final Rounds[] health = {new Rounds(), new Rounds()};
    private final Rounds[] raw = {new Rounds(), new Rounds()};

    Place(Workbench bench, String place, Path base) throws IOException {
      this.bench = bench;
      this.prefix = bench.name + "." + place;
      this.base = base;
      ObjectMapper json = new ObjectMapper();
      for (int call = 0; call < WARM_UP_CALLS; call++) {
        calls.add(files(call));
        bodies.add(json.writeValueAsBytes(calls.get(call)));
      }
    }

    void measure() throws Exception {
      ServerProcess server = bench.server(Files.createDirectory(base.resolve("jobs")));
      try (Jobs jobs = new Jobs(server.port())) {
        batches(jobs, WARM_UP_CALLS);
        time(WARM_UP_CALLS, call -> jobs.get("/health").expect(200));
        raw();
        for (int round = 0; round < bench.rounds; round++) {
          Trees.settle(base);
          add(batches(jobs, CALLS), batch);
          add(time(CALLS, call -> jobs.get("/health").expect(200)), health);
          Trees.settle(base);
          add(raw(), raw);
        }
      } finally {
        server.stop();
      }
      report();
    }

    private Histogram batches(Jobs jobs, int count) throws IOException {
      List<String> job = jobs.create(1);
      Histogram times =
          time(count, call -> jobs.sendBatch(job.getFirst(), bodies.get(call), FILES));
      if (jobs.files(job) != (long) count * FILES) {
        throw new BenchFailure("files of answered batches are not stored");
      }
      jobs.delete(job);
      return times;
    }

    private Histogram raw() throws IOException, InterruptedException {
      Path directory = Files.createDirectory(base.resolve("raw"));
      byte[] content = SourceText.bytes(0, ManyFiles.BYTES);
      Histogram times =
          time(
              CALLS,
              call -> {
                List<Map<String, String>> files = calls.get(call);
                for (int i = 0; i < FILES; i++) {
                  Path file = directory.resolve(files.get(i).get("path"));
                  if (i % 10 == 0) {
                    Files.createDirectories(file.getParent());
                  }
                  RawFiles.create(file, content);
                }
              });
      Trees.delete(directory);
      return times;
    }

    private static Histogram time(int count, Call call) throws IOException {
      Histogram times = new Histogram(TimeUnit.MINUTES.toNanos(2), 3);
      for (int i = 0; i < count; i++) {
        long begun = System.nanoTime();
        call.run(i);
        times.recordValue(System.nanoTime() - begun);
      }
      return times;
    }

    private static void add(Histogram times, Rounds[] p50AndP99) {
      p50AndP99[0].add(times.getValueAtPercentile(50) / 1e6);
      p50AndP99[1].add(times.getValueAtPercentile(99) / 1e6);
    }

    private void report() {
      bench.note(
          prefix + " rounds: p50 ms " + batch[0] + " | health " + health[0] + " | raw " + raw[0]);
      Goal goal = prefix.endsWith("tmpfs") ? Goal.below(3) : Goal.NONE;
      String[] names = {".p50", ".p99"};
      for (int i = 0; i < names.length; i++) {
        Goal goalOfThis = i == 0 ? goal : Goal.NONE;
        bench.report(
            Figure.paired(prefix + names[i], batch[i], "ms", HEALTH_NAME, health[i], goalOfThis));
        bench.report(
            Figure.paired(
                prefix + names[i] + "-to-raw", batch[i], "ms", RAW_NAME, raw[i], Goal.NONE));
      }
    }
  }
}

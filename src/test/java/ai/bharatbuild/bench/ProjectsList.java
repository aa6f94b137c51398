package ai.bharatbuild.bench;

import ai.bharatbuild.db.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** The first page of an account's 10,000 projects, beside the same two queries by a bare client. */
final class ProjectsList implements Bench.Benchmark {
  private static final int CALLS = 1_000;
  private static final int WARM_UP_CALLS = 4_000;
  private static final UUID USER = UUID.fromString("00000000-0000-4000-8000-000000000001");
  private static final String BARE =
      "the same page and count, one query after the other, bare client";

  /** Something to be timed many times. */
  private interface Call {
    void run() throws IOException;
  }

  @Override
  public void run(Workbench bench) throws Exception {
    try (TestDatabase database = TestDatabase.create()) {
      ServerProcess server =
          bench.server(
              Files.createDirectory(bench.tmpfs().resolve("jobs")),
              Map.of("DATABASE_URL", database.url()));
      try (HttpConnection http = HttpConnection.tcp(server.port())) {
        measure(bench, database, http);
      } finally {
        server.stop();
      }
    }
  }

  private static void measure(Workbench bench, TestDatabase database, HttpConnection http)
      throws IOException {
    database.query(
        "insert into projects (user_id, title, mode, created_at)"
            + " select $1, 'Project ' || n, 'developer', now() - n * interval '1 minute'"
            + " from generate_series(1, 10000) n",
        USER);
    database.query("vacuum analyze projects");
    Rounds[] listed = {new Rounds(), new Rounds()};
    Rounds[] bare = {new Rounds(), new Rounds()};
    Call list = () -> http.send("GET", "/api/v1/projects?limit=20", new byte[0]).expect(200);
    Call query = () -> query(database);
    time(WARM_UP_CALLS, list);
    time(WARM_UP_CALLS, query);
    for (int round = 0; round < bench.rounds; round++) {
      add(time(CALLS, list), listed);
      add(time(CALLS, query), bare);
    }
    bench.note("p99 ms " + listed[1] + " | bare " + bare[1]);
    String[] names = {".p50", ".p99"};
    for (int i = 0; i < names.length; i++) {
      Goal goal = i == 0 ? Goal.NONE : Goal.ratioAtMost(2);
      bench.report(Figure.paired(bench.name + names[i], listed[i], "ms", BARE, bare[i], goal));
    }
  }

  private static void query(TestDatabase database) {
    long total =
        database
            .query("select count(*) from projects where user_id = $1", USER)
            .iterator()
            .next()
            .getLong(0);
    int rows =
        database
            .query(
                "select * from projects where user_id = $1"
                    + " order by created_at desc, id desc limit 20 offset 0",
                USER)
            .size();
    if (total != 10_000 || rows != 20) {
      throw new BenchFailure("the projects are not there");
    }
  }

  private static Histogram time(int count, Call call) throws IOException {
    Histogram times = new Histogram(TimeUnit.MINUTES.toNanos(2), 3);
    for (int i = 0; i < count; i++) {
      long begun = System.nanoTime();
      call.run();
      times.recordValue(System.nanoTime() - begun);
    }
    return times;
  }

  private static void add(Histogram times, Rounds[] p50AndP99) {
    p50AndP99[0].add(times.getValueAtPercentile(50) / 1e6);
    p50AndP99[1].add(times.getValueAtPercentile(99) / 1e6);
  }
}

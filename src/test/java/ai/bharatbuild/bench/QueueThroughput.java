package ai.bharatbuild.bench;

import ai.bharatbuild.db.Database;
import ai.bharatbuild.db.DatabaseServer;
import ai.bharatbuild.db.TestDatabase;
import ai.bharatbuild.tasks.NewTask;
import ai.bharatbuild.tasks.TaskOutcome;
import ai.bharatbuild.tasks.TaskQueue;
import ai.bharatbuild.tasks.TaskRun;
import ai.bharatbuild.tasks.TaskRunner;
import ai.bharatbuild.tasks.TaskTiming;
import ai.bharatbuild.tasks.TaskWorker;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Tasks that are queued, taken, done at once and noted as done, in a second; beside one client that
 * inserts as many rows, and changes each twice, by statements for a hundred rows.
 */
final class QueueThroughput implements Bench.Benchmark {
  private static final int TASKS = 10_000;
  private static final int BATCH = 100;
  private static final int CONCURRENCY = 200;
  private static final UUID USER = UUID.fromString("00000000-0000-4000-8000-000000000001");
  private static final String BARE =
      "one client, as many rows inserted and changed twice, a hundred in each statement";

  @Override
  public void run(Workbench bench) throws Exception {
    try (TestDatabase database = TestDatabase.create()) {
      database.query("create table bare (id int primary key, status text not null, output jsonb)");
      queue(database);
      bare(database);
      Rounds rates = new Rounds();
      Rounds bareRates = new Rounds();
      for (int round = 0; round < bench.rounds; round++) {
        rates.add(TASKS / queue(database));
        bareRates.add(TASKS / bare(database));
      }
      bench.note("tasks/s " + rates + " | bare " + bareRates);
      bench.report(
          Figure.paired(bench.name, rates, "tasks/s", BARE, bareRates, Goal.atLeast(1_000)));
    }
  }

  /** Seconds from the first insert until the last task is noted as done. */
  private static double queue(TestDatabase test) throws Exception {
    test.query("truncate agent_tasks");
    Vertx vertx = Vertx.vertx();
    Database database = Database.start(vertx, DatabaseServer.external(test.address()), 4);
    TestDatabase.await(database.ready());
    CountDownLatch ended = new CountDownLatch(TASKS);
    TaskRunner runner =
        new TaskRunner(
            database.pool(),
            database.channels(),
            List.of(atOnce()),
            TaskTiming.STANDARD,
            "bench",
            task -> {
              if (task.status().ended()) {
                ended.countDown();
              }
            });
    TestDatabase.await(vertx.deployVerticle(runner));
    TaskQueue queue = new TaskQueue(database.pool(), task -> {});
    long begun = System.nanoTime();
    for (int i = 0; i < TASKS; i += BATCH) {
      List<NewTask> tasks = new ArrayList<>();
      for (int j = 0; j < BATCH; j++) {
        tasks.add(
            new NewTask(USER, "local", null, null, "bench", false, new JsonObject(), 5, null));
      }
      TestDatabase.await(queue.enqueueAll(tasks));
    }
    if (!ended.await(5, TimeUnit.MINUTES)) {
      throw new BenchFailure("tasks do not end");
    }
    double seconds = (System.nanoTime() - begun) / 1e9;
    long done =
        test.query("select count(*) from agent_tasks where status = 'completed' and attempts = 1")
            .iterator()
            .next()
            .getLong(0);
    if (done != TASKS) {
      throw new BenchFailure("not every task was done once: " + done);
    }
    TestDatabase.await(vertx.close());
    return seconds;
  }

  private static TaskWorker atOnce() {
    return new TaskWorker() {
      @Override
      public String kind() {
        return "bench";
      }

      @Override
      public int concurrency() {
        return CONCURRENCY;
      }

      @Override
      public Future<TaskOutcome> run(TaskRun run) {
        return Future.succeededFuture(TaskOutcome.done(null));
      }
    };
  }

  private static double bare(TestDatabase test) {
    test.query("truncate bare");
    long begun = System.nanoTime();
    for (int i = 0; i < TASKS; i += BATCH) {
      test.query(
          "insert into bare select n, 'pending' from generate_series($1::int, $2::int) n",
          i,
          i + BATCH - 1);
    }
    for (int i = 0; i < TASKS; i += BATCH) {
      for (String status : List.of("running", "completed")) {
        test.query(
            "update bare set status = $3 where id between $1 and $2 returning *",
            i,
            i + BATCH - 1,
            status);
      }
    }
    return (System.nanoTime() - begun) / 1e9;
  }
}

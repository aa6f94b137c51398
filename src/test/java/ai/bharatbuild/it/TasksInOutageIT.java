package ai.bharatbuild.it;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.db.Database;
import ai.bharatbuild.db.DatabaseAddress;
import ai.bharatbuild.db.DatabaseServer;
import ai.bharatbuild.tasks.NewTask;
import ai.bharatbuild.tasks.Task;
import ai.bharatbuild.tasks.TaskOutcome;
import ai.bharatbuild.tasks.TaskQueue;
import ai.bharatbuild.tasks.TaskRun;
import ai.bharatbuild.tasks.TaskRunner;
import ai.bharatbuild.tasks.TaskStatus;
import ai.bharatbuild.tasks.TaskTiming;
import ai.bharatbuild.tasks.TaskWorker;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A PostgreSQL of its own is restarted while tasks run and others wait. */
class TasksInOutageIT {
  private static final UUID USER = UUID.fromString("00000000-0000-4000-8000-000000000001");
  private static final int TASKS = 20;

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(1, TimeUnit.MINUTES);
  }

  /** Queues tasks and has as many of them worked on as may be at once. */
  private static List<UUID> begin(Vertx vertx, Database database, TaskQueue queue, Slow slow)
      throws Exception {
    await(
        vertx.deployVerticle(
            new TaskRunner(
                database.pool(),
                database.channels(),
                List.of(slow),
                TaskTiming.STANDARD,
                "server",
                task -> {})));
    List<UUID> tasks = new ArrayList<>();
    for (int i = 0; i < TASKS; i++) {
      NewTask task =
          new NewTask(USER, "local", null, null, "slow", false, new JsonObject(), 5, null);
      tasks.add(await(queue.enqueue(task)).id());
    }
    TestServer.eventually(slow.running::size, size -> size == slow.concurrency());
    return tasks;
  }

  @Test
  void runningTasksGoOnAndEveryTaskEndsOnce() throws Exception {
    Vertx vertx = Vertx.vertx();
    try (DataServer postgres = DataServer.postgres()) {
      String url = "postgresql://postgres:test@127.0.0.1:%d/postgres".formatted(postgres.port());
      Database database =
          Database.start(vertx, DatabaseServer.external(DatabaseAddress.of(url)), 4);
      await(database.ready());
      TaskQueue queue = new TaskQueue(database.pool(), task -> {});
      Slow slow = new Slow();
      List<UUID> tasks = begin(vertx, database, queue, slow);

      postgres.stop();
      // Their work ends while nobody can be told of it.
      slow.go();
      postgres.start();

      for (UUID id : tasks) {
        Task ended =
            TestServer.eventually(
                () -> await(queue.get(id, USER).otherwise((Task) null)),
                task -> task != null && task.status().ended());
        assertThat(ended.status()).isEqualTo(TaskStatus.COMPLETED);
        assertThat(ended.attempts()).isEqualTo(1);
      }
      assertThat(slow.done).hasSize(TASKS).doesNotHaveDuplicates();
      await(database.close());
    } finally {
      await(vertx.close());
    }
  }

  /** As when a database comes back on another host, and the old one has died without a word. */
  @Test
  void connectionsThatHangForEverDoNotHoldUpTheQueue() throws Exception {
    Vertx vertx = Vertx.vertx();
    try (DataServer postgres = DataServer.postgres();
        HangingProxy proxy = new HangingProxy(postgres.port())) {
      String url = "postgresql://postgres:test@127.0.0.1:%d/postgres".formatted(proxy.port());
      Database database =
          Database.start(vertx, DatabaseServer.external(DatabaseAddress.of(url)), 4);
      await(database.ready());
      TaskQueue queue = new TaskQueue(database.pool(), task -> {});
      Slow slow = new Slow();
      List<UUID> tasks = begin(vertx, database, queue, slow);

      proxy.hang();
      slow.go();

      long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
      for (UUID id : tasks) {
        Task task;
        do {
          assertThat(System.nanoTime()).isLessThan(end);
          Thread.sleep(100);
          task = await(queue.get(id, USER).otherwise((Task) null));
        } while (task == null || !task.status().ended());
        assertThat(task.status()).isEqualTo(TaskStatus.COMPLETED);
      }
      await(database.close());
    } finally {
      await(vertx.close());
    }
  }

  /** Work that ends when it is let go. */
  private static final class Slow implements TaskWorker {
    final Queue<Promise<TaskOutcome>> running = new ConcurrentLinkedQueue<>();
    final Queue<UUID> done = new ConcurrentLinkedQueue<>();
    private volatile boolean going;

    @Override
    public String kind() {
      return "slow";
    }

    @Override
    public int concurrency() {
      return 4;
    }

    @Override
    public Future<TaskOutcome> run(TaskRun run) {
      Promise<TaskOutcome> outcome = Promise.promise();
      running.add(outcome);
      done.add(run.task().id());
      if (going) {
        go();
      }
      return outcome.future();
    }

    void go() {
      going = true;
      for (Promise<TaskOutcome> each = running.poll(); each != null; each = running.poll()) {
        each.complete(TaskOutcome.done(new JsonObject()));
      }
    }
  }
}

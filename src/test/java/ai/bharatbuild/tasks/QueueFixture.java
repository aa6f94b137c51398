package ai.bharatbuild.tasks;

import ai.bharatbuild.db.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** A queue on a database of its own, with servers that take tasks and can be killed. */
final class QueueFixture implements AutoCloseable {
  static final UUID USER = UUID.fromString("00000000-0000-4000-8000-000000000001");

  /** Fast, so that what a server's death costs is short. */
  static final TaskTiming QUICK =
      new TaskTiming(
          Duration.ofMillis(4_000),
          Duration.ofMillis(400),
          Duration.ofMillis(100),
          Duration.ofMillis(20),
          Duration.ofMillis(100),
          Duration.ofSeconds(4));

  final TestDatabase database = TestDatabase.create();
  final Set<UUID> told = ConcurrentHashMap.newKeySet();
  final TaskQueue queue = new TaskQueue(database.pool(), task -> told.add(task.id()));

  /** A worker made of a function. */
  static TaskWorker worker(
      String kind, int concurrency, Function<TaskRun, Future<TaskOutcome>> work) {
    return new TaskWorker() {
      @Override
      public String kind() {
        return kind;
      }

      @Override
      public int concurrency() {
        return concurrency;
      }

      @Override
      public Future<TaskOutcome> run(TaskRun run) {
        return work.apply(run);
      }
    };
  }

  /** One server's runner with an event loop and a pool of its own. */
  final class Node implements AutoCloseable {
    final Vertx vertx = Vertx.vertx();
    final ai.bharatbuild.db.Database own =
        ai.bharatbuild.db.Database.start(
            vertx, ai.bharatbuild.db.DatabaseServer.external(database.address()), 4);
    private final String deployment;

    Node(String name, TaskTiming timing, List<TaskWorker> workers) {
      TestDatabase.await(own.ready());
      deployment =
          TestDatabase.await(
              vertx.deployVerticle(
                  new TaskRunner(own.pool(), own.channels(), workers, timing, name, task -> {})));
    }

    /** As kill -9: nothing is said to anybody, connections break. */
    void kill() {
      TestDatabase.await(own.pool().close());
      TestDatabase.await(own.close());
      TestDatabase.await(vertx.close());
    }

    /** As SIGTERM. */
    void stop() {
      TestDatabase.await(vertx.undeploy(deployment));
    }

    @Override
    public void close() {
      kill();
    }
  }

  Node node(String name, TaskWorker... workers) {
    return new Node(name, QUICK, List.of(workers));
  }

  Task enqueue(String kind) {
    return enqueue(kind, null, 5);
  }

  Task enqueue(String kind, UUID project, int attempts) {
    return enqueue(kind, project, attempts, null);
  }

  Task enqueue(String kind, UUID project, int attempts, String server) {
    return TestDatabase.await(
        queue.enqueue(
            new NewTask(
                USER,
                "local",
                null,
                project,
                kind,
                project != null,
                new JsonObject(),
                attempts,
                server)));
  }

  Task task(UUID id) {
    return TestDatabase.await(queue.get(id, USER));
  }

  UUID project() {
    return database
        .query(
            "insert into projects (user_id, title, mode) values ($1, 'A title', 'developer')"
                + " returning id",
            USER)
        .iterator()
        .next()
        .getUUID(0);
  }

  String projectStatus(UUID id) {
    return database
        .query("select status from projects where id = $1", id)
        .iterator()
        .next()
        .getString(0);
  }

  static void until(String what, BooleanSupplier holds) {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within 60 s: " + what);
      }
      java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
    }
  }

  Task untilEnded(UUID id) {
    until("task " + id + " ends", () -> task(id).status().ended());
    return task(id);
  }

  @Override
  public void close() {
    database.close();
  }
}

package ai.bharatbuild.tasks;

import static ai.bharatbuild.tasks.QueueFixture.USER;
import static ai.bharatbuild.tasks.QueueFixture.until;
import static ai.bharatbuild.tasks.QueueFixture.worker;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bharatbuild.db.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The queue and its runner on a real PostgreSQL. */
class TaskQueueTest {
  private static QueueFixture fixture;

  @BeforeAll
  static void start() {
    fixture = new QueueFixture();
  }

  @AfterAll
  static void end() {
    fixture.close();
  }

  private static Future<TaskOutcome> done() {
    return Future.succeededFuture(TaskOutcome.done(new JsonObject().put("answer", 42)));
  }

  @Test
  void aTaskIsDoneAndItsProjectShowsIt() {
    UUID project = fixture.project();
    Task task = fixture.enqueue("plain", project, 5);
    assertThat(task.status()).isEqualTo(TaskStatus.PENDING);
    assertThat(fixture.projectStatus(project)).isEqualTo("processing");
    try (QueueFixture.Node _ = fixture.node("n", worker("plain", 1, run -> done()))) {
      Task ended = fixture.untilEnded(task.id());
      assertThat(ended.status()).isEqualTo(TaskStatus.COMPLETED);
      assertThat(ended.progress()).isEqualTo(100);
      assertThat(ended.output().getInteger("answer")).isEqualTo(42);
      assertThat(ended.lease()).isNull();
      assertThat(fixture.projectStatus(project)).isEqualTo("completed");
    }
  }

  @Test
  void aProjectIsLedByOneTaskAtATime() {
    UUID project = fixture.project();
    Task first = fixture.enqueue("nobody", project, 5);
    assertThatThrownBy(() -> fixture.enqueue("nobody", project, 5))
        .hasMessageContaining("project_busy");
    TestDatabase.await(fixture.queue.cancel(first.id(), USER));
    assertThat(fixture.task(first.id()).status()).isEqualTo(TaskStatus.CANCELLED);
    assertThat(fixture.projectStatus(project)).isEqualTo("cancelled");
    assertThat(fixture.enqueue("nobody", project, 5).status()).isEqualTo(TaskStatus.PENDING);
    // Two of one project cannot wait, so the first cannot come back now.
    assertThatThrownBy(() -> TestDatabase.await(fixture.queue.retry(first.id(), USER, null)))
        .hasMessageContaining("project_busy");
  }

  @Test
  void attemptsThatFailAreRepeatedUntilTheTaskIsDead() {
    UUID project = fixture.project();
    AtomicInteger begun = new AtomicInteger();
    Task task = fixture.enqueue("failing", project, 3);
    try (QueueFixture.Node _ =
        fixture.node(
            "n",
            worker(
                "failing",
                1,
                run -> {
                  begun.incrementAndGet();
                  throw new IllegalStateException("secret words");
                }))) {
      Task ended = fixture.untilEnded(task.id());
      assertThat(ended.status()).isEqualTo(TaskStatus.DEAD);
      assertThat(begun).hasValue(3);
      assertThat(ended.error()).isEqualTo("The worker failed.");
      assertThat(fixture.projectStatus(project)).isEqualTo("failed");
      TestDatabase.await(fixture.queue.retry(task.id(), USER, null));
      until("it is tried again", () -> begun.get() > 3);
    }
  }

  @Test
  void whatCannotBeDoneIsNotTriedAgain() {
    Task task = fixture.enqueue("hopeless");
    try (QueueFixture.Node _ =
        fixture.node(
            "n",
            worker(
                "hopeless",
                1,
                run -> Future.succeededFuture(TaskOutcome.failed("No such thing.", null))))) {
      Task ended = fixture.untilEnded(task.id());
      assertThat(ended.status()).isEqualTo(TaskStatus.FAILED);
      assertThat(ended.attempts()).isEqualTo(1);
      assertThat(ended.error()).isEqualTo("No such thing.");
    }
  }

  @Test
  void aRunningTaskIsCancelledAndItsWorkerTold() {
    UUID project = fixture.project();
    Task task = fixture.enqueue("endless", project, 5);
    AtomicReference<TaskRun.Stop> why = new AtomicReference<>();
    try (QueueFixture.Node _ =
        fixture.node(
            "n",
            worker(
                "endless",
                1,
                run -> {
                  Promise<TaskOutcome> stopped = Promise.promise();
                  run.onStop(
                      reason -> {
                        why.set(reason);
                        stopped.fail("stopped");
                      });
                  return stopped.future();
                }))) {
      until("it runs", () -> fixture.task(task.id()).status() == TaskStatus.RUNNING);
      assertThat(TestDatabase.await(fixture.queue.cancel(task.id(), USER)).cancelRequested())
          .isTrue();
      assertThat(fixture.untilEnded(task.id()).status()).isEqualTo(TaskStatus.CANCELLED);
      assertThat(why).hasValue(TaskRun.Stop.CANCELLED);
      assertThat(fixture.projectStatus(project)).isEqualTo("cancelled");
    }
  }

  @Test
  void aKilledServersTaskGoesOnElsewhereFromWhatItNoted() {
    Task task = fixture.enqueue("noting");
    QueueFixture.Node first =
        fixture.node(
            "first",
            worker(
                "noting",
                1,
                run ->
                    run.note(40, new JsonObject().put("exec", "x1"))
                        .compose(v -> Promise.<TaskOutcome>promise().future())));
    until("it is noted", () -> fixture.task(task.id()).progress() == 40);
    first.kill();
    assertThat(fixture.task(task.id()).status()).isEqualTo(TaskStatus.RUNNING);
    AtomicReference<JsonObject> found = new AtomicReference<>();
    try (QueueFixture.Node _ =
        fixture.node(
            "second",
            worker(
                "noting",
                1,
                run -> {
                  found.set(run.task().state());
                  return done();
                }))) {
      Task ended = fixture.untilEnded(task.id());
      assertThat(ended.status()).isEqualTo(TaskStatus.COMPLETED);
      assertThat(ended.attempts()).isEqualTo(2);
      assertThat(found.get().getString("exec")).isEqualTo("x1");
    }
  }

  @Test
  void aServerThatStopsGivesItsTasksBackAtOnce() {
    Task task = fixture.enqueue("given-back".replace('-', '_'));
    QueueFixture.Node first =
        fixture
        .new Node(
            "first",
            TaskTiming.STANDARD,
            List.of(
                worker(
                    "given_back",
                    1,
                    run -> {
                      Promise<TaskOutcome> stopped = Promise.promise();
                      run.onStop(reason -> stopped.fail("stopped"));
                      return stopped.future();
                    })));
    until("it runs", () -> fixture.task(task.id()).status() == TaskStatus.RUNNING);
    first.stop();
    Task back = fixture.task(task.id());
    assertThat(back.status()).isEqualTo(TaskStatus.PENDING);
    assertThat(back.attempts()).isZero();
    first.kill();
  }

  @Test
  void aTaskWhoseJobIsOnAServerIsDoneThereAndNowhereElse() {
    Map<UUID, String> doneBy = new ConcurrentHashMap<>();
    List<Task> bound = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      bound.add(fixture.enqueue("placed", null, 5, "b"));
    }
    try (QueueFixture.Node _ = fixture.node("a", placed("a", doneBy))) {
      Task free = fixture.enqueue("placed");
      assertThat(fixture.untilEnded(free.id()).status()).isEqualTo(TaskStatus.COMPLETED);
      assertThat(doneBy).containsExactly(Map.entry(free.id(), "a"));
      try (QueueFixture.Node _ = fixture.node("b", placed("b", doneBy))) {
        for (Task task : bound) {
          assertThat(fixture.untilEnded(task.id()).status()).isEqualTo(TaskStatus.COMPLETED);
          assertThat(doneBy).containsEntry(task.id(), "b");
        }
      }
    }
  }

  private static TaskWorker placed(String server, Map<UUID, String> doneBy) {
    return worker(
        "placed",
        4,
        run -> {
          doneBy.put(run.task().id(), server);
          return done();
        });
  }

  @Test
  void aTaskWhoseServerDoesNotComeBackFailsAndThoseOfOthersWait() {
    UUID project = fixture.project();
    AtomicInteger begun = new AtomicInteger();
    Task lost = fixture.enqueue("orphan", project, 5, "gone");
    Task waiting = fixture.enqueue("orphan", null, 5, "busy");
    TaskWorker other = worker("other", 1, run -> done());
    TaskWorker orphan =
        worker(
            "orphan",
            1,
            run -> {
              begun.incrementAndGet();
              return done();
            });
    try (QueueFixture.Node _ = fixture.node("busy", other);
        QueueFixture.Node _ = fixture.node("n", orphan)) {
      Task ended = fixture.untilEnded(lost.id());
      assertThat(ended.status()).isEqualTo(TaskStatus.FAILED);
      assertThat(ended.error()).contains("server that has the job");
      assertThat(fixture.projectStatus(project)).isEqualTo("failed");
      assertThat(fixture.task(waiting.id()).status()).isEqualTo(TaskStatus.PENDING);
      assertThat(begun).hasValue(0);
    }
    TestDatabase.await(fixture.queue.cancel(waiting.id(), USER));
  }

  @Test
  void aTaskIsToldOfWithoutWaitingForTheNextLook() {
    TaskTiming patient =
        new TaskTiming(
            TaskTiming.STANDARD.lease(),
            TaskTiming.STANDARD.heartbeat(),
            java.time.Duration.ofHours(1),
            TaskTiming.STANDARD.backoff(),
            TaskTiming.STANDARD.longestBackoff(),
            TaskTiming.STANDARD.absence());
    try (QueueFixture.Node _ =
        fixture.new Node("n", patient, List.of(worker("rung", 4, run -> done())))) {
      assertThat(fixture.untilEnded(fixture.enqueue("rung").id()).status())
          .isEqualTo(TaskStatus.COMPLETED);
      // The connection over which it listens is lost with all others, and is made again.
      fixture.database.query(
          "select pg_terminate_backend(pid) from pg_stat_activity"
              + " where datname = current_database() and pid <> pg_backend_pid()"
              + " and query like 'listen%'");
      assertThat(fixture.untilEnded(fixture.enqueue("rung").id()).status())
          .isEqualTo(TaskStatus.COMPLETED);
    }
  }

  @Test
  void anotherUsersTaskIsNotThere() {
    Task task = fixture.enqueue("nobody");
    UUID other = UUID.randomUUID();
    assertThatThrownBy(() -> TestDatabase.await(fixture.queue.get(task.id(), other)))
        .hasMessageContaining("not_found");
    assertThatThrownBy(() -> TestDatabase.await(fixture.queue.cancel(task.id(), other)))
        .hasMessageContaining("not_found");
    assertThatThrownBy(() -> TestDatabase.await(fixture.queue.retry(task.id(), other, null)))
        .hasMessageContaining("not_found");
    assertThat(TestDatabase.await(fixture.queue.list(other, null, null, 1, 20)).total()).isZero();
    assertThatThrownBy(() -> TestDatabase.await(fixture.queue.retry(task.id(), USER, null)))
        .hasMessageContaining("task_not_retriable");
  }
}

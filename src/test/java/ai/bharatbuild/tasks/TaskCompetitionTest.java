package ai.bharatbuild.tasks;

import static ai.bharatbuild.tasks.QueueFixture.USER;
import static ai.bharatbuild.tasks.QueueFixture.until;
import static ai.bharatbuild.tasks.QueueFixture.worker;
import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.db.TestDatabase;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/**
 * Several servers compete for tasks, fail, and are killed at any moment. Whatever happens, a task
 * is never in two living hands, ends exactly once, and no project is left being worked on.
 */
class TaskCompetitionTest {
  private static final int TASKS = 60;
  private static final int NODES = 4;
  private static final int KILLS = 5;

  /** What happened, as seen by the workers. */
  private static final class Witness {
    final Map<UUID, String> holders = new ConcurrentHashMap<>();
    final Queue<String> violations = new ConcurrentLinkedQueue<>();

    void begin(UUID task, String node) {
      String other = holders.putIfAbsent(task, node);
      if (other != null) {
        violations.add(task + " was given to " + node + " while " + other + " had it");
      }
    }

    void end(UUID task, String node) {
      holders.remove(task, node);
    }

    /** The dead hold nothing. */
    void died(String node) {
      holders.values().removeIf(node::equals);
    }
  }

  @Property(tries = 2, shrinking = ShrinkingMode.OFF)
  void everyTaskEndsOnceAndNoProjectIsLeftBehind(@ForAll long seed) {
    Random random = new Random(seed);
    Witness witness = new Witness();
    try (QueueFixture fixture = new QueueFixture()) {
      fixture.database.query(
          "create table endings as select id, status from agent_tasks with no data");
      fixture.database.query(
          "create function note_ending() returns trigger language plpgsql as $$ begin"
              + " insert into endings values (new.id, new.status); return null; end $$");
      fixture.database.query(
          "create trigger endings after update on agent_tasks for each row"
              + " when (new.finished_at is not null and old.finished_at is null)"
              + " execute function note_ending()");
      List<QueueFixture.Node> nodes = new ArrayList<>();
      List<String> names = new ArrayList<>();
      for (int i = 0; i < NODES; i++) {
        names.add("node" + i);
        nodes.add(start(fixture, witness, names.get(i), random.nextLong()));
      }
      List<UUID> tasks = new ArrayList<>();
      for (int i = 0; i < TASKS; i++) {
        tasks.add(fixture.enqueue("mixed", fixture.project(), 50).id());
        if (i % (TASKS / KILLS) == TASKS / KILLS - 1) {
          int victim = random.nextInt(NODES);
          nodes.get(victim).kill();
          witness.died(names.get(victim));
          names.set(victim, "node" + i + "-again");
          nodes.set(victim, start(fixture, witness, names.get(victim), random.nextLong()));
        }
        if (random.nextInt(10) == 0) {
          TestDatabase.await(fixture.queue.cancel(tasks.get(random.nextInt(tasks.size())), USER));
        }
      }
      until(
          "every task ends",
          () -> count(fixture, "select count(*) from agent_tasks where finished_at is null") == 0);
      nodes.forEach(QueueFixture.Node::close);
      assertThat(witness.violations).isEmpty();
      assertThat(count(fixture, "select count(*) from endings")).isEqualTo(TASKS);
      assertThat(count(fixture, "select count(distinct id) from endings")).isEqualTo(TASKS);
      assertThat(count(fixture, "select count(*) from projects where status = 'processing'"))
          .isZero();
      assertThat(
              count(
                  fixture,
                  "select count(*) from agent_tasks t join projects p on p.id = t.project_id where"
                      + " p.status <> case when t.status = 'dead' then 'failed' else t.status end"))
          .isZero();
    }
  }

  private static long count(QueueFixture fixture, String sql) {
    return fixture.database.query(sql).iterator().next().getLong(0);
  }

  /** A worker that succeeds, says no, fails or takes longer than a lease, by chance. */
  private static QueueFixture.Node start(
      QueueFixture fixture, Witness witness, String name, long seed) {
    Random random = new Random(seed);
    TaskWorker worker =
        worker(
            "mixed",
            3,
            run -> {
              UUID id = run.task().id();
              witness.begin(id, name);
              Promise<TaskOutcome> outcome = Promise.promise();
              run.onStop(
                  reason -> {
                    witness.end(id, name);
                    outcome.tryFail("stopped");
                  });
              int chance = random.nextInt(10);
              long takes = chance == 0 ? 4_500 : 1 + random.nextInt(30);
              Vertx.currentContext()
                  .owner()
                  .setTimer(
                      takes,
                      timer -> {
                        if (!run.stopped()) {
                          witness.end(id, name);
                          finish(chance, outcome);
                        }
                      });
              return outcome.future();
            });
    return fixture.node(name, worker);
  }

  private static void finish(int chance, Promise<TaskOutcome> outcome) {
    switch (chance) {
      case 1, 2 -> outcome.tryFail("this attempt fails");
      case 3 -> outcome.tryComplete(TaskOutcome.failed("no", null));
      default -> outcome.tryComplete(TaskOutcome.done(new JsonObject()));
    }
  }
}

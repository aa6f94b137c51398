package ai.bharatbuild.tasks;

import ai.bharatbuild.db.Channels;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes tasks from the queue and gives them to workers, on this server; others do the same on the
 * same queue. Keeps leases alive, takes tasks from servers that died, and goes on when the database
 * comes back. One instance for a server.
 */
public final class TaskRunner extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(TaskRunner.class);
  private static final Duration LET_GO = Duration.ofSeconds(5);

  private final Pool pool;
  private final Channels channels;
  private final List<TaskWorker> workers;
  private final TaskTiming timing;
  private final String name;
  private final Consumer<Task> changed;
  private final List<TaskDesk> desks = new ArrayList<>();
  private Channels.Subscription bell;
  private final Presence presence;
  private Context own;
  private long quietUntil;
  private boolean reaping;
  private boolean beating;

  /**
   * @param name of this server, by which tasks are bound to it; the same after each start
   * @param changed is told of every task that this runner takes, that gets on or that ends, on its
   *     context
   */
  public TaskRunner(
      Pool pool,
      Channels channels,
      List<TaskWorker> workers,
      TaskTiming timing,
      String name,
      Consumer<Task> changed) {
    this.pool = pool;
    this.channels = channels;
    this.workers = List.copyOf(workers);
    this.timing = timing;
    this.name = name;
    this.changed = changed;
    this.presence = new Presence(pool, name, timing.absence());
  }

  @Override
  public Future<?> start() {
    own = context;
    TaskEnds ends = new TaskEnds(pool);
    for (TaskWorker worker : workers) {
      desks.add(new TaskDesk(vertx, pool, worker, timing, name, ends, changed));
    }
    bell = channels.listen(TaskSql.CHANNEL, new Bell());
    vertx.setPeriodic(timing.poll().toMillis(), id -> poll());
    vertx.setPeriodic(timing.heartbeat().toMillis(), id -> beat());
    vertx.setPeriodic(presence.interval().toMillis(), id -> appear());
    appear();
    desks.forEach(TaskDesk::look);
    return Future.succeededFuture();
  }

  /** Tells workers to stop and gives their tasks back; waits for them a few seconds at most. */
  @Override
  public Future<?> stop() {
    Future<?> idle = Future.join(desks.stream().map(TaskDesk::close).toList());
    return atMost(vertx, idle, LET_GO).eventually(bell::close);
  }

  private static Future<Void> atMost(Vertx vertx, Future<?> work, Duration time) {
    Promise<Void> done = Promise.promise();
    long timer = vertx.setTimer(time.toMillis(), id -> done.tryComplete());
    work.onComplete(
        v -> {
          vertx.cancelTimer(timer);
          done.tryComplete();
        });
    return done.future();
  }

  /** Hears the {@link TaskBell}. What is rung while it is not heard is found by looking. */
  private final class Bell implements Channels.Hearer {
    @Override
    public void begun() {
      heard("");
    }

    @Override
    public void heard(String payload) {
      own.runOnContext(v -> rung(payload));
    }
  }

  private void rung(String payload) {
    if (payload.isEmpty()) {
      desks.forEach(TaskDesk::look);
    } else {
      desks.forEach(desk -> desk.cancel(payload));
    }
  }

  private void poll() {
    desks.forEach(TaskDesk::look);
    if (reaping || System.nanoTime() - quietUntil < 0) {
      return;
    }
    reaping = true;
    pool.preparedQuery(TaskSql.REAP)
        .execute(
            Tuple.of(
                (double) timing.longestBackoff().toMillis(),
                (double) timing.backoff().toMillis(),
                "The worker stopped without an answer."))
        .onComplete(
            rows -> {
              reaping = false;
              for (Task task : TaskQueue.all(rows)) {
                LOG.warn("task {} lost its worker; it is {} now", task.id(), task.status().text());
                changed.accept(task);
              }
            },
            e -> {
              reaping = false;
              away(e);
            });
  }

  private void appear() {
    presence
        .tell()
        .onSuccess(abandoned -> abandoned.forEach(changed))
        .onFailure(e -> LOG.debug("it cannot be said that this server is there", e));
  }

  /**
   * After the database was away others get the time to say that they live: nobody could while it
   * was away.
   */
  private void away(Throwable cause) {
    LOG.debug("the queue cannot be asked", cause);
    quietUntil = System.nanoTime() + timing.lease().toNanos();
  }

  private void beat() {
    long now = System.nanoTime();
    // What is found at this beat would else be found at the next one, when it could be too late.
    long most = timing.lease().minus(timing.heartbeat().multipliedBy(2)).toNanos();
    desks.forEach(desk -> desk.giveUp(now - most));
    if (beating) {
      return;
    }
    beating = true;
    Future.join(desks.stream().map(TaskDesk::beat).toList())
        .onComplete(
            done -> {
              beating = false;
              if (done.failed()) {
                away(done.cause());
              }
            });
  }
}

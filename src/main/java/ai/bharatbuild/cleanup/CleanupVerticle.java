package ai.bharatbuild.cleanup;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps time for everything that expires. There is one in a server; the work itself is done by the
 * verticles that own what expires.
 */
public final class CleanupVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(CleanupVerticle.class);

  /**
   * Something to be done again and again.
   *
   * @param atStart whether also once at the start
   * @param work asks the owners; never run twice at the same time
   */
  public record Task(String name, Duration every, boolean atStart, Supplier<Future<?>> work) {}

  private final List<Task> tasks;

  public CleanupVerticle(List<Task> tasks) {
    this.tasks = List.copyOf(tasks);
  }

  @Override
  public Future<?> start() {
    for (Task task : tasks) {
      if (task.atStart()) {
        run(task);
      } else {
        schedule(task);
      }
    }
    return Future.succeededFuture();
  }

  private void schedule(Task task) {
    vertx.setTimer(task.every().toMillis(), id -> run(task));
  }

  private void run(Task task) {
    task.work()
        .get()
        .onFailure(e -> LOG.warn("{} failed; trying again in {}", task.name(), task.every(), e))
        .onComplete(done -> schedule(task));
  }
}

package ai.bharatbuild.tasks;

import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;

/** Whether a call may have a task done again; said by whoever puts such tasks on the queue. */
@FunctionalInterface
public interface RetryRule {
  /** Fails with 403 {@code forbidden} where it may not. The task is the caller's. */
  Future<Void> check(RoutingContext context, Task task);
}

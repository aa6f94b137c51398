package ai.bharatbuild.limits;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.ext.web.RoutingContext;

/**
 * Brings an answer back to the event loop of the request that waits for it. What is shared between
 * requests is answered wherever it was asked for first, and a request must not be touched there:
 * its body could arrive before anybody reads it.
 */
final class OnLoop {
  private OnLoop() {}

  /** To be called on the request's event loop. What is known already comes at once. */
  static <T> Future<T> of(RoutingContext context, Future<T> answer) {
    if (answer.succeeded()) {
      return Future.succeededFuture(answer.result());
    }
    ContextInternal loop = (ContextInternal) context.vertx().getOrCreateContext();
    Promise<T> here = loop.promise();
    answer.onComplete(here);
    return here.future();
  }
}

package ai.bharatbuild.http;

import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;

/** Finds out who makes a call, by the credentials of one kind that it carries. */
public interface Callers {
  /** For a server without accounts. */
  Callers LOCAL = context -> Future.succeededFuture(Caller.LOCAL);

  /**
   * The caller; null where the call carries no credentials of this kind. Fails with 401 {@code
   * unauthenticated} when it carries wrong ones. Called on event loops; completes at once where
   * nothing has to be asked for.
   */
  Future<Caller> of(RoutingContext context);

  /** These first, and where a call has none of their kind, the others. */
  default Callers or(Callers others) {
    return context ->
        of(context)
            .compose(
                caller -> caller == null ? others.of(context) : Future.succeededFuture(caller));
  }
}

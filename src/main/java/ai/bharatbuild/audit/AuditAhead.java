package ai.bharatbuild.audit;

import ai.bharatbuild.http.Operation;
import ai.bharatbuild.http.Permission;
import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;

/**
 * Writes down that an operator begins a change before the change is made, since it may reach beyond
 * the database and its end be lost with the server: 503 while that cannot be written. Changes of
 * accounts need none, see {@link AdminChange}. Stands behind what finds out the caller.
 */
public final class AuditAhead implements Handler<RoutingContext> {
  private final Audit audit;

  public AuditAhead(Audit audit) {
    this.audit = audit;
  }

  @Override
  public void handle(RoutingContext context) {
    Operation operation =
        Operation.of(context).filter(it -> it.permission() == Permission.OPERATE).orElse(null);
    if (operation == null || context.request().method().equals(HttpMethod.GET)) {
      context.next();
      return;
    }
    context.request().pause();
    begun(context, operation)
        .onComplete(
            v -> {
              context.request().resume();
              context.next();
            },
            e -> {
              context.request().resume();
              context.fail(
                  ApiException.unavailable(
                      "The audit log cannot be written now, so nothing was done; try again."));
            });
  }

  private Future<Void> begun(RoutingContext context, Operation operation) {
    AuditEvent done =
        AuditEvent.of(
            context, operation, AuditEvent.Outcome.OK, Map.of("operation", operation.id()));
    return audit.keep(
        AuditEvent.of(
            context, done.action() + ".begun", done.target(), done.outcome(), done.detail()));
  }
}

package ai.bharatbuild.audit;

import ai.bharatbuild.http.Caller;
import ai.bharatbuild.http.Operation;
import ai.bharatbuild.http.Permission;
import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.Set;

/**
 * Notes how calls ended that somebody may ask about: all that has to do with signing in, changes of
 * accounts and keys, what admins do, what a known caller was refused, and whatever a route told
 * {@link AuditFacts} of. Stands before what finds out the caller, since it may be refused there.
 */
public final class AuditGuard implements Handler<RoutingContext> {
  private static final String SIGNING_IN = "/api/v1/auth/";
  private static final int FORBIDDEN = 403;
  private static final int FIRST_REFUSAL = 400;
  private static final int FIRST_FAILURE = 500;

  /** Changes that need one of these are noted. */
  private static final Set<Permission> CHANGES =
      Set.of(
          Permission.ACCOUNT_WRITE,
          Permission.KEYS_MANAGE,
          Permission.WEBHOOKS_MANAGE,
          Permission.BILLING_WRITE);

  /** Calls that need one of these are noted, those that only look among them. */
  private static final Set<Permission> ADMINS =
      Set.of(Permission.USERS_MANAGE, Permission.AUDIT_READ, Permission.OPERATE);

  private final Audit audit;

  public AuditGuard(Audit audit) {
    this.audit = audit;
  }

  @Override
  public void handle(RoutingContext context) {
    context.addEndHandler(
        ended ->
            Operation.of(context)
                .filter(operation -> noted(context, operation))
                .ifPresent(operation -> note(context, operation)));
    context.next();
  }

  private static boolean noted(RoutingContext context, Operation operation) {
    boolean looks = context.request().method().equals(HttpMethod.GET);
    boolean refused =
        context.response().getStatusCode() == FORBIDDEN && Caller.find(context).isPresent();
    return refused
        || AuditFacts.find(context).isPresent()
        || !looks && operation.path().startsWith(SIGNING_IN)
        || !looks && CHANGES.contains(operation.permission())
        || operation.permission() != null && ADMINS.contains(operation.permission());
  }

  private void note(RoutingContext context, Operation operation) {
    int status = context.response().getStatusCode();
    AuditEvent.Outcome outcome =
        status >= FIRST_FAILURE
            ? AuditEvent.Outcome.FAILED
            : status >= FIRST_REFUSAL ? AuditEvent.Outcome.REFUSED : AuditEvent.Outcome.OK;
    boolean kept = AuditFacts.find(context).filter(AuditFacts::isKept).isPresent();
    if (outcome != AuditEvent.Outcome.OK || !kept) {
      audit.record(AuditEvent.of(context, operation, outcome, detail(context, status)));
    }
  }

  private static Map<String, Object> detail(RoutingContext context, int status) {
    return context.failure() instanceof ApiException told
        ? Map.of("status", status, "code", told.problem().code())
        : Map.of("status", status);
  }
}

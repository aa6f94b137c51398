package ai.bharatbuild.limits;

import ai.bharatbuild.http.Caller;
import ai.bharatbuild.http.Operation;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Refuses calls that would take more bytes or tokens than the caller's plan allows: 402 {@code
 * quota_exceeded}. How much a call takes is known only when it is over, so one is let through as
 * long as anything is left; the budgets of runs hold tokens beforehand. What there can be so many
 * of at once is counted by those who make it, see {@link OwnerLimits}. When it cannot be found out
 * what a plan allows or what was used, because the database is away, the call is let through:
 * quotas are for fairness, and the limits of the machine hold without them. Stands behind what
 * finds out the caller. Thread-safe.
 */
public final class QuotaGuard implements Handler<RoutingContext> {
  /** Operations that keep something for good. */
  private static final Set<String> KEEPING =
      Set.of("/api/v1/jobs/{id}/complete", "/api/v1/jobs/{id}/versions/{version}/restore");

  private static final long UNKNOWN = -1;

  private final QuotaSource source;

  /** What each operation takes; as many as the contract has. */
  private final ConcurrentHashMap<Operation, List<Quota>> takings = new ConcurrentHashMap<>();

  public QuotaGuard(QuotaSource source) {
    this.source = source;
  }

  @Override
  public void handle(RoutingContext context) {
    Caller caller = Caller.find(context).orElse(null);
    Operation operation = Operation.of(context).orElse(null);
    List<Quota> quotas =
        caller == null || operation == null
            ? List.of()
            : takings.computeIfAbsent(operation, QuotaGuard::taking);
    if (quotas.isEmpty()) {
      context.next();
      return;
    }
    Future<Void> asked = Future.succeededFuture();
    for (Quota quota : quotas) {
      asked = asked.compose(v -> ask(context, caller, quota));
    }
    if (asked.isComplete()) {
      // Mostly all is known by now: every write of a file comes here.
      goOn(context, asked);
      return;
    }
    context.request().pause();
    Future<Void> answered = asked;
    asked.onComplete(
        done -> {
          context.request().resume();
          goOn(context, answered);
        });
  }

  private static void goOn(RoutingContext context, Future<Void> asked) {
    if (asked.succeeded()) {
      context.next();
    } else {
      context.fail(asked.cause());
    }
  }

  /** What a call of an operation is about to take. */
  private static List<Quota> taking(Operation operation) {
    HttpMethod method = HttpMethod.valueOf(operation.method());
    String path = operation.path();
    if (KEEPING.contains(path) && method.equals(HttpMethod.POST)) {
      return List.of(Quota.STORAGE);
    }
    return switch (RateTable.classify(method, path)) {
      case JOBS_CREATE -> List.of(Quota.STORAGE);
      case FILES -> method.equals(HttpMethod.DELETE) ? List.of() : List.of(Quota.STORAGE);
      case EXECUTE -> List.of(Quota.TOKENS, Quota.STORAGE);
      case null, default -> List.of();
    };
  }

  private Future<Void> ask(RoutingContext context, Caller caller, Quota quota) {
    return OnLoop.of(context, source.allowed(caller))
        .map(allowed -> allowed.get(quota))
        .otherwiseEmpty()
        .compose(
            limit ->
                limit == null ? Future.succeededFuture() : count(context, caller, quota, limit));
  }

  private Future<Void> count(RoutingContext context, Caller caller, Quota quota, long limit) {
    return OnLoop.of(context, source.used(caller, quota).otherwise(UNKNOWN))
        .map(
            used -> {
              if (used >= limit) {
                throw quota.exceeded(limit, used);
              }
              return null;
            });
  }
}

package ai.bharatbuild.limits;

import ai.bharatbuild.http.Caller;
import ai.bharatbuild.http.Operation;
import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.problem.Problem;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Refuses calls that would take more than the caller's plan allows: 402 {@code quota_exceeded}, or
 * 429 with {@code Retry-After} where waiting helps. Calls under way count as if they had succeeded,
 * so that many at once do not get past together. When it cannot be found out what a plan allows,
 * because the database is away, the call is let through: quotas are for fairness, and the limits of
 * the machine hold without them. Stands behind what finds out the caller. Thread-safe.
 */
public final class QuotaGuard implements Handler<RoutingContext> {
  private static final String CREATE_SANDBOX = "/api/v1/containers/{id}/create";

  private final QuotaSource source;
  private final ConcurrentHashMap<String, Integer> underWay = new ConcurrentHashMap<>();

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
    boolean post = method.equals(HttpMethod.POST);
    if (post && path.equals(CREATE_SANDBOX)) {
      return List.of(Quota.SANDBOXES);
    }
    if (post && path.startsWith("/api/v1/executions")) {
      return List.of(Quota.CODE_RUNS);
    }
    return switch (RateTable.classify(method, path)) {
      case JOBS_CREATE -> List.of(Quota.JOBS, Quota.STORAGE);
      case FILES -> method.equals(HttpMethod.DELETE) ? List.of() : List.of(Quota.STORAGE);
      case EXECUTE -> List.of(Quota.TOKENS);
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
    String workspace = quota == Quota.SANDBOXES ? context.normalizedPath().split("/")[4] : null;
    // Bytes and tokens of a call are known only when it is over.
    int others =
        quota == Quota.STORAGE || quota == Quota.TOKENS
            ? 0
            : enter(context, quota.text() + " " + caller.userId());
    return OnLoop.of(context, source.used(caller, quota, workspace))
        .map(
            used -> {
              if (used + others >= limit) {
                throw refusal(quota, limit, used);
              }
              return null;
            });
  }

  /** Counts the call until it ends; gives how many were counted before it. */
  private int enter(RoutingContext context, String name) {
    int now = underWay.merge(name, 1, Integer::sum);
    context.addEndHandler(
        ended -> underWay.computeIfPresent(name, (n, count) -> count == 1 ? null : count - 1));
    return now - 1;
  }

  private static ApiException refusal(Quota quota, long limit, long used) {
    boolean passes = quota == Quota.CODE_RUNS;
    return new ApiException(
        new Problem(
            passes ? 429 : 402,
            "quota_exceeded",
            quota.refusal(limit, used),
            null,
            null,
            null,
            passes ? untilMidnight() : null));
  }

  private static int untilMidnight() {
    return (int)
        Math.max(1, Duration.ofDays(1).toSeconds() - LocalTime.now(ZoneOffset.UTC).toSecondOfDay());
  }
}

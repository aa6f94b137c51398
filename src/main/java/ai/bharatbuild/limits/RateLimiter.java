package ai.bharatbuild.limits;

import ai.bharatbuild.kv.Bucket;
import ai.bharatbuild.kv.Decision;
import ai.bharatbuild.kv.KeyValueStore;
import ai.bharatbuild.kv.Rate;
import ai.bharatbuild.net.AddressRange;
import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.problem.Problem;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts calls of the API against rates, each call once however many files, commands or events it
 * carries: 429 {@code rate_limited} with {@code Retry-After}, and on every answer {@code
 * X-RateLimit-Limit}, {@code -Remaining} and {@code -Reset} (seconds since 1970 at which all of the
 * limit is there again) of the limit that is nearest. Stands behind what finds out the caller. Used
 * on every event loop.
 */
public final class RateLimiter implements Handler<RoutingContext> {
  private static final Logger LOG = LoggerFactory.getLogger(RateLimiter.class);
  private static final String API = "/api/v1/";

  private final KeyValueStore store;
  private final RateTable table;
  private final Function<RoutingContext, RateSubject> subjects;

  /** One limit that a call is under, and how people call it. */
  private record Limit(String name, Bucket bucket) {}

  public RateLimiter(
      KeyValueStore store, RateTable table, Function<RoutingContext, RateSubject> subjects) {
    this.store = store;
    this.table = table;
    this.subjects = subjects;
  }

  @Override
  public void handle(RoutingContext context) {
    String path = context.normalizedPath();
    if (!path.startsWith(API)) {
      context.next();
      return;
    }
    List<Limit> limits = limits(context.request().method(), path, subjects.apply(context));
    Future<Decision> decision = store.admit(limits.stream().map(Limit::bucket).toList());
    if (decision.isComplete()) {
      proceed(context, limits, decision);
      return;
    }
    context.request().pause();
    OnLoop.of(context, decision)
        .onComplete(
            done -> {
              context.request().resume();
              proceed(context, limits, decision);
            });
  }

  private static void proceed(
      RoutingContext context, List<Limit> limits, Future<Decision> decision) {
    if (decision.failed()) {
      // A limit that cannot be asked does not stand open.
      LOG.error("rate limits cannot be asked", decision.cause());
      context.fail(ApiException.unavailable("Rate limits cannot be checked now; try again."));
      return;
    }
    Decision said = decision.result();
    Limit limit = limits.get(said.bucket());
    tell(context.response(), limit.bucket().rate(), said);
    if (said.allowed()) {
      context.next();
    } else {
      context.fail(refusal(limit, said));
    }
  }

  private static void tell(HttpServerResponse response, Rate rate, Decision said) {
    response
        .putHeader("X-RateLimit-Limit", Long.toString(rate.limit()))
        .putHeader("X-RateLimit-Remaining", Long.toString(said.remaining()))
        .putHeader(
            "X-RateLimit-Reset",
            Long.toString(System.currentTimeMillis() / 1000 + said.resetSeconds()));
  }

  private static ApiException refusal(Limit limit, Decision said) {
    Rate rate = limit.bucket().rate();
    String detail =
        "Too many calls: %d in %d s are allowed (%s). Try again in %d s."
            .formatted(rate.limit(), rate.period().toSeconds(), limit.name(), said.retrySeconds());
    return new ApiException(
        new Problem(429, "rate_limited", detail, null, null, null, said.retrySeconds()));
  }

  private List<Limit> limits(HttpMethod method, String path, RateSubject who) {
    RateClass named = RateTable.classify(method, path);
    RateClass counted = named == null ? who.tier() : named;
    String address = AddressRange.party(who.address());
    List<Limit> limits = new ArrayList<>();
    limits.add(limit(RateClass.ADDRESS, "a:" + address));
    boolean byAddress = counted.kind() == RateClass.Kind.ADDRESS_CALL || who.user() == null;
    limits.add(limit(counted, byAddress ? "a:" + address : "u:" + who.user()));
    for (int i = 0; who.key() != null && i < who.keyRates().size(); i++) {
      String name = "API key";
      limits.add(new Limit(name, new Bucket("rl:k:" + who.key() + ":" + i, who.keyRates().get(i))));
    }
    return limits;
  }

  private Limit limit(RateClass of, String who) {
    return new Limit(of.text(), new Bucket("rl:" + of.text() + ":" + who, table.rate(of)));
  }
}

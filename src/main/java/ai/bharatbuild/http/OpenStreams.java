package ai.bharatbuild.http;

import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * Ends what stays open, event streams and WebSockets, within seconds after who opened it may not
 * have it any more: signed out, deactivated, deleted, the key revoked, the permission taken. That
 * an access token expires ends nothing. Shared by all event loops.
 */
public final class OpenStreams {
  private static final String KEY = OpenStreams.class.getName();
  private static final long EVERY_MS = 2_000;

  private final Standing standing;
  private final Set<Open> all = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean looking = new AtomicBoolean();

  /** Tells who a caller is by now. */
  public interface Standing {
    /**
     * The caller as it is by now; fails with a status below 500 when it is nobody any more. Called
     * on the event loop of the call, again and again, so it must be cheap.
     */
    Future<Caller> now(RoutingContext opened, Caller caller);
  }

  private record Open(
      RoutingContext call,
      Caller caller,
      Permission needed,
      Context loop,
      BooleanSupplier closed,
      Runnable end) {}

  OpenStreams(Standing standing) {
    this.standing = standing;
  }

  void guard(RoutingContext context) {
    context.put(KEY, this);
  }

  /**
   * Has something ended when its caller may not have it any more. To be called on the call's event
   * loop, where {@code closed} and {@code end} are called, too.
   *
   * @param closed whether it has ended by itself
   */
  static void follow(RoutingContext context, BooleanSupplier closed, Runnable end) {
    OpenStreams streams = context.get(KEY);
    Operation operation = Operation.of(context).orElse(null);
    if (streams == null || operation == null || operation.permission() == null) {
      return;
    }
    Vertx vertx = context.vertx();
    streams.all.add(
        new Open(
            context,
            Caller.of(context),
            operation.permission(),
            vertx.getOrCreateContext(),
            closed,
            end));
    streams.look(vertx);
  }

  private void look(Vertx vertx) {
    if (looking.compareAndSet(false, true)) {
      vertx.setTimer(EVERY_MS, id -> round(vertx));
    }
  }

  private void round(Vertx vertx) {
    for (Open open : all) {
      open.loop.runOnContext(v -> look(open));
    }
    looking.set(false);
    if (!all.isEmpty()) {
      look(vertx);
    }
  }

  private void look(Open open) {
    if (open.closed.getAsBoolean()) {
      all.remove(open);
      return;
    }
    standing
        .now(open.call, open.caller)
        .onComplete(
            caller -> unless(caller.may(open.needed), open),
            e -> unless(!(e instanceof ApiException told) || told.problem().status() >= 500, open));
  }

  private void unless(boolean stands, Open open) {
    if (!stands && all.remove(open)) {
      open.loop.runOnContext(v -> open.end.run());
    }
  }
}

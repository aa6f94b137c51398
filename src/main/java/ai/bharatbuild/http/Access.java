package ai.bharatbuild.http;

import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/**
 * Lets a call through when its operation is in the contract and its caller has the operation's
 * permission. What the contract does not have is refused, so that a route that was forgotten there
 * is open to nobody. Shared by all event loops.
 */
public final class Access implements Handler<RoutingContext> {
  /** The parts of the page that shows the contract, which are no operations. */
  private static final String PAGE_PARTS = "/docs/";

  private final Operations operations;
  private final Callers callers;
  private final boolean local;

  /** Null where there is one user who never goes. */
  private final OpenStreams streams;

  private Access(Operations operations, Callers callers, boolean local, OpenStreams streams) {
    this.streams = streams;
    this.operations = operations;
    this.callers = callers;
    this.local = local;
  }

  /** For a server in {@code local} mode: everything may be called, by the one user. */
  public static Access local(Operations operations) {
    return new Access(operations, Callers.LOCAL, true, null);
  }

  /**
   * For a server with accounts.
   *
   * @param standing what becomes of callers while something of theirs is open
   */
  public static Access of(Operations operations, Callers callers, OpenStreams.Standing standing) {
    return new Access(operations, callers, false, new OpenStreams(standing));
  }

  /** Whether there are no accounts. */
  boolean local() {
    return local;
  }

  @Override
  public void handle(RoutingContext context) {
    Operations.Match match =
        operations.find(context.request().method().name(), context.normalizedPath());
    Operation operation = match == null ? null : match.operation();
    if (operation != null) {
      Operation.set(context, operation);
    }
    if (local) {
      Caller.set(context, Caller.LOCAL);
      context.next();
    } else if (operation == null) {
      unknown(context, match != null);
    } else if (operation.permission() == null) {
      context.next();
    } else {
      check(context, operation.permission());
    }
  }

  private void unknown(RoutingContext context, boolean otherMethods) {
    if (context.normalizedPath().startsWith(PAGE_PARTS)) {
      context.next();
    } else {
      context.fail(otherMethods ? 405 : 404);
    }
  }

  private void check(RoutingContext context, Permission permission) {
    Future<Caller> asked = callers.of(context);
    if (asked.isComplete()) {
      asked.onComplete(caller -> admit(context, caller, permission), context::fail);
      return;
    }
    // What is sent meanwhile must wait for the handler that reads it.
    context.request().pause();
    asked.onComplete(
        caller -> {
          goOn(context.request());
          admit(context, caller, permission);
        },
        failure -> {
          goOn(context.request());
          context.fail(failure);
        });
  }

  /** What is to become a WebSocket stays paused, since its handshake must see the request's end. */
  private static void goOn(HttpServerRequest request) {
    if (!WebSockets.wanted(request)) {
      request.resume();
    }
  }

  private void admit(RoutingContext context, Caller caller, Permission permission) {
    if (caller == null) {
      context.fail(
          new ApiException(
              401,
              "unauthenticated",
              "Sign in (POST /api/v1/auth/login) and send Authorization: Bearer <access_token>."));
      return;
    }
    // Also who is refused is known, to whoever takes note of it.
    Caller.set(context, caller);
    if (!caller.may(permission)) {
      context.fail(
          new ApiException(
              403, "forbidden", "This call needs the permission " + permission.text() + "."));
    } else {
      streams.guard(context);
      context.next();
    }
  }
}

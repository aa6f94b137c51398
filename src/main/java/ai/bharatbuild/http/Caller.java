package ai.bharatbuild.http;

import io.vertx.ext.web.RoutingContext;

/**
 * Who makes a call. Every route knows its caller; what the caller says of itself in headers is
 * never taken for it.
 *
 * @param userId owner of what the call makes
 * @param admin whether the calls for operators are open to it
 */
public record Caller(String userId, boolean admin) {
  /** The one user of a server in {@code local} mode. */
  public static final Caller LOCAL = new Caller("local", true);

  private static final String KEY = Caller.class.getName();

  public static Caller of(RoutingContext context) {
    Caller caller = context.get(KEY);
    if (caller == null) {
      throw new IllegalStateException("route mounted before the caller is known");
    }
    return caller;
  }

  static void set(RoutingContext context, Caller caller) {
    context.put(KEY, caller);
  }
}

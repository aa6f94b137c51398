package ai.bharatbuild.http;

import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.util.Set;

/**
 * Keeps a server without accounts to its local user. A web page that the user happens to visit, a
 * preview among them, can make a browser send requests to loopback addresses; so requests must name
 * the server by a loopback name (against DNS rebinding), and those that change something, or open a
 * WebSocket, must not come from another origin.
 */
final class LocalGuard implements Handler<RoutingContext> {
  private static final Set<HttpMethod> HARMLESS =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
  private final Set<String> allowedOrigins;

  LocalGuard(Set<String> allowedOrigins) {
    this.allowedOrigins = allowedOrigins;
  }

  @Override
  public void handle(RoutingContext context) {
    HostAndPort authority = context.request().authority();
    if (authority == null || !isLoopbackName(authority.host())) {
      throw new ApiException(
          421, "misdirected_request", "Call this server by localhost, 127.0.0.1 or [::1].");
    }
    String origin = context.request().getHeader("Origin");
    if (origin != null
        && canHarm(context.request())
        && !allowedOrigins.contains(origin)
        && !sameOrigin(origin, authority)) {
      throw new ApiException(
          403, "forbidden_origin", "Pages of this origin may not call; see CORS_ORIGINS.");
    }
    Caller.set(context, Caller.LOCAL);
    context.next();
  }

  /** Browsers keep what a foreign page may not read from it, but never a WebSocket. */
  private static boolean canHarm(HttpServerRequest request) {
    return !HARMLESS.contains(request.method()) || WebSockets.wanted(request);
  }

  private static boolean isLoopbackName(String host) {
    return host.equals("localhost")
        || host.equals("127.0.0.1")
        || host.equals("[::1]")
        || host.equals("::1");
  }

  private static boolean sameOrigin(String origin, HostAndPort authority) {
    try {
      URI uri = URI.create(origin);
      int port = uri.getPort() < 0 ? defaultPort(uri.getScheme()) : uri.getPort();
      int own = authority.port() < 0 ? defaultPort(uri.getScheme()) : authority.port();
      return authority.host().equals(uri.getHost()) && port == own;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static int defaultPort(String scheme) {
    return "https".equals(scheme) ? 443 : 80;
  }
}

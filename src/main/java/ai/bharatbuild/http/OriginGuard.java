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
 * Keeps foreign web pages out. Requests that change something, or open a WebSocket, must not come
 * from another origin than the server's own and the allowed ones. A server in {@code local} mode
 * has no credentials to tell its user from a page that the user happens to visit, a preview among
 * them; so there requests must also name the server by a loopback name, against DNS rebinding.
 */
final class OriginGuard implements Handler<RoutingContext> {
  private static final Set<HttpMethod> HARMLESS =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
  private final Set<String> allowedOrigins;
  private final boolean local;

  OriginGuard(Set<String> allowedOrigins, boolean local) {
    this.allowedOrigins = allowedOrigins;
    this.local = local;
  }

  @Override
  public void handle(RoutingContext context) {
    HostAndPort authority = context.request().authority();
    if (authority == null || local && !isLoopbackName(authority.host())) {
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

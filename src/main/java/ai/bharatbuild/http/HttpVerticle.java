package ai.bharatbuild.http;

import ai.bharatbuild.config.Settings;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.CorsHandler;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * One event loop's share of the HTTP server: previews by host name, and the API. Instances share
 * the port.
 */
public final class HttpVerticle extends VerticleBase {
  /** A path of 500 code points, each four bytes and percent-encoded, and a query. */
  private static final int MAX_REQUEST_LINE = 16 << 10;

  private static final int IDLE_SECONDS = 300;

  /** Requests that do not go to the API but to a handler of their own, by host. */
  public record HostHandler(
      Predicate<HttpServerRequest> matches,
      Function<io.vertx.core.Vertx, Handler<HttpServerRequest>> handler) {}

  private final Settings.Http settings;
  private final Access access;
  private final Guards guards;
  private final List<Routes> routes;
  private final HostHandler previews;
  private HttpServer server;

  /**
   * @param access decides which calls come through to the routes
   * @param previews what requests to other hosts are for, or null
   */
  public HttpVerticle(
      Settings.Http settings, Access access, List<Routes> routes, HostHandler previews) {
    this(settings, access, Guards.NONE, routes, previews);
  }

  /**
   * @param access decides which calls come through to the routes
   * @param guards what looks at calls besides
   * @param previews what requests to other hosts are for, or null
   */
  public HttpVerticle(
      Settings.Http settings,
      Access access,
      Guards guards,
      List<Routes> routes,
      HostHandler previews) {
    this.settings = settings;
    this.access = access;
    this.guards = guards;
    this.routes = List.copyOf(routes);
    this.previews = previews;
  }

  @Override
  public Future<?> start() {
    HttpServerOptions options =
        new HttpServerOptions()
            .setHost(settings.host())
            .setPort(settings.port())
            .setMaxInitialLineLength(MAX_REQUEST_LINE)
            .setMaxHeaderSize(MAX_REQUEST_LINE)
            .setIdleTimeout(IDLE_SECONDS)
            .setIdleTimeoutUnit(TimeUnit.SECONDS)
            .setTcpNoDelay(true)
            .setHttp2ClearTextEnabled(false)
            .addWebSocketSubProtocol(WebSockets.SUBPROTOCOL)
            .setCompressionSupported(false);
    Router api = router();
    Handler<HttpServerRequest> handler = api;
    if (previews != null) {
      Handler<HttpServerRequest> preview = previews.handler().apply(vertx);
      handler = request -> (previews.matches().test(request) ? preview : api).handle(request);
    }
    server = vertx.createHttpServer(options).requestHandler(handler);
    return server.listen();
  }

  /** The port that is listened on; meaningful once started. */
  public int port() {
    return server.actualPort();
  }

  @Override
  public Future<?> stop() {
    return server == null ? Future.succeededFuture() : server.shutdown(5, TimeUnit.SECONDS);
  }

  private Router router() {
    Router router = Router.router(vertx);
    Set<String> origins = new HashSet<>(settings.corsOrigins());
    router.route().handler(new RequestId());
    router.route().handler(new RawPath());
    router.route().handler(new OriginGuard(origins, access.local()));
    if (!origins.isEmpty()) {
      CorsHandler cors = cors(origins);
      router
          .route()
          .handler(
              context -> {
                // The handler refuses other origins outright, the server's own among them.
                if (origins.contains(context.request().getHeader("Origin"))) {
                  cors.handle(context);
                } else {
                  context.next();
                }
              });
    }
    guards.before().forEach(router.route()::handler);
    router.route().handler(access);
    guards.after().forEach(router.route()::handler);
    routes.forEach(feature -> feature.mount(router));
    Problems problems = new Problems();
    router.route().failureHandler(problems);
    for (int status : new int[] {400, 404, 405, 406, 413, 415}) {
      router.errorHandler(status, problems);
    }
    router.errorHandler(500, problems);
    return router;
  }

  private static CorsHandler cors(Set<String> origins) {
    CorsHandler handler = CorsHandler.create();
    origins.forEach(handler::addOrigin);
    return handler
        .allowedMethods(
            Set.of(
                HttpMethod.GET,
                HttpMethod.HEAD,
                HttpMethod.POST,
                HttpMethod.PUT,
                HttpMethod.PATCH,
                HttpMethod.DELETE,
                HttpMethod.OPTIONS))
        .allowedHeaders(
            Set.of(
                "Content-Type",
                "Authorization",
                "X-API-Key",
                "X-API-Secret",
                "X-Request-Id",
                "Last-Event-ID",
                "If-None-Match",
                "Range"))
        .exposedHeaders(
            Set.of(
                "X-Request-Id",
                "X-Exec-Id",
                "ETag",
                "Content-Range",
                "Retry-After",
                "X-RateLimit-Limit",
                "X-RateLimit-Remaining",
                "X-RateLimit-Reset"))
        .maxAgeSeconds((int) Duration.ofHours(1).toSeconds());
  }
}

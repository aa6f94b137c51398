package ai.bharatbuild.http;

import ai.bharatbuild.telemetry.Health;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.StaticHandler;
import java.util.Map;

/** Health, the contract and its browser page. */
public final class SystemRoutes implements Routes {
  private static final String SWAGGER_ROOT = "META-INF/resources/webjars/swagger-ui/5.34.1";
  private final Health health;
  private final Contract contract;

  public SystemRoutes(Health health, Contract contract) {
    this.health = health;
    this.contract = contract;
  }

  @Override
  public void mount(Router router) {
    router.get("/health").handler(context -> Replies.json(context, 200, health.report()));
    router
        .get("/health/live")
        .handler(context -> Replies.json(context, 200, Map.of("status", "ok")));
    router.get("/health/ready").handler(this::ready);
    router.get("/openapi.json").handler(c -> Replies.send(c, 200, contract.json()));
    router.get("/docs").handler(c -> page(c, "text/html; charset=utf-8", contract.page()));
    router
        .get("/docs/setup.js")
        .handler(c -> page(c, "text/javascript; charset=utf-8", contract.script()));
    router.get("/docs/*").handler(StaticHandler.create(SWAGGER_ROOT).setIndexPage("missing"));
  }

  private void ready(RoutingContext context) {
    boolean ready = health.ready();
    Replies.json(
        context, ready ? 200 : 503, Map.of("status", ready ? "ok" : "starting or stopping"));
  }

  private static void page(RoutingContext context, String type, String text) {
    context
        .response()
        .putHeader("Content-Type", type)
        .putHeader(
            "Content-Security-Policy",
            "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
                + " frame-ancestors 'none'")
        .end(Buffer.buffer(text));
  }
}

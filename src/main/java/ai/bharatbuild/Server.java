package ai.bharatbuild;

import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.config.Settings;
import ai.bharatbuild.http.Contract;
import ai.bharatbuild.http.HttpVerticle;
import ai.bharatbuild.http.Routes;
import ai.bharatbuild.http.SystemRoutes;
import ai.bharatbuild.telemetry.Health;
import ai.bharatbuild.telemetry.Metrics;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;

/**
 * The parts of one server, wired and started in order, and stopped in the reverse order. Tests
 * start the same server on port 0.
 */
public final class Server {
  private final Vertx vertx;
  private final Metrics metrics;
  private final Deque<Supplier<Future<?>>> undo = new ArrayDeque<>();
  private final Health health;
  private volatile int port;

  private Server(Vertx vertx, Metrics metrics) {
    this.vertx = vertx;
    this.metrics = metrics;
    String version = Server.class.getPackage().getImplementationVersion();
    this.health = new Health(version == null ? "development" : version);
  }

  /** Starts everything; on failure what was started is stopped again. */
  public static Future<Server> start(Vertx vertx, Metrics metrics, Settings settings) {
    Server server = new Server(vertx, metrics);
    return server
        .compose(settings)
        .map(server)
        .recover(e -> server.stop().transform(v -> Future.failedFuture(e)));
  }

  public int port() {
    return port;
  }

  /** Stops in the reverse order; every part gets its turn even when one fails. */
  public Future<Void> stop() {
    health.ready(false);
    Future<Void> all = Future.succeededFuture();
    while (!undo.isEmpty()) {
      Supplier<Future<?>> step = undo.pop();
      all = all.transform(v -> step.get().mapEmpty());
    }
    return all.otherwiseEmpty();
  }

  private Future<Void> compose(Settings settings) {
    Bus bus = Bus.install(vertx);
    List<Routes> routes = new ArrayList<>();
    routes.add(new SystemRoutes(health, new Contract()));
    return metrics
        .serve(vertx, settings.http().host(), settings.telemetry().port())
        .compose(v -> health.start(vertx))
        .compose(v -> http(settings, routes))
        .onSuccess(v -> health.ready(true));
  }

  private Future<Void> http(Settings settings, List<Routes> routes) {
    List<HttpVerticle> instances = new ArrayList<>();
    Supplier<HttpVerticle> make =
        () -> {
          HttpVerticle verticle = new HttpVerticle(settings.http(), routes, null);
          instances.add(verticle);
          return verticle;
        };
    return vertx
        .deployVerticle(make, new DeploymentOptions().setInstances(settings.http().instances()))
        .onSuccess(id -> undo.push(() -> vertx.undeploy(id)))
        .onSuccess(id -> port = instances.getFirst().port())
        .mapEmpty();
  }
}

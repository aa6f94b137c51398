package ai.bharatbuild.telemetry;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.http.HttpServer;
import io.vertx.micrometer.Label;
import io.vertx.micrometer.MetricsDomain;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/** The meters of the server, and the port on which Prometheus reads them. */
public final class Metrics {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private HttpServer server;

  public MeterRegistry registry() {
    return registry;
  }

  /** Lets Vert.x report to this registry; paths are never labels, since user ids stand in them. */
  public VertxBuilder install(VertxBuilder builder) {
    Set<String> off =
        EnumSet.of(
                MetricsDomain.EVENT_BUS,
                MetricsDomain.NET_CLIENT,
                MetricsDomain.DATAGRAM_SOCKET,
                MetricsDomain.HTTP_CLIENT)
            .stream()
            .map(MetricsDomain::toCategory)
            .collect(Collectors.toSet());
    MicrometerMetricsOptions options =
        new MicrometerMetricsOptions()
            .setEnabled(true)
            .setLabels(EnumSet.of(Label.HTTP_METHOD, Label.HTTP_CODE, Label.POOL_NAME))
            .setDisabledMetricsCategories(off);
    return builder
        .with(
            new io.vertx.core.VertxOptions()
                .setMetricsOptions(options)
                .setPreferNativeTransport(true))
        .withMetrics(new MicrometerMetricsFactory(registry));
  }

  /** Serves {@code GET /metrics}; a negative port serves nothing. */
  public Future<Void> serve(Vertx vertx, String host, int port) {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    JvmGcMetrics gc = new JvmGcMetrics();
    gc.bindTo(registry);
    if (port < 0) {
      return Future.succeededFuture();
    }
    server =
        vertx
            .createHttpServer()
            .requestHandler(
                request -> {
                  if (!request.path().equals("/metrics")) {
                    request.response().setStatusCode(404).end();
                    return;
                  }
                  request
                      .response()
                      .putHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
                      .end(registry.scrape());
                });
    return server.listen(port, host).mapEmpty();
  }

  /** The port served on, or -1. */
  public int port() {
    return server == null ? -1 : server.actualPort();
  }
}

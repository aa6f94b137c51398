package ai.bharatbuild;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.config.Settings;
import ai.bharatbuild.config.SettingsLoader;
import ai.bharatbuild.db.Database;
import ai.bharatbuild.http.Contract;
import ai.bharatbuild.http.Operations;
import ai.bharatbuild.http.Routes;
import ai.bharatbuild.preview.PreviewUrls;
import ai.bharatbuild.telemetry.Health;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The routes of the server are those of openapi.yaml, no more and no less. */
@ExtendWith(VertxExtension.class)
class ContractTest {
  private static final List<String> VERBS =
      List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE");

  @Test
  void routesAndContractAreTheSame(Vertx vertx) {
    Router router = Router.router(vertx);
    Settings settings = SettingsLoader.of(new JsonObject());
    Bus bus = Bus.install(vertx);
    Platform platform =
        new Platform(
            vertx,
            settings,
            Database.off(vertx),
            bus,
            () -> 8000,
            new SimpleMeterRegistry(),
            new Remains());
    List<Routes> features =
        Server.routes(
            vertx,
            settings,
            bus,
            new PreviewUrls("preview.localhost", "http", () -> 8000, null),
            new Health("test"),
            platform,
            new Durable(
                vertx,
                bus,
                settings,
                platform,
                Stores.with(vertx, bus, settings, null, null, null, null),
                "this-server"));
    for (Routes feature : features) {
      feature.mount(router);
    }
    Set<String> routes = new TreeSet<>();
    for (Route route : router.getRoutes()) {
      for (String method : methods(route)) {
        routes.add(method + " " + shape(route.getName()));
      }
    }
    Set<String> contract = contract();
    for (String verb : VERBS) {
      assertThat(contract).contains(verb + " /api/v1/preview/*/*");
      assertThat(routes).contains(verb + " /api/v1/preview/*");
    }
    // Previews take any method, which the router has no names for; the page's parts are no API.
    routes.removeIf(route -> route.contains(" /api/v1/preview/") || route.contains(" /docs/"));
    contract.removeIf(operation -> operation.contains(" /api/v1/preview/"));
    assertThat(routes).isEqualTo(contract);
  }

  /** Without one the server does not start; see {@code x-permission} in http.Permission. */
  @Test
  void everyOperationNamesItsPermission() {
    assertThat(Operations.of(Contract.load()).all()).hasSize(contract().size());
  }

  private static List<String> methods(Route route) {
    return route.methods() == null
        ? VERBS
        : route.methods().stream().map(HttpMethod::name).toList();
  }

  private static Set<String> contract() {
    Set<String> operations = new TreeSet<>();
    Map<?, ?> paths = (Map<?, ?>) Contract.load().get("paths");
    paths.forEach(
        (path, item) ->
            ((Map<?, ?>) item)
                .keySet().stream()
                    .map(key -> key.toString().toUpperCase())
                    .filter(VERBS::contains)
                    .forEach(verb -> operations.add(verb + " " + shape(path.toString()))));
    return operations;
  }

  /** Parameters by position only: {@code :id}, {@code {id}} and a trailing {@code *} are alike. */
  private static String shape(String path) {
    return path.replaceAll("\\{[^}]*}", "*").replaceAll(":[a-z_]+", "*").replaceAll("/$", "/*");
  }
}

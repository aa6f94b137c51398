package ai.bharatbuild.webhooks;

import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.db.Sealer;
import ai.bharatbuild.http.BodyReader;
import ai.bharatbuild.http.Routes;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Supplier;

/** The parts of outgoing webhooks, wired; what the composition root sees of them. */
public final class Webhooks {
  private static final int RESOLVING_THREADS = 4;
  private static final int PER_ENDPOINT = 4;
  private static final Duration ATTEMPT = Duration.ofSeconds(10);
  private static final Duration LEASE = Duration.ofSeconds(60);

  /**
   * @param allowLoopback whether this machine's loopback addresses may be targets
   * @param maxAttempts after which a delivery is dead
   */
  public record Settings(boolean allowLoopback, int maxAttempts) {}

  private final Vertx vertx;
  private final Bus bus;
  private final Settings settings;
  private final InstantSource clock;
  private final Targets targets;
  private final Owners owners;
  private final EndpointSecrets secrets;
  private final Endpoints endpoints;
  private final Deliveries deliveries;

  /**
   * @param keys of secrets; asked when one is first wanted
   */
  public Webhooks(
      Vertx vertx,
      Pool pool,
      Bus bus,
      Settings settings,
      Supplier<Future<Sealer>> keys,
      InstantSource clock) {
    this.vertx = vertx;
    this.bus = bus;
    this.settings = settings;
    this.clock = clock;
    this.targets =
        new Targets(
            vertx.createSharedWorkerExecutor("webhook-names", RESOLVING_THREADS),
            settings.allowLoopback());
    this.owners = new Owners(pool);
    this.secrets = new EndpointSecrets(pool, keys);
    this.endpoints = new Endpoints(pool, clock, owners, secrets);
    this.deliveries =
        new Deliveries(pool, secrets, clock, settings.maxAttempts(), PER_ENDPOINT, LEASE);
  }

  public Routes routes(BodyReader bodies) {
    return new WebhookRoutes(endpoints, deliveries, targets, bodies);
  }

  /** What hears and sends; to be deployed once. */
  public Deployable sending() {
    return new WebhookVerticle(
        bus, owners, secrets, deliveries, new Sender(vertx, targets, clock, ATTEMPT));
  }
}

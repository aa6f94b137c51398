package ai.bharatbuild.webhooks;

import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.db.DatabaseFailures;
import ai.bharatbuild.events.DomainEvent;
import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.webhooks.Deliveries.Claimed;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears events, notes them as deliveries and sends what is due. While the database is away events
 * wait here, as many as there is room for; what is noted survives the server. One instance.
 */
final class WebhookVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(WebhookVerticle.class);
  private static final int MAX_WAITING = 10_000;
  private static final int MAX_SENDING = 64;
  private static final long POLL_MS = 1_000;
  private static final long LOOK_MS = 30_000;
  private static final int UNAVAILABLE = 503;

  private final Bus bus;
  private final Owners owners;
  private final EndpointSecrets secrets;
  private final Deliveries deliveries;
  private final Sender sender;
  private final Deque<DomainEvent> waiting = new ArrayDeque<>();
  private boolean noting;
  private boolean claiming;
  private int sending;
  private long dropped;

  WebhookVerticle(
      Bus bus, Owners owners, EndpointSecrets secrets, Deliveries deliveries, Sender sender) {
    this.bus = bus;
    this.owners = owners;
    this.secrets = secrets;
    this.deliveries = deliveries;
    this.sender = sender;
  }

  @Override
  public Future<?> start() {
    bus.listen(DomainEvent.TOPIC, this::heard);
    vertx.setPeriodic(0, LOOK_MS, id -> look());
    vertx.setPeriodic(0, POLL_MS, id -> turn());
    // A server whose keys cannot be used does not start.
    return secrets.ready();
  }

  @Override
  public Future<?> stop() {
    return sender.close();
  }

  private void look() {
    owners.refresh().onFailure(e -> LOG.debug("cannot look for webhooks", e));
    secrets.sealAll().onFailure(e -> LOG.debug("cannot seal the secrets of webhooks yet", e));
  }

  private void turn() {
    noteNext();
    claim();
  }

  private void heard(DomainEvent event) {
    if (!owners.mayListen(event.owner())) {
      return;
    }
    if (waiting.size() >= MAX_WAITING) {
      waiting.pollFirst();
      dropped++;
      if (Long.bitCount(dropped) == 1) {
        LOG.error("the database is away and {} events were dropped so far", dropped);
      }
    }
    waiting.addLast(event);
    noteNext();
  }

  /** Notes what waits, one after another, in order. */
  private void noteNext() {
    DomainEvent event = waiting.peekFirst();
    if (noting || event == null) {
      return;
    }
    noting = true;
    deliveries
        .note(event)
        .onComplete(
            noted -> {
              noting = false;
              boolean later = noted.failed() && isAway(noted.cause());
              if (noted.failed() && !later) {
                LOG.error("the event {} cannot be noted", event.id(), noted.cause());
              }
              if (!later) {
                waiting.remove(event);
                noteNext();
              }
              if (noted.succeeded() && noted.result() > 0) {
                claim();
              }
            });
  }

  private static boolean isAway(Throwable cause) {
    return DatabaseFailures.unavailable(cause) != null
        || cause instanceof ApiException known && known.problem().status() == UNAVAILABLE;
  }

  private void claim() {
    if (claiming || sending >= MAX_SENDING) {
      return;
    }
    claiming = true;
    deliveries
        .claim(MAX_SENDING - sending)
        .onComplete(
            claimed -> {
              claiming = false;
              if (claimed.succeeded()) {
                sendAll(claimed.result());
              } else {
                LOG.debug("cannot look for what is to be sent", claimed.cause());
              }
            });
  }

  private void sendAll(List<Claimed> claimed) {
    for (Claimed one : claimed) {
      sending++;
      sender
          .send(one)
          .compose(outcome -> deliveries.finish(one, outcome, ThreadLocalRandom.current()))
          .onFailure(
              e -> LOG.warn("cannot note how delivery {} went; it is sent again", one.id(), e))
          .onComplete(
              done -> {
                sending--;
                claim();
              });
    }
  }
}

package ai.bharatbuild.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.db.Explained;
import ai.bharatbuild.db.TestDatabase;
import ai.bharatbuild.events.DomainEvent;
import ai.bharatbuild.events.TestClock;
import ai.bharatbuild.http.Signatures;
import ai.bharatbuild.webhooks.Deliveries.Claimed;
import ai.bharatbuild.webhooks.Endpoints.Made;
import ai.bharatbuild.webhooks.Endpoints.Wanted;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From an event to somebody's server, over a real database and real connections. */
class WebhookDeliveryTest {
  private static final int ATTEMPTS = 3;

  private final TestDatabase database = TestDatabase.create();
  private final Vertx vertx = Vertx.vertx();
  private final Bus bus = Bus.install(vertx);
  private final TestClock clock = new TestClock("2026-05-10T09:00:00Z");
  private final Owners owners = new Owners(database.pool());
  private final EndpointSecrets secrets =
      new EndpointSecrets(
          database.pool(),
          () -> Future.succeededFuture(WebhookSecretsTest.sealer("a secret of this test alone")));
  private final Endpoints endpoints = new Endpoints(database.pool(), clock, owners, secrets);
  private Deliveries deliveries;
  private Receiver receiver;
  private UUID user;

  @BeforeEach
  void open() throws Exception {
    receiver = new Receiver(vertx);
    deliveries = deliveries();
    user =
        database
            .query(
                "INSERT INTO users (email, name, role) VALUES ('a@example.com', 'Asha',"
                    + " 'developer') RETURNING id")
            .iterator()
            .next()
            .getUUID("id");
  }

  @AfterEach
  void close() throws Exception {
    receiver.close();
    await(vertx.close());
    database.close();
  }

  private Deliveries deliveries() {
    return new Deliveries(database.pool(), secrets, clock, ATTEMPTS, 4, Duration.ofSeconds(60));
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.await(30, TimeUnit.SECONDS);
  }

  private String startSending(boolean allowLoopback) throws Exception {
    Targets targets = new Targets(vertx.createSharedWorkerExecutor("names", 2), allowLoopback);
    Sender sender = new Sender(vertx, targets, clock, Duration.ofSeconds(10));
    return await(
        vertx.deployVerticle(new WebhookVerticle(bus, owners, secrets, deliveries, sender)));
  }

  private Made endpoint(String path, String... events) throws Exception {
    return await(
        endpoints.create(user, "asha", new Wanted(receiver.url(path), List.of(events), "", true)));
  }

  private static DomainEvent event(String owner, String type) {
    return DomainEvent.now(owner, type, Map.of("job_id", "shop"));
  }

  private Delivery only(Made made) throws Exception {
    List<Delivery> all = await(deliveries.list(made.endpoint().id(), null, 1, 10));
    assertThat(all).hasSize(1);
    return all.getFirst();
  }

  /** The one delivery once it is in a state. */
  private Delivery reached(Made made, String status) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
    Delivery last;
    do {
      List<Delivery> all = await(deliveries.list(made.endpoint().id(), null, 1, 10));
      last = all.isEmpty() ? null : all.getLast();
      if (last != null && last.status().equals(status) && (last.attempts() > 0)) {
        return last;
      }
    } while (System.nanoTime() < end);
    throw new AssertionError("still " + last);
  }

  @Test
  void anEventArrivesOnceSignedAtTheEndpointsThatWantIt() throws Exception {
    Made made = endpoint("/hook?x=1", "job.complete");
    Made all = endpoint("/all", "*");
    Made other = endpoint("/other", "payment.succeeded");
    startSending(true);
    DomainEvent event = event("asha", "job.complete");
    bus.publish(DomainEvent.TOPIC, event("ravi", "job.complete"));
    bus.publish(DomainEvent.TOPIC, event);
    bus.publish(DomainEvent.TOPIC, event);
    // They may come in either order.
    List<Receiver.Got> both = List.of(receiver.got.next(it -> true), receiver.got.next(it -> true));
    Receiver.Got got =
        both.stream().filter(it -> it.path().equals("/hook?x=1")).findFirst().orElseThrow();

    JsonObject body = got.body().toJsonObject();
    assertThat(body.getString("id")).isEqualTo(event.id());
    assertThat(body.getString("type")).isEqualTo("job.complete");
    assertThat(body.getJsonObject("data").getString("job_id")).isEqualTo("shop");
    String time = String.valueOf(clock.instant().getEpochSecond());
    assertThat(got.header("X-BharatBuild-Signature"))
        .isEqualTo(
            "t=%s,v1=%s"
                .formatted(
                    time,
                    Signatures.sign(
                        made.secret(), Buffer.buffer(time + ".").appendBuffer(got.body()))));
    assertThat(got.header("X-BharatBuild-Event")).isEqualTo("job.complete");
    assertThat(got.header("X-BharatBuild-Delivery")).isEqualTo(only(made).id().toString());
    assertThat(reached(made, "succeeded").lastStatus()).isEqualTo(204);
    assertThat(reached(all, "succeeded").attempts()).isEqualTo(1);
    assertThat(await(deliveries.count(other.endpoint().id(), null))).isZero();
    assertThat(receiver.got.all()).hasSize(2);
  }

  @Test
  void whatFailsIsSentAgainLaterAndIsDeadInTheEnd() throws Exception {
    Made made = endpoint("/hook", "*");
    receiver.answering(500);
    startSending(true);
    bus.publish(DomainEvent.TOPIC, event("asha", "job.failed"));
    for (int attempt = 1; attempt < ATTEMPTS; attempt++) {
      receiver.got.next(it -> true);
      Delivery waiting = reached(made, "pending");
      assertThat(waiting.attempts()).isEqualTo(attempt);
      assertThat(waiting.nextAttemptAt()).isAfter(clock.instant());
      clock.forward(Duration.ofHours(7));
    }
    receiver.got.next(it -> true);
    Delivery dead = reached(made, "dead");
    assertThat(dead.attempts()).isEqualTo(ATTEMPTS);
    assertThat(dead.lastError()).isEqualTo("It answered 500.");
    List<Delivery.Attempt> log = await(deliveries.attempts(dead.id()));
    assertThat(log).extracting(Delivery.Attempt::status).containsExactly(500, 500, 500);

    receiver.answering(200);
    Delivery again = await(deliveries.replay(made.endpoint().id(), dead.id()));
    Receiver.Got got = receiver.got.next(it -> true);
    assertThat(got.header("X-BharatBuild-Delivery")).isEqualTo(again.id().toString());
    assertThat(again.replayOf()).isEqualTo(dead.id());
    assertThat(got.body()).isEqualTo(receiver.got.all().getFirst().body());
  }

  @Test
  void redirectsAreNotFollowed() throws Exception {
    Made made = endpoint("/hook", "*");
    receiver.answering(
        (got, request) ->
            request
                .response()
                .setStatusCode(307)
                .putHeader("Location", receiver.url("/inside"))
                .end());
    startSending(true);
    bus.publish(DomainEvent.TOPIC, event("asha", "job.failed"));
    receiver.got.next(it -> true);

    assertThat(reached(made, "pending").lastError()).contains("307", "not followed");
    assertThat(receiver.got.all()).extracting(Receiver.Got::path).containsExactly("/hook");
  }

  @Test
  void nothingReachesThisMachineUnlessThatIsAllowed() throws Exception {
    Made made = endpoint("/hook", "*");
    startSending(false);
    bus.publish(DomainEvent.TOPIC, event("asha", "job.failed"));
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
    while (await(deliveries.count(made.endpoint().id(), null)) == 0 && System.nanoTime() < end) {
      Thread.onSpinWait();
    }

    Delivery refused;
    do {
      refused = only(made);
    } while (refused.lastError() == null && System.nanoTime() < end);
    assertThat(refused.lastError()).contains("not public");
    assertThat(receiver.got.all()).isEmpty();
  }

  @Test
  void oneEndpointIsNotFlooded() throws Exception {
    endpoint("/hook", "*");
    LinkedBlockingQueue<HttpServerRequest> held = new LinkedBlockingQueue<>();
    receiver.answering((got, request) -> held.add(request));
    for (int i = 0; i < 6; i++) {
      await(deliveries.note(event("asha", "job.complete")));
    }
    startSending(true);
    List<HttpServerRequest> open = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      open.add(held.poll(40, TimeUnit.SECONDS));
    }
    assertThat(await(deliveries.claim(10))).isEmpty();

    open.forEach(request -> request.response().end());
    for (int i = 0; i < 2; i++) {
      held.poll(40, TimeUnit.SECONDS).response().end();
    }
    assertThat(receiver.got.all()).hasSize(6);
  }

  @Test
  void whatAServerHadWhenItDiedIsSentByTheNext() throws Exception {
    Made made = endpoint("/hook", "*");
    await(deliveries.note(event("asha", "job.complete")));
    Claimed lost = await(deliveries.claim(10)).getFirst();
    assertThat(await(deliveries.claim(10))).isEmpty();

    clock.forward(Duration.ofSeconds(61));
    startSending(true);
    receiver.got.next(it -> true);
    Delivery done = reached(made, "succeeded");
    assertThat(done.attempts()).isEqualTo(2);

    // The first server was only slow: what it says now does not count any more.
    await(
        deliveries.finish(
            lost,
            new Deliveries.Outcome(clock.instant(), 1, null, "The connection failed."),
            new java.util.Random(1)));
    assertThat(only(made).status()).isEqualTo("succeeded");
  }

  @Test
  void twoServersNeverTakeTheSame() throws Exception {
    endpoint("/a", "*");
    endpoint("/b", "*");
    for (int i = 0; i < 10; i++) {
      await(deliveries.note(event("asha", "job.complete")));
    }
    Deliveries second = deliveries();
    List<Future<List<Claimed>>> claims = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      claims.add((i % 2 == 0 ? deliveries : second).claim(3));
    }
    await(Future.all(claims));

    Set<UUID> taken = new HashSet<>();
    claims.forEach(
        claim -> claim.result().forEach(one -> assertThat(taken.add(one.id())).isTrue()));
    assertThat(taken).hasSize(8);
  }

  @Test
  void whoHasManyToSendDoesNotKeepOthersWaiting() throws Exception {
    for (int i = 0; i < 3; i++) {
      endpoint("/many" + i, "*");
      await(deliveries.note(event("asha", "job.complete")));
    }
    clock.forward(Duration.ofSeconds(1));
    UUID ravi =
        database
            .query(
                "INSERT INTO users (email, name, role) VALUES ('r@example.com', 'Ravi',"
                    + " 'developer') RETURNING id")
            .iterator()
            .next()
            .getUUID("id");
    await(endpoints.create(ravi, "ravi", new Wanted(receiver.url("/one"), List.of("*"), "", true)));
    await(deliveries.note(event("ravi", "job.complete")));

    assertThat(await(deliveries.claim(2))).extracting(Claimed::url).contains(receiver.url("/one"));
  }

  @Test
  void aReplacedSecretSignsForADay() throws Exception {
    Made made = endpoint("/hook", "*");
    Endpoints.Rotated rotated = await(endpoints.rotate(user, made.endpoint().id()));
    await(deliveries.note(event("asha", "job.complete")));
    assertThat(await(deliveries.claim(1)).getFirst().secrets())
        .containsExactly(rotated.secret(), made.secret());

    clock.forward(Duration.ofHours(25));
    assertThat(await(deliveries.claim(1)).getFirst().secrets()).containsExactly(rotated.secret());
  }

  @Test
  void whatIsNotTheirsIsNotFoundAndDeletedOnesHearNothing() throws Exception {
    Made made = endpoint("/hook", "*");
    UUID stranger = UUID.randomUUID();
    UUID id = made.endpoint().id();
    Wanted wanted = new Wanted(receiver.url("/theirs"), List.of("*"), "", true);
    for (Future<?> tried :
        List.of(
            endpoints.get(stranger, id),
            endpoints.update(stranger, id, wanted),
            endpoints.rotate(stranger, id),
            endpoints.delete(stranger, id))) {
      assertThat(await(tried.map("found").otherwise(Throwable::getMessage))).contains("not_found");
    }
    await(deliveries.note(event("asha", "job.complete")));
    await(endpoints.delete(user, id));

    assertThat(await(deliveries.claim(10))).isEmpty();
    assertThat(await(deliveries.note(event("asha", "job.complete")))).isZero();
  }

  @Test
  void whoHasNoEndpointCostsNoStatement() throws Exception {
    assertThat(owners.mayListen("ravi")).isTrue();
    await(owners.refresh());
    assertThat(owners.mayListen("asha")).isFalse();
    endpoint("/hook", "*");
    assertThat(owners.mayListen("asha")).isTrue();
    assertThat(owners.mayListen("ravi")).isFalse();
    await(owners.refresh());
    assertThat(owners.mayListen("asha")).isTrue();
  }

  @Test
  void eventsAndWhatIsDueAreFoundByIndex() {
    OffsetDateTime now = clock.instant().atOffset(ZoneOffset.UTC);
    assertThat(
            Explained.plan(database, Deliveries.NOTE, "evt_1", "job.complete", "{}", now, "asha"))
        .contains("webhook_endpoints_of_owner");
    assertThat(Explained.plan(database, Deliveries.CLAIM, now, 4L, 10L, now))
        .contains("webhook_deliveries_open");
  }
}

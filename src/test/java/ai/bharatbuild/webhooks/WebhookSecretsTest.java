package ai.bharatbuild.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.db.Sealer;
import ai.bharatbuild.db.TestDatabase;
import ai.bharatbuild.events.DomainEvent;
import ai.bharatbuild.events.TestClock;
import ai.bharatbuild.webhooks.Endpoints.Made;
import ai.bharatbuild.webhooks.Endpoints.Rotated;
import ai.bharatbuild.webhooks.Endpoints.Wanted;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who has the database has no secret of a webhook, and the server has them all. */
class WebhookSecretsTest {
  private static final UUID LOCAL = UUID.fromString("00000000-0000-4000-8000-000000000001");

  @TempDir Path data;
  private final TestDatabase database = TestDatabase.create();
  private final TestClock clock = new TestClock("2026-05-10T09:00:00Z");
  private Path keys;
  private EndpointSecrets secrets;
  private Endpoints endpoints;
  private Deliveries deliveries;

  /** With a key that is in no file. */
  static Sealer sealer(String secret) {
    try {
      return Sealer.open(Path.of("/there-is-none"), List.of(secret));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A server that finds its keys in the directory, or configured ones. */
  private void serve(String... configured) throws Exception {
    keys = data.resolve("secret-keys");
    Sealer sealer = Sealer.open(keys, List.of(configured));
    secrets = new EndpointSecrets(database.pool(), () -> Future.succeededFuture(sealer));
    endpoints = new Endpoints(database.pool(), clock, new Owners(database.pool()), secrets);
    deliveries = new Deliveries(database.pool(), secrets, clock, 3, 4, Duration.ofSeconds(60));
    await(secrets.ready());
  }

  @BeforeEach
  void start() throws Exception {
    serve();
  }

  @AfterEach
  void close() {
    database.close();
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.await(30, TimeUnit.SECONDS);
  }

  private Made made(String owner) throws Exception {
    return await(
        endpoints.create(
            LOCAL, owner, new Wanted("https://example.org/hook", List.of("*"), "", true)));
  }

  /** What the next delivery to an owner's endpoint is signed with. */
  private List<String> signing(String owner) throws Exception {
    await(deliveries.note(DomainEvent.now(owner, "job.complete", Map.of("job_id", "shop"))));
    return await(deliveries.claim(1)).getFirst().secrets();
  }

  private String dump() {
    StringBuilder text = new StringBuilder();
    database
        .query("select e::text from webhook_endpoints e")
        .forEach(row -> text.append(row.getString(0)).append('\n'));
    return text.toString();
  }

  @Test
  void aDumpHoldsNoSecretAndARestartReadsThem() throws Exception {
    Made made = made("asha");
    Rotated rotated = await(endpoints.rotate(LOCAL, made.endpoint().id()));
    assertThat(dump()).contains("sealed:").doesNotContain("whsec_");
    assertThat(made.secret()).startsWith("whsec_").isNotEqualTo(rotated.secret());

    serve();
    assertThat(signing("asha")).containsExactly(rotated.secret(), made.secret());
    clock.forward(Duration.ofHours(25));
    assertThat(signing("asha")).containsExactly(rotated.secret());
  }

  @Test
  void keysAreForTheServersUserAlone() throws Exception {
    assertThat(Files.getPosixFilePermissions(keys))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    try (var files = Files.list(keys)) {
      List<Path> all = files.toList();
      assertThat(all).hasSize(1);
      assertThat(Files.getPosixFilePermissions(all.getFirst()))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }
  }

  @Test
  void secretsThatLayOpenAreReadAndThenSealed() throws Exception {
    for (int i = 0; i < 250; i++) {
      database.query(
          "insert into webhook_endpoints (user_id, owner, url, events, secret, previous_secret,"
              + " previous_secret_until) values ($1, $2, 'https://example.org', '{*}', $3, $4,"
              + " '2026-05-11T00:00:00Z')",
          LOCAL,
          "owner" + i,
          "whsec_new" + i,
          "whsec_old" + i);
    }
    assertThat(signing("owner7")).containsExactly("whsec_new7", "whsec_old7");
    await(secrets.sealAll());
    assertThat(dump()).doesNotContain("whsec_");
    assertThat(signing("owner249")).containsExactly("whsec_new249", "whsec_old249");
  }

  @Test
  void aNewKeyTakesOverAndTheOldOneCanGo() throws Exception {
    Made made = made("asha");
    Path old = onlyKey();
    byte[] random = new byte[32];
    java.util.Arrays.fill(random, (byte) 7);
    Path next = keys.resolve("9999999999.key");
    Files.write(next, random);
    Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rw-------"));

    serve();
    assertThat(signing("asha")).containsExactly(made.secret());
    await(secrets.sealAll());
    Files.delete(old);
    serve();
    assertThat(signing("asha")).containsExactly(made.secret());

    // From files to a configured key that servers share, in the same way.
    serve("a key that several servers share");
    await(secrets.sealAll());
    Files.delete(next);
    serve("a newer key that servers share", "a key that several servers share");
    assertThat(signing("asha")).containsExactly(made.secret());
  }

  private Path onlyKey() throws Exception {
    try (var files = Files.list(keys)) {
      return files.findFirst().orElseThrow();
    }
  }

  @Test
  void aLostKeyCostsItsWebhooksAndNoOthers() throws Exception {
    Made lost = made("asha");
    Files.delete(onlyKey());
    serve();
    Made other = made("ravi");
    await(secrets.sealAll());
    await(deliveries.note(DomainEvent.now("asha", "job.complete", Map.of())));
    Deliveries.Claimed claimed = await(deliveries.claim(1)).getFirst();
    assertThat(claimed.secrets()).isEmpty();
    Vertx vertx = Vertx.vertx();
    Sender sender = new Sender(vertx, null, clock, Duration.ofSeconds(1));
    assertThat(await(sender.send(claimed)).error()).contains("cannot read the webhook's secret");
    await(vertx.close());
    assertThat(signing("ravi")).containsExactly(other.secret());

    Rotated rotated = await(endpoints.rotate(LOCAL, lost.endpoint().id()));
    assertThat(signing("asha")).containsExactly(rotated.secret());
  }

  @Test
  void aSecretIsGoodForItsOwnRowOnly() throws Exception {
    made("asha");
    made("ravi");
    database.query(
        "update webhook_endpoints set secret ="
            + " (select secret from webhook_endpoints where owner = 'ravi') where owner = 'asha'");
    assertThat(signing("asha")).isEmpty();
  }
}

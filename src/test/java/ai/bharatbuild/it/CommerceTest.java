package ai.bharatbuild.it;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.db.TestDatabase;
import ai.bharatbuild.http.Signatures;
import ai.bharatbuild.it.TestServer.Answer;
import ai.bharatbuild.webhooks.Receiver;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Billing and webhooks of a whole server, each answer checked against the contract. */
class CommerceTest {
  private static final String BILLING = "/api/v1/billing/";
  private static final String WEBHOOKS = "/api/v1/webhooks";
  @TempDir static Path base;
  private static final Vertx VERTX = Vertx.vertx();
  private static TestDatabase database;
  private static TestServer server;
  private static Receiver receiver;

  @BeforeAll
  static void start() throws Exception {
    database = TestDatabase.create();
    receiver = new Receiver(VERTX);
    server =
        TestServer.start(
            base, Map.of("DATABASE_URL", database.url(), "WEBHOOK_ALLOW_LOOPBACK", "true"));
    TestServer.eventually(() -> server.get(BILLING + "plans").status(), status -> status == 200);
  }

  @AfterAll
  static void stop() throws Exception {
    server.closeAndClean();
    receiver.close();
    VERTX.close().await();
    database.close();
  }

  private static JsonObject webhook(String path, String... events) throws Exception {
    Answer made =
        server.post(
            WEBHOOKS,
            new JsonObject()
                .put("url", receiver.url(path))
                .put("events", new JsonArray(java.util.List.of(events))));
    assertThat(made.status()).isEqualTo(201);
    return made.json();
  }

  private static Receiver.Got arrived(String path) throws Exception {
    return receiver.got.next(got -> got.path().equals(path));
  }

  @Test
  void aPlanIsOrderedPaidInvoicedUpgradedAndCancelled() throws Exception {
    webhook("/payments", "payment.succeeded");
    assertThat(server.get(BILLING + "plans").json().getJsonArray("plans")).hasSize(5);
    assertThat(server.get(BILLING + "status").json().getString("status")).isEqualTo("none");
    assertThat(server.get(BILLING + "subscription").json().getValue("subscription")).isNull();

    JsonObject plan = new JsonObject().put("plan_id", "standard");
    Answer ordered = server.post(BILLING + "subscribe", plan);
    String order = ordered.json().getString("order_id");
    assertThat(ordered.status()).isEqualTo(201);
    assertThat(ordered.json().getLong("amount")).isEqualTo(199_900);
    assertThat(ordered.json().getBoolean("payments_online")).isFalse();
    assertThat(server.post(BILLING + "subscribe", plan).status()).isEqualTo(200);
    JsonObject proof = new JsonObject().put("razorpay_order_id", order);
    assertThat(server.post(BILLING + "verify", proof).code()).isEqualTo("payment_pending");

    JsonObject reference = new JsonObject().put("reference", "UTR-1");
    Answer paid = server.post(BILLING + "orders/" + order + "/paid", reference);
    assertThat(paid.status()).isEqualTo(200);
    assertThat(server.post(BILLING + "verify", proof).status()).isEqualTo(200);
    JsonObject told = arrived("/payments").body().toJsonObject().getJsonObject("data");
    assertThat(told.getLong("amount")).isEqualTo(199_900);

    Answer pdf = server.get(BILLING + "invoices/" + paid.json().getString("invoice_id"));
    assertThat(pdf.header("Content-Type")).isEqualTo("application/pdf");
    assertThat(pdf.text()).startsWith("%PDF-");
    assertThat(server.get(BILLING + "invoices/1").code()).isEqualTo("not_found");

    JsonObject dearer = new JsonObject().put("plan_id", "premium");
    assertThat(server.post(BILLING + "subscribe", dearer).code()).isEqualTo("already_subscribed");
    assertThat(server.post(BILLING + "upgrade", dearer).status()).isEqualTo(201);
    Answer cancelled = server.post(BILLING + "cancel");
    assertThat(cancelled.json().getJsonObject("subscription").getBoolean("cancel_at_period_end"))
        .isTrue();
    assertThat(server.post(BILLING + "reactivate").status()).isEqualTo(200);
    assertThat(server.get(BILLING + "overview").json().getJsonArray("recent_transactions"))
        .hasSize(2);
    assertThat(server.get(BILLING + "transactions").json().getInteger("total")).isEqualTo(2);
    assertThat(server.get(BILLING + "limits").json().getString("plan_id")).isEqualTo("local");
    assertThat(server.get(BILLING + "usage").json().getJsonArray("usage")).hasSize(7);
    assertThat(server.post(BILLING + "webhook", new JsonObject()).code()).isEqualTo("not_found");
    assertThat(server.post(BILLING + "subscribe", new JsonObject()).code())
        .isEqualTo("validation_failed");
  }

  @Test
  void aCompletedJobIsToldToTheUsersServerAndCanBeToldAgain() throws Exception {
    JsonObject hook = webhook("/jobs", "job.complete");
    String path = WEBHOOKS + "/" + hook.getString("id");
    String id = TestServer.newId();
    server.post(
        "/api/v1/jobs/create", new JsonObject().put("job_id", id).put("project_name", "Shop"));
    server.post("/api/v1/jobs/" + id + "/complete");
    Receiver.Got got = arrived("/jobs");
    JsonObject body = got.body().toJsonObject();
    assertThat(body.getString("type")).isEqualTo("job.complete");
    assertThat(body.getJsonObject("data").getString("job_id")).isEqualTo(id);
    String[] parts = got.header("X-BharatBuild-Signature").split("[=,]");
    assertThat(parts[3])
        .isEqualTo(
            Signatures.sign(
                hook.getString("secret"), Buffer.buffer(parts[1] + ".").appendBuffer(got.body())));

    JsonObject delivery =
        TestServer.eventually(
                () -> server.get(path + "/deliveries?status=succeeded").json(),
                // The page and its total are not of one moment.
                page ->
                    page.getInteger("total") == 1
                        && page.getJsonArray("deliveries").size() == 1)
            .getJsonArray("deliveries")
            .getJsonObject(0);
    String one = path + "/deliveries/" + delivery.getString("id");
    assertThat(server.get(one).json().getJsonArray("attempt_log")).hasSize(1);
    assertThat(server.get(one).json().getJsonObject("payload")).isEqualTo(body);
    assertThat(server.post(one + "/replay").status()).isEqualTo(202);
    assertThat(arrived("/jobs").body()).isEqualTo(got.body());
  }

  @Test
  void webhooksAreMadeChangedAndDeleted() throws Exception {
    JsonObject hook = webhook("/changed", "*");
    String path = WEBHOOKS + "/" + hook.getString("id");
    JsonObject change =
        new JsonObject()
            .put("url", receiver.url("/other"))
            .put("events", new JsonArray().add("exec.exit"))
            .put("enabled", false);
    assertThat(hook.getString("secret")).startsWith("whsec_");
    assertThat(server.get(path).json().containsKey("secret")).isFalse();
    assertThat(
            server
                .send(
                    "PUT", path, java.net.http.HttpRequest.BodyPublishers.ofString(change.encode()))
                .json()
                .getBoolean("enabled"))
        .isFalse();
    assertThat(server.post(path + "/secret").json().getString("secret"))
        .isNotEqualTo(hook.getString("secret"));
    assertThat(server.get(WEBHOOKS).json().getInteger("total")).isPositive();
    assertThat(server.post(WEBHOOKS, change.copy().put("url", "http://10.0.0.1/")).status())
        .isEqualTo(201);
    assertThat(server.post(WEBHOOKS, change.copy().put("url", "gopher://x/")).code())
        .isEqualTo("validation_failed");
    assertThat(server.post(WEBHOOKS, change.copy().put("events", "all")).code())
        .isEqualTo("validation_failed");
    assertThat(server.delete(path).status()).isEqualTo(204);
    assertThat(server.get(path).code()).isEqualTo("not_found");
    assertThat(server.get(path + "/deliveries").code()).isEqualTo("not_found");
  }
}

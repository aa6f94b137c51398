package ai.bharatbuild.it;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.billing.razorpay.FakeRazorpay;
import ai.bharatbuild.billing.razorpay.RazorpaySettings;
import ai.bharatbuild.db.TestDatabase;
import ai.bharatbuild.it.TestServer.Answer;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code POST /billing/webhook} of a whole server, as the payment provider calls it. */
class PaymentNoticeTest {
  private static final String BILLING = "/api/v1/billing/";
  private static final String CAPTURED = "payment.captured";

  @TempDir static Path base;
  private static final Vertx VERTX = Vertx.vertx();
  private static TestDatabase database;
  private static FakeRazorpay razorpay;
  private static TestServer server;

  @BeforeAll
  static void start() throws Exception {
    razorpay = new FakeRazorpay(VERTX);
    database = TestDatabase.create();
    server = server("jobs", database.url());
    TestServer.eventually(() -> server.get(BILLING + "plans").status(), status -> status == 200);
  }

  private static TestServer server(String directory, String databaseUrl) throws Exception {
    RazorpaySettings provider = razorpay.settings();
    Map<String, Object> settings = new HashMap<>();
    settings.put("DATABASE_URL", databaseUrl);
    settings.put("DOCKER_SOCKET", base.resolve("no-engine.sock").toString());
    settings.put("PAYMENT_PROVIDER", "razorpay");
    settings.put("RAZORPAY_URL", provider.api().toString());
    settings.put("RAZORPAY_KEY_ID", provider.keyId());
    settings.put("RAZORPAY_KEY_SECRET", provider.keySecret());
    settings.put("RAZORPAY_WEBHOOK_SECRET", provider.webhookSecret());
    return TestServer.start(base.resolve(directory), settings);
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
    database.close();
    razorpay.close();
    VERTX.close().await();
  }

  private static Answer notice(TestServer to, Buffer body, String signature) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(to.uri(BILLING + "webhook"))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(body.getBytes()));
    if (signature != null) {
      request.header("X-Razorpay-Signature", signature);
    }
    return new Answer(to.send(request.build(), BodyHandlers.ofByteArray()));
  }

  private static long count(String table) {
    return database.query("select count(*) from " + table).iterator().next().getLong(0);
  }

  @Test
  void aPaymentIsCreditedOnceHoweverOftenItIsTold() throws Exception {
    JsonObject plan = new JsonObject().put("plan_id", "standard");
    String order = server.post(BILLING + "subscribe", plan).json().getString("order_id");
    Buffer body = razorpay.event(CAPTURED, razorpay.pay(order, "captured"));

    for (String wrong :
        new String[] {
          null, "", razorpay.sign(Buffer.buffer("{}")), razorpay.sign(body).substring(1)
        }) {
      Answer refused = notice(server, body, wrong);
      assertThat(refused.status()).as(wrong).isEqualTo(400);
      assertThat(refused.code()).isEqualTo("invalid_signature");
    }
    assertThat(count("invoices")).isZero();

    List<String> outcomes = new ArrayList<>();
    Callable<Answer> telling = () -> notice(server, body, razorpay.sign(body));
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (Future<Answer> each : threads.invokeAll(Collections.nCopies(4, telling))) {
        assertThat(each.get().status()).isEqualTo(200);
        outcomes.add(each.get().json().getString("outcome"));
      }
    }
    outcomes.add(telling.call().json().getString("outcome"));

    assertThat(outcomes)
        .containsExactlyInAnyOrder("credited", "repeated", "repeated", "repeated", "repeated");
    assertThat(count("invoices")).isOne();
    assertThat(count("subscriptions")).isOne();
    JsonObject standing = server.get(BILLING + "subscription").json();
    assertThat(standing.getJsonObject("subscription").getString("plan_id")).isEqualTo("standard");
  }

  /** Any other answer would make the provider believe that it is written down. */
  @Test
  void whileTheDatabaseIsAwayTheProviderIsToldToComeAgain() throws Exception {
    try (TestServer without = server("away", "postgresql://nobody:nothing@127.0.0.1:1/none")) {
      String order = server.post(BILLING + "subscribe", plan("plus")).json().getString("order_id");
      Buffer body = razorpay.event(CAPTURED, razorpay.pay(order, "captured"));

      Answer away = notice(without, body, razorpay.sign(body));
      assertThat(away.status()).isEqualTo(503);
      assertThat(away.code()).isEqualTo("unavailable");
      assertThat(notice(without, body, "0".repeat(64)).status()).isEqualTo(400);
    }
  }

  private static JsonObject plan(String id) {
    return new JsonObject().put("plan_id", id);
  }
}

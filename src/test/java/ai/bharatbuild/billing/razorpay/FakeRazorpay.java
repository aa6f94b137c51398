package ai.bharatbuild.billing.razorpay;

import ai.bharatbuild.http.Signatures;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A local server that speaks the parts of Razorpay's HTTP API that its documentation describes:
 * orders, payments, signatures, and events with the bodies it would send.
 */
public final class FakeRazorpay implements AutoCloseable {
  private static final String KEY_ID = "rzp_test_key";
  private static final String KEY_SECRET = "the key's secret";
  private static final String WEBHOOK_SECRET = "the webhook's secret";
  private static final long MINIMUM = 100;

  private final HttpServer server;
  private final Map<String, JsonObject> orders = new ConcurrentHashMap<>();
  private final Map<String, JsonObject> payments = new ConcurrentHashMap<>();
  private final AtomicInteger numbers = new AtomicInteger();
  private volatile int failingWith;

  public FakeRazorpay(Vertx vertx) throws Exception {
    server =
        vertx
            .createHttpServer()
            .requestHandler(this::handle)
            .listen(0, "127.0.0.1")
            .await(30, TimeUnit.SECONDS);
  }

  public RazorpaySettings settings() {
    return new RazorpaySettings(
        URI.create("http://127.0.0.1:" + server.actualPort()),
        KEY_ID,
        KEY_SECRET,
        WEBHOOK_SECRET,
        Duration.ofSeconds(10));
  }

  /** From now on every call is answered with that status; 0 for none. */
  public void failWith(int status) {
    failingWith = status;
  }

  public int orders() {
    return orders.size();
  }

  /** A payment of an order by its payer; gives its id. */
  public String pay(String orderId, String status) {
    return pay(orderId, status, orders.get(orderId).getLong("amount"));
  }

  public String pay(String orderId, String status, long amount) {
    String id = "pay_Test" + numbers.incrementAndGet();
    payments.put(
        id,
        new JsonObject()
            .put("id", id)
            .put("entity", "payment")
            .put("amount", amount)
            .put("currency", "INR")
            .put("status", status)
            .put("order_id", orderId)
            .put("error_description", status.equals("failed") ? "The bank declined." : null));
    return id;
  }

  /** What the payer's browser is given after paying. */
  public String signature(String orderId, String paymentId) {
    return Signatures.sign(KEY_SECRET, Buffer.buffer(orderId + "|" + paymentId));
  }

  /** An event's body, as it is sent. */
  public Buffer event(String name, String paymentId) {
    JsonObject payment = payments.get(paymentId);
    JsonObject payload = new JsonObject().put("payment", new JsonObject().put("entity", payment));
    if (name.startsWith("order.")) {
      JsonObject order = orders.get(payment.getString("order_id")).copy().put("status", "paid");
      payload.put("order", new JsonObject().put("entity", order));
    }
    return new JsonObject()
        .put("entity", "event")
        .put("account_id", "acc_Test")
        .put("event", name)
        .put("contains", new JsonArray(payload.fieldNames().stream().toList()))
        .put("payload", payload)
        .put("created_at", 1_795_900_000)
        .toBuffer();
  }

  /** The header {@code X-Razorpay-Signature} of a body. */
  public String sign(Buffer body) {
    return Signatures.sign(WEBHOOK_SECRET, body);
  }

  private void handle(HttpServerRequest request) {
    String expected =
        "Basic "
            + Base64.getEncoder()
                .encodeToString((KEY_ID + ":" + KEY_SECRET).getBytes(StandardCharsets.UTF_8));
    if (failingWith != 0) {
      error(request, failingWith, "made to fail");
    } else if (!expected.equals(request.getHeader("Authorization"))) {
      error(request, 401, "Authentication failed");
    } else if (request.method() == HttpMethod.POST && request.path().equals("/v1/orders")) {
      request.body().onSuccess(body -> order(request, body.toJsonObject()));
    } else if (request.path().startsWith("/v1/payments/")) {
      JsonObject payment = payments.get(request.path().substring("/v1/payments/".length()));
      if (payment == null) {
        error(request, 400, "The id provided does not exist");
      } else {
        answer(request, payment);
      }
    } else {
      error(request, 404, "no such call");
    }
  }

  private void order(HttpServerRequest request, JsonObject wanted) {
    Long amount = wanted.getLong("amount");
    if (amount == null || amount < MINIMUM || !"INR".equals(wanted.getString("currency"))) {
      error(request, 400, "Order amount less than minimum amount allowed");
      return;
    }
    String id = "order_Test" + numbers.incrementAndGet();
    JsonObject order =
        new JsonObject()
            .put("id", id)
            .put("entity", "order")
            .put("amount", amount)
            .put("amount_paid", 0)
            .put("currency", "INR")
            .put("receipt", wanted.getString("receipt"))
            .put("status", "created");
    orders.put(id, order);
    answer(request, order);
  }

  private static void answer(HttpServerRequest request, JsonObject body) {
    request.response().putHeader("Content-Type", "application/json").end(body.toBuffer());
  }

  private static void error(HttpServerRequest request, int status, String description) {
    JsonObject error =
        new JsonObject()
            .put(
                "error",
                new JsonObject().put("code", "BAD_REQUEST_ERROR").put("description", description));
    request.response().setStatusCode(status).end(error.toBuffer());
  }

  @Override
  public void close() throws TimeoutException {
    server.close().await(30, TimeUnit.SECONDS);
  }
}

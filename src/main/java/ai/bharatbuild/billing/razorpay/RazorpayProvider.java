package ai.bharatbuild.billing.razorpay;

import ai.bharatbuild.billing.PaymentProvider;
import ai.bharatbuild.http.Signatures;
import ai.bharatbuild.json.Json;
import ai.bharatbuild.problem.ApiException;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.authentication.UsernamePasswordCredentials;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import java.io.IOException;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Orders and payments over Razorpay's HTTP API. An answer of the payer is believed when its
 * signature is right and the API says that the payment is captured; an event when the signature
 * over its raw body is right.
 */
public final class RazorpayProvider implements PaymentProvider {
  private static final Logger LOG = LoggerFactory.getLogger(RazorpayProvider.class);

  /** Razorpay takes no less than one rupee. */
  private static final long MINIMUM = 100;

  private static final int OK = 200;
  private static final Pattern ID = Pattern.compile("[A-Za-z]{2,10}_[A-Za-z0-9]{1,40}");

  private final RazorpaySettings settings;
  private final WebClient client;

  public RazorpayProvider(Vertx vertx, RazorpaySettings settings) {
    this.settings = settings;
    this.client =
        WebClient.create(
            vertx, new WebClientOptions().setFollowRedirects(false).setKeepAlive(true));
  }

  @Override
  public String name() {
    return "razorpay";
  }

  @Override
  public boolean online() {
    return true;
  }

  @Override
  public String publicKey() {
    return settings.keyId();
  }

  @Override
  public long minimum() {
    return MINIMUM;
  }

  @Override
  public Future<String> order(Order order) {
    JsonObject body =
        new JsonObject()
            .put("amount", order.amount())
            .put("currency", order.currency())
            .put("receipt", order.transaction().toString())
            .put("notes", new JsonObject().put("description", order.description()));
    return call(HttpMethod.POST, "/v1/orders", body)
        .compose(
            made ->
                isId(made.path("id").asText()) && made.path("amount").asLong() == order.amount()
                    ? Future.succeededFuture(made.path("id").asText())
                    : Future.failedFuture(unavailable("answered an order that is another")));
  }

  @Override
  public Future<Notice> confirm(Proof proof) {
    Buffer signed = Buffer.buffer(proof.orderId() + "|" + proof.paymentId());
    if (!isId(proof.orderId())
        || !isId(proof.paymentId())
        || !Signatures.matches(settings.keySecret(), signed, proof.signature())) {
      return Future.failedFuture(invalidSignature());
    }
    return call(HttpMethod.GET, "/v1/payments/" + proof.paymentId(), null)
        .compose(payment -> confirmed(proof, payment));
  }

  /** An authorized payment is not the merchant's yet; its capture is told by an event. */
  private static Future<Notice> confirmed(Proof proof, JsonNode payment) {
    boolean same =
        proof.paymentId().equals(payment.path("id").asText())
            && proof.orderId().equals(payment.path("order_id").asText());
    if (!same) {
      return Future.failedFuture(unavailable("answered a payment that is another"));
    }
    return switch (payment.path("status").asText()) {
      case "captured" -> Future.succeededFuture(paid(payment));
      case "failed" -> Future.succeededFuture(failed(payment));
      default ->
          Future.failedFuture(
              ApiException.conflict(
                  "payment_pending", "The payment has not been captured yet; ask again later."));
    };
  }

  @Override
  public Notice notice(Buffer body, String signature) {
    if (!Signatures.matches(settings.webhookSecret(), body, signature)) {
      throw invalidSignature();
    }
    JsonNode event;
    try {
      event = Json.parse(body);
    } catch (IOException e) {
      throw ApiException.badRequest("malformed_json", "The body is not valid JSON.");
    }
    JsonNode payment = event.path("payload").path("payment").path("entity");
    if (!isId(payment.path("order_id").asText()) || !isId(payment.path("id").asText())) {
      return Notice.other();
    }
    return switch (event.path("event").asText()) {
      case "payment.captured", "order.paid" -> paid(payment);
      case "payment.failed" -> failed(payment);
      default -> Notice.other();
    };
  }

  private static Notice paid(JsonNode payment) {
    return Notice.paid(
        payment.path("order_id").asText(),
        payment.path("id").asText(),
        payment.path("amount").asLong(),
        payment.path("currency").asText());
  }

  private static Notice failed(JsonNode payment) {
    String reason = payment.path("error_description").asText("");
    return Notice.failed(
        payment.path("order_id").asText(),
        payment.path("id").asText(),
        reason.isEmpty() ? "The payment failed." : reason);
  }

  private Future<JsonNode> call(HttpMethod method, String path, JsonObject body) {
    HttpRequest<Buffer> request =
        client
            .requestAbs(method, settings.api() + path)
            .timeout(settings.timeout().toMillis())
            .authentication(
                new UsernamePasswordCredentials(settings.keyId(), settings.keySecret()));
    Future<HttpResponse<Buffer>> sent =
        body == null ? request.send() : request.sendJsonObject(body);
    return sent.recover(e -> Future.failedFuture(unavailable(e.getClass().getSimpleName())))
        .compose(RazorpayProvider::read);
  }

  private static Future<JsonNode> read(HttpResponse<Buffer> response) {
    if (response.statusCode() != OK || response.body() == null) {
      return Future.failedFuture(unavailable("answered " + response.statusCode()));
    }
    try {
      return Future.succeededFuture(Json.parse(response.body()));
    } catch (IOException e) {
      return Future.failedFuture(unavailable("did not answer JSON"));
    }
  }

  private static boolean isId(String text) {
    return text != null && ID.matcher(text).matches();
  }

  private static ApiException invalidSignature() {
    return ApiException.badRequest("invalid_signature", "The signature is not right.");
  }

  private static ApiException unavailable(String why) {
    LOG.warn("the payment provider cannot be used: {}", why);
    return ApiException.unavailable("The payment provider cannot be reached; try again.");
  }
}

package ai.bharatbuild.billing;

import ai.bharatbuild.audit.AuditFacts;
import ai.bharatbuild.billing.PaymentProvider.Proof;
import ai.bharatbuild.http.BodyReader;
import ai.bharatbuild.http.Caller;
import ai.bharatbuild.http.Fields;
import ai.bharatbuild.http.Replies;
import ai.bharatbuild.http.Routes;
import ai.bharatbuild.problem.ApiException;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Buying, paying, cancelling. */
final class PaymentRoutes implements Routes {
  private static final int SMALL_BODY = 16 << 10;
  private static final int EVENT_BODY = 256 << 10;
  private static final int ID_LENGTH = 100;
  private static final Pattern REFERENCE = Pattern.compile("[A-Za-z0-9._:/-]{1,64}");
  private static final String PATH = "/api/v1/billing";

  private final Billing billing;
  private final Accounts accounts;
  private final BodyReader bodies;

  PaymentRoutes(Billing billing, Accounts accounts, BodyReader bodies) {
    this.billing = billing;
    this.accounts = accounts;
    this.bodies = bodies;
  }

  @Override
  public void mount(Router router) {
    router.post(PATH + "/subscribe").handler(c -> order(c, billing.orders::subscribe));
    router.post(PATH + "/upgrade").handler(c -> order(c, billing.orders::upgrade));
    router.post(PATH + "/verify").handler(this::verify);
    router.post(PATH + "/cancel").handler(this::cancel);
    router.post(PATH + "/reactivate").handler(this::reactivate);
    router.post(PATH + "/orders/:order_id/paid").handler(this::markPaid);
    router.post(PATH + "/webhook").handler(this::webhook);
  }

  private interface Ordering {
    Future<Orders.Placed> order(Account account, String plan);
  }

  private void order(RoutingContext context, Ordering ordering) {
    Account account = BillingRoutes.account(context);
    bodies
        .json(context, SMALL_BODY, PaymentRoutes::planId)
        .compose(plan -> ordering.order(account, plan))
        .onComplete(
            placed -> Replies.json(context, placed.made() ? 201 : 200, shown(placed.transaction())),
            context::fail);
  }

  private static String planId(JsonNode body) {
    Fields fields = Fields.of(body);
    String plan = fields.text("plan_id", 1, 32);
    fields.check();
    return plan;
  }

  /** An order as the page that pays it needs it. */
  private Map<String, Object> shown(Transaction order) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("order_id", order.orderId());
    shown.put("transaction_id", order.id());
    shown.put("kind", order.kind());
    shown.put("plan_id", order.planId());
    shown.put("amount", order.amount());
    shown.put("currency", order.currency());
    shown.put("provider", billing.provider.name());
    shown.put("payments_online", billing.provider.online());
    shown.put("key_id", billing.provider.publicKey());
    return shown;
  }

  private void verify(RoutingContext context) {
    Account account = BillingRoutes.account(context);
    Replies.json(
        context,
        200,
        bodies
            .json(context, SMALL_BODY, this::proof)
            .compose(proof -> billing.payments.verify(account.id(), proof))
            .compose(paid -> paid(account, paid)));
  }

  /** Offline, there is nothing to bring back but the order's name. */
  private Proof proof(JsonNode body) {
    Fields fields = Fields.of(body);
    String order = fields.text("razorpay_order_id", 1, ID_LENGTH);
    boolean online = billing.provider.online();
    String payment =
        online
            ? fields.text("razorpay_payment_id", 1, ID_LENGTH)
            : fields.text("razorpay_payment_id", 0, ID_LENGTH, "");
    String signature =
        online
            ? fields.text("razorpay_signature", 1, ID_LENGTH)
            : fields.text("razorpay_signature", 0, ID_LENGTH, "");
    fields.check();
    return new Proof(order, payment, signature);
  }

  private Future<Map<String, Object>> paid(Account account, Transaction paid) {
    return accounts
        .standing(account.id())
        .map(
            standing -> {
              Map<String, Object> shown = new LinkedHashMap<>();
              shown.put("transaction", paid);
              shown.put("subscription", standing.subscription());
              return shown;
            });
  }

  private void cancel(RoutingContext context) {
    Account account = BillingRoutes.account(context);
    Replies.json(
        context,
        200,
        bodies
            .optionalJson(context, SMALL_BODY)
            .map(
                body -> {
                  Fields fields = Fields.of(body);
                  boolean immediately = fields.flag("immediately", false);
                  fields.check();
                  return immediately;
                })
            .compose(immediately -> billing.subscriptions.cancel(account.id(), immediately))
            .compose(v -> accounts.standing(account.id())));
  }

  private void reactivate(RoutingContext context) {
    Account account = BillingRoutes.account(context);
    Replies.json(
        context,
        200,
        billing
            .subscriptions
            .reactivate(account.id())
            .compose(v -> accounts.standing(account.id())));
  }

  private void markPaid(RoutingContext context) {
    if (!Caller.of(context).admin()) {
      throw new ApiException(403, "forbidden", "Only operators may mark orders as paid.");
    }
    String order = context.pathParam("order_id");
    Replies.json(
        context,
        200,
        bodies
            .json(context, SMALL_BODY, PaymentRoutes::reference)
            .compose(
                reference -> {
                  AuditFacts.of(context).add("reference", reference);
                  return billing.payments.markPaid(order, reference);
                }));
  }

  private static String reference(JsonNode body) {
    Fields fields = Fields.of(body);
    String reference = fields.text("reference", 1, 64);
    if (reference != null && !REFERENCE.matcher(reference).matches()) {
      fields.error("reference", "may have letters, digits and . _ : / -", "value_error");
    }
    fields.check();
    return reference;
  }

  private void webhook(RoutingContext context) {
    String signature = context.request().getHeader("X-Razorpay-Signature");
    Replies.json(
        context,
        200,
        bodies
            .bytes(context, EVENT_BODY)
            .compose(body -> billing.payments.notice(body, signature))
            .map(outcome -> Map.of("outcome", outcome.name().toLowerCase(Locale.ROOT))));
  }
}

package ai.bharatbuild.billing;

import ai.bharatbuild.http.Caller;
import ai.bharatbuild.http.Query;
import ai.bharatbuild.http.Replies;
import ai.bharatbuild.http.Routes;
import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.UUID;

/** What can be read of billing: plans, the subscription, its use, payments, invoices. */
final class BillingRoutes implements Routes {
  private static final int PDF_THREADS = 2;
  private static final String PATH = "/api/v1/billing";

  private final Billing billing;
  private final Accounts accounts;
  private final WorkerExecutor drawing;

  BillingRoutes(Billing billing, Accounts accounts, Vertx vertx) {
    this.billing = billing;
    this.accounts = accounts;
    this.drawing = vertx.createSharedWorkerExecutor("invoices", PDF_THREADS);
  }

  @Override
  public void mount(Router router) {
    router.get(PATH + "/plans").handler(this::plans);
    router
        .get(PATH + "/subscription")
        .handler(c -> Replies.json(c, 200, accounts.standing(account(c).id())));
    router.get(PATH + "/usage").handler(c -> Replies.json(c, 200, accounts.usage(account(c))));
    router
        .get(PATH + "/overview")
        .handler(c -> Replies.json(c, 200, accounts.overview(account(c))));
    router
        .get(PATH + "/status")
        .handler(c -> Replies.json(c, 200, accounts.status(account(c).id())));
    router
        .get(PATH + "/limits")
        .handler(c -> Replies.json(c, 200, billing.allowances.of(account(c).id())));
    router.get(PATH + "/transactions").handler(this::transactions);
    router.get(PATH + "/invoices/:id").handler(this::invoice);
  }

  static Account account(RoutingContext context) {
    Caller caller = Caller.of(context);
    return new Account(caller.account(), caller.userId());
  }

  private void plans(RoutingContext context) {
    Replies.json(context, 200, Plans.offered(billing.pool).map(plans -> Map.of("plans", plans)));
  }

  private void transactions(RoutingContext context) {
    Replies.json(
        context,
        200,
        accounts.transactions(account(context).id(), Query.page(context), Query.limit(context)));
  }

  private void invoice(RoutingContext context) {
    billing
        .invoices
        .of(account(context).id(), id(context))
        .compose(invoice -> draw(invoice).onSuccess(pdf -> send(context, invoice, pdf)))
        .onFailure(context::fail);
  }

  private Future<Buffer> draw(Invoice invoice) {
    return drawing.executeBlocking(() -> InvoicePdf.draw(invoice), false);
  }

  private static void send(RoutingContext context, Invoice invoice, Buffer pdf) {
    String name = "invoice-" + invoice.number().replace('/', '-') + ".pdf";
    context
        .response()
        .putHeader("Content-Type", "application/pdf")
        .putHeader("Content-Disposition", "attachment; filename=\"" + name + "\"")
        .putHeader("Cache-Control", "private, no-store")
        .putHeader("X-Content-Type-Options", "nosniff")
        .end(pdf);
  }

  private static UUID id(RoutingContext context) {
    try {
      return UUID.fromString(context.pathParam("id"));
    } catch (IllegalArgumentException e) {
      throw ApiException.notFound("invoice");
    }
  }
}

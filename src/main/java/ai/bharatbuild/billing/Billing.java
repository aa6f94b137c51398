package ai.bharatbuild.billing;

import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.http.BodyReader;
import ai.bharatbuild.http.Routes;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.InstantSource;
import java.util.List;

/** The parts of billing, wired; what the composition root sees of it. */
public final class Billing {
  final Pool pool;
  final PaymentProvider provider;
  final Subscriptions subscriptions;
  final Invoices invoices;
  final Orders orders;
  final Ledger ledger;
  final Payments payments;
  final Allowances allowances;
  private final Announcer announcer;

  public Billing(Pool pool, Bus bus, PaymentProvider provider, Seller seller, InstantSource clock) {
    this.pool = pool;
    this.provider = provider;
    this.subscriptions = new Subscriptions(pool, clock);
    this.invoices = new Invoices(pool, seller);
    this.orders = new Orders(pool, provider, subscriptions);
    this.ledger = new Ledger(pool, provider.name(), subscriptions, invoices);
    this.announcer = new Announcer(pool, bus, subscriptions);
    this.payments = new Payments(pool, provider, ledger, announcer);
    this.allowances = new Allowances(pool, subscriptions);
  }

  /** What plans allow, for whoever enforces it. */
  public PlanLimits limits() {
    return allowances;
  }

  public List<Routes> routes(Vertx vertx, BodyReader bodies, UsageMeter usage) {
    Accounts accounts = new Accounts(this, usage);
    return List.of(
        new BillingRoutes(this, accounts, vertx), new PaymentRoutes(this, accounts, bodies));
  }

  /** Writes down what time has done, and tells of what was not told. To be called now and then. */
  public Future<Void> sweep() {
    return Future.join(subscriptions.sweep(), orders.sweep(), announcer.sweep()).mapEmpty();
  }
}

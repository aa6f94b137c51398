package ai.bharatbuild.billing;

import ai.bharatbuild.billing.PaymentProvider.Proof;
import ai.bharatbuild.billing.offline.OfflineProvider;
import ai.bharatbuild.billing.razorpay.FakeRazorpay;
import ai.bharatbuild.billing.razorpay.RazorpayProvider;
import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.db.TestDatabase;
import ai.bharatbuild.events.DomainEvent;
import ai.bharatbuild.events.Heard;
import ai.bharatbuild.events.TestClock;
import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** Billing on a real database, with a clock of its own, for tests. */
final class Shop implements AutoCloseable {
  private static final AtomicInteger USERS = new AtomicInteger();

  final TestDatabase database = TestDatabase.create();
  final Vertx vertx = Vertx.vertx();
  final TestClock clock = new TestClock("2026-05-10T09:00:00Z");
  final Heard<DomainEvent> heard = new Heard<>();
  final FakeRazorpay razorpay;
  final Billing billing;

  private Shop(boolean online) throws Exception {
    Bus bus = Bus.install(vertx);
    razorpay = new FakeRazorpay(vertx);
    PaymentProvider provider =
        online ? new RazorpayProvider(vertx, razorpay.settings()) : new OfflineProvider();
    Seller seller = new Seller("BharatBuild", "Pune", "27AAAAA0000A1Z5", 18);
    billing = new Billing(database.pool(), bus, provider, seller, clock);
    bus.listen(DomainEvent.TOPIC, heard::add);
  }

  static Shop online() throws Exception {
    return new Shop(true);
  }

  static Shop offline() throws Exception {
    return new Shop(false);
  }

  /** A user who just registered. */
  Account user() {
    return user("Asha Rao");
  }

  Account user(String name) {
    String email = "user" + USERS.incrementAndGet() + "@example.com";
    UUID id =
        database
            .query(
                "INSERT INTO users (email, name, role) VALUES ($1, $2, 'developer') RETURNING id",
                email,
                name)
            .iterator()
            .next()
            .getUUID("id");
    return new Account(id, id.toString());
  }

  static <T> T await(Future<T> future) throws TimeoutException {
    return future.await(30, TimeUnit.SECONDS);
  }

  /** The code of the failure; fails when there is none. */
  static String code(Future<?> future) throws Exception {
    try {
      throw new AssertionError("did not fail: " + await(future));
    } catch (ApiException e) {
      return e.problem().code();
    }
  }

  Transaction order(Account account, String plan) throws Exception {
    return await(billing.orders.subscribe(account, plan)).transaction();
  }

  Future<Transaction> verify(Account account, Transaction order, String payment) {
    return billing.payments.verify(
        account.id(),
        new Proof(order.orderId(), payment, razorpay.signature(order.orderId(), payment)));
  }

  Future<Ledger.Outcome> event(String name, String payment) {
    Buffer body = razorpay.event(name, payment);
    return billing.payments.notice(body, razorpay.sign(body));
  }

  /** Orders, pays and verifies. */
  Transaction buy(Account account, String plan) throws Exception {
    Transaction order = order(account, plan);
    return await(verify(account, order, razorpay.pay(order.orderId(), "captured")));
  }

  Transaction upgrade(Account account, String plan) throws Exception {
    Transaction order = await(billing.orders.upgrade(account, plan)).transaction();
    return await(verify(account, order, razorpay.pay(order.orderId(), "captured")));
  }

  /** What the user has now; null for nothing. */
  Subscription active(Account account) throws Exception {
    return await(billing.subscriptions.active(database.pool(), account.id()));
  }

  String plan(Account account) throws Exception {
    return await(billing.limits().of(account.id())).planId();
  }

  long count(String sql, Object... values) {
    return database.query("SELECT count(*) FROM " + sql, values).iterator().next().getLong(0);
  }

  @Override
  public void close() throws TimeoutException {
    razorpay.close();
    await(vertx.close());
    database.close();
  }
}

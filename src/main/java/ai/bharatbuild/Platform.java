package ai.bharatbuild;

import ai.bharatbuild.accounts.AccountParts;
import ai.bharatbuild.agents.work.Budgets;
import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.config.Settings;
import ai.bharatbuild.db.Database;
import ai.bharatbuild.http.Access;
import ai.bharatbuild.http.BodyReader;
import ai.bharatbuild.http.Caller;
import ai.bharatbuild.http.Callers;
import ai.bharatbuild.http.Guards;
import ai.bharatbuild.http.Operations;
import ai.bharatbuild.http.Routes;
import ai.bharatbuild.jobs.WorkspaceAccess;
import ai.bharatbuild.notifications.SocketCallers;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;

/** What belongs to users rather than to workspaces, and who may call; a part of {@link Server}. */
final class Platform {
  private final boolean local;
  private final Database database;
  private final AccountParts accounts;
  private final Metering metering;
  private final Vertx vertx;
  private final Settings settings;
  private Commerce commerce;
  private Quotas quotas;
  private final Remains remains;
  private final Identities identities;

  /**
   * @param port the port that the server listens on, once it does
   * @param remains of accounts that are deleted
   */
  Platform(
      Vertx vertx,
      Settings settings,
      Database database,
      Bus bus,
      IntSupplier port,
      MeterRegistry registry,
      Remains remains) {
    this.remains = remains;
    this.local = settings.accounts().local();
    this.database = database;
    this.vertx = vertx;
    this.settings = settings;
    this.accounts =
        new AccountParts(vertx, settings.accounts(), settings.data().path(), database.pool());
    this.metering = Metering.start(vertx, settings, local, database);
    this.identities =
        new Identities(
            vertx,
            settings,
            port,
            accounts,
            database.pool(),
            metering.store(),
            new Workbenches(
                bus,
                settings.sandboxes().instances(),
                new WorkspaceAccess(bus, settings.jobs().instances()),
                remains),
            registry);
  }

  Metering metering() {
    return metering;
  }

  /** What is left to accounts and keys for models. */
  Budgets budgets(Bus bus) {
    return new TokenBudgets(
        account -> commerce(bus).limits().of(account), metering.queries(), metering.keys());
  }

  /** What looks at calls besides. */
  Guards guards(Bus bus) {
    return new Guards(metering.before(), metering.after(quotas(bus)));
  }

  /** What users have of what their plans limit; made when it is first asked for. */
  synchronized Quotas quotas(Bus bus) {
    if (quotas == null) {
      quotas =
          new Quotas(
              bus,
              settings,
              metering.queries(),
              remains::bytes,
              account -> commerce(bus).limits().of(account));
    }
    return quotas;
  }

  /**
   * Who may call what. With accounts it waits for the database, without which nobody could sign in;
   * in local mode it does not.
   */
  Future<Access> access(Operations operations) {
    return local
        ? Future.succeededFuture(Access.local(operations))
        : database
            .ready()
            .compose(v -> accounts.start(System.out::println))
            .compose(v -> identities.start())
            .map(v -> Access.of(operations, callers(), this::standing));
  }

  /** By whatever a request can carry: a ticket, an access token, a key. */
  private Callers callers() {
    return identities.callers(accounts.callers()).or(metering.callers());
  }

  /** Who follows notifications. */
  SocketCallers socketCallers() {
    return local
        ? SocketIdentities.LOCAL
        : new SocketIdentities(callers(), this::standing, accounts.callers(), identities.tickets());
  }

  /** A sign-in outlives its tokens; a key is asked for anew. */
  private Future<Caller> standing(RoutingContext opened, Caller caller) {
    return caller.session() == null
        ? metering.callers().of(opened)
        : accounts.callers().stands(caller.session());
  }

  List<Routes> routes(BodyReader bodies) {
    List<Routes> routes = new ArrayList<>(accounts.routes(bodies, metering.audit()));
    routes.addAll(identities.routes(bodies));
    routes.addAll(metering.routes(bodies));
    return routes;
  }

  /** Billing and webhooks, made when they are first asked for, and the same ever after. */
  synchronized Commerce commerce(Bus bus) {
    if (commerce == null) {
      commerce = new Commerce(vertx, bus, settings, database.pool(), remains::bytes);
    }
    return commerce;
  }

  Remains remains() {
    return remains;
  }

  Database database() {
    return database;
  }

  AccountParts accounts() {
    return accounts;
  }

  Future<Void> close() {
    return identities
        .close()
        .eventually(metering::close)
        .eventually(
            () -> {
              accounts.close();
              return database.close();
            });
  }
}

package ai.bharatbuild.accounts;

import ai.bharatbuild.http.BodyReader;
import ai.bharatbuild.http.Routes;
import ai.bharatbuild.kv.KeyValueStore;
import ai.bharatbuild.mail.MailQueue;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import java.time.InstantSource;
import java.util.function.Supplier;

/** What people do with their own accounts, wired together; one for a server. */
public final class IdentityParts {
  private final EmailProofs proofs;
  private final OwnPassword password;
  private final AccountClosing closing;
  private final DataExport export;
  private final WsTickets tickets;

  /**
   * @param pages where the pages are that links in e-mails lead to, without a slash at the end
   */
  public IdentityParts(
      AccountParts accounts,
      Pool pool,
      KeyValueStore store,
      MailQueue mails,
      Belongings belongings,
      Supplier<String> pages) {
    Users users = accounts.users();
    Sessions sessions = accounts.sessions();
    this.proofs = new EmailProofs(pool, users, sessions, accounts.passwords(), mails, pages);
    this.password =
        new OwnPassword(
            pool, users, sessions, accounts.passwords(), accounts.limit(), InstantSource.system());
    this.closing = new AccountClosing(pool, sessions, belongings);
    this.export = new DataExport(pool, belongings);
    this.tickets = new WsTickets(store, sessions);
    accounts.accounts().whenRegistered(proofs::welcome);
  }

  /**
   * @param local whether there is one user and nothing to sign in to
   */
  public Routes routes(BodyReader bodies, boolean local) {
    return new IdentityRoutes(bodies, this, local);
  }

  /** Removes what is left of closed accounts. */
  public Future<Void> tidy() {
    return closing.finish();
  }

  EmailProofs proofs() {
    return proofs;
  }

  OwnPassword password() {
    return password;
  }

  AccountClosing closing() {
    return closing;
  }

  DataExport export() {
    return export;
  }

  /** Knows callers by the tickets that browsers open WebSockets with. */
  public WsTickets tickets() {
    return tickets;
  }
}

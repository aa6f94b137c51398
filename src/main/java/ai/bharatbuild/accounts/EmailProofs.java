package ai.bharatbuild.accounts;

import ai.bharatbuild.accounts.OneTimeTokens.Purpose;
import ai.bharatbuild.accounts.OneTimeTokens.Redeemed;
import ai.bharatbuild.mail.Mail;
import ai.bharatbuild.mail.MailQueue;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done with access to an e-mail address: verifying it, and setting a new password. Who asks
 * for an e-mail learns nothing from the answer nor from its time: the address is looked up, and
 * everything else happens after the answer. Safe on any thread.
 */
public final class EmailProofs {
  private static final Logger LOG = LoggerFactory.getLogger(EmailProofs.class);

  private final Pool pool;
  private final Users users;
  private final Sessions sessions;
  private final Passwords passwords;
  private final MailQueue mails;
  private final Supplier<String> pages;

  /**
   * @param pages where the pages are that links lead to, without a slash at the end
   */
  public EmailProofs(
      Pool pool,
      Users users,
      Sessions sessions,
      Passwords passwords,
      MailQueue mails,
      Supplier<String> pages) {
    this.pool = pool;
    this.users = users;
    this.sessions = sessions;
    this.passwords = passwords;
    this.mails = mails;
    this.pages = pages;
  }

  /** Sends a new account the link that verifies its address; neither waits nor fails. */
  public void welcome(Account account) {
    send(account, Purpose.VERIFY_EMAIL);
  }

  /**
   * Sends the link again where the address has an account that has not verified it.
   *
   * @param whom told whose the address is
   */
  Future<Void> resend(String email, Consumer<UUID> whom) {
    return ask(email, Purpose.VERIFY_EMAIL, whom);
  }

  /**
   * Sends a link that sets a new password where the address has an account.
   *
   * @param whom told whose the address is
   */
  Future<Void> forgot(String email, Consumer<UUID> whom) {
    return ask(email, Purpose.RESET_PASSWORD, whom);
  }

  private Future<Void> ask(String email, Purpose purpose, Consumer<UUID> whom) {
    return users
        .byEmail(email)
        .map(
            stored -> {
              if (stored != null) {
                whom.accept(stored.account().id());
              }
              boolean wanted =
                  stored != null
                      && stored.account().isActive()
                      && !(purpose == Purpose.VERIFY_EMAIL && stored.account().emailVerified());
              if (wanted) {
                send(stored.account(), purpose);
              }
              return null;
            });
  }

  private void send(Account account, Purpose purpose) {
    if (!Mail.isAddress(account.email())) {
      LOG.info("account {} has an address that no mail can be sent to", account.id());
      return;
    }
    new OneTimeTokens(pool)
        .issue(account.id(), purpose, account.email())
        .onSuccess(
            token -> {
              if (token != null) {
                mails.post(mail(account, purpose, token));
              }
            })
        .onFailure(e -> LOG.warn("no e-mail was sent to account {}", account.id(), e));
  }

  /** The token stands behind a #, so that no server is sent it and no log holds it. */
  private Mail mail(Account account, Purpose purpose, String token) {
    return switch (purpose) {
      case VERIFY_EMAIL ->
          new Mail(
              account.email(),
              "Verify your e-mail address",
              """
              Hello %s,

              this address was given for an account at BharatBuild. To verify it, open

              %s/verify-email#token=%s

              within 24 hours. If you have no account there, do nothing.
              """
                  .formatted(account.name(), pages.get(), token));
      case RESET_PASSWORD ->
          new Mail(
              account.email(),
              "Set a new password",
              """
              Hello %s,

              somebody, most likely you, wants to set a new password for your account at
              BharatBuild. To do that, open

              %s/reset-password#token=%s

              within an hour. It works once and signs you out everywhere. If it was not
              you, do nothing: your password stays as it is.
              """
                  .formatted(account.name(), pages.get(), token));
    };
  }

  /** Gives whose address it is. Fails with 400 {@code invalid_token}. */
  Future<UUID> verify(String token) {
    return pool.withTransaction(
        connection ->
            new OneTimeTokens(connection)
                .redeem(Purpose.VERIFY_EMAIL, token)
                .compose(proof -> noteVerified(connection, proof)));
  }

  private static Future<UUID> noteVerified(SqlConnection connection, Redeemed proof) {
    return connection
        .preparedQuery(
            "update users set email_verified = true, updated_at = now()"
                + " where id = $1 and lower(email) = lower($2) and is_active returning id")
        .execute(Tuple.of(proof.user(), proof.email()))
        .compose(
            rows ->
                rows.size() == 1
                    ? Future.succeededFuture(proof.user())
                    : Future.failedFuture(OneTimeTokens.invalid()));
  }

  /**
   * Sets a new password and ends all sign-ins. The address is verified by that, too: and if it was
   * not yet, whoever registered may not be its owner, so what they made to come back with, API keys
   * and links to other services, goes. Gives whose account it is. Fails with 400 {@code
   * invalid_token}.
   */
  Future<UUID> reset(String token, String password) {
    return new OneTimeTokens(pool)
        .isGood(Purpose.RESET_PASSWORD, token)
        .compose(
            good -> good ? passwords.hash(password) : Future.failedFuture(OneTimeTokens.invalid()))
        .compose(hash -> pool.withTransaction(connection -> reset(connection, token, hash)))
        .compose(user -> sessions.endAll(user, null, Sessions.Reason.PASSWORD).map(user));
  }

  private static Future<UUID> reset(SqlConnection connection, String token, String hash) {
    return new OneTimeTokens(connection)
        .redeem(Purpose.RESET_PASSWORD, token)
        .compose(
            proof ->
                connection
                    .preparedQuery(
                        """
                        with before as (
                          select id, email_verified from users
                          where id = $1 and lower(email) = lower($2) and is_active for update),
                        unlinked as (
                          delete from oauth_identities i using before b
                          where i.user_id = b.id and not b.email_verified),
                        revoked as (
                          update api_keys k set status = 'revoked', revoked_at = now()
                          from before b
                          where k.user_id = b.id and not b.email_verified
                            and k.status <> 'revoked')
                        update users u
                        set password_hash = $3, email_verified = true, updated_at = now()
                        from before b where u.id = b.id
                        returning u.id\
                        """)
                    .execute(Tuple.of(proof.user(), proof.email(), hash))
                    .compose(
                        rows ->
                            rows.size() == 1
                                ? Future.succeededFuture(proof.user())
                                : Future.failedFuture(OneTimeTokens.invalid())));
  }
}

package ai.bharatbuild.accounts;

import ai.bharatbuild.http.Caller;
import ai.bharatbuild.http.Role;
import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;

/** What people do with their accounts. Safe on any thread. */
public final class Accounts {
  private final Users users;
  private final Sessions sessions;
  private final Passwords passwords;
  private final LoginLimit limit;
  private final AccessTokens tokens;
  private final TokenCallers callers;
  private final HeldRefusals refusals;
  private volatile Consumer<Account> registered = account -> {};

  /** Where a sign-in comes from. */
  public record Client(String address, String agent) {}

  /** What a client gets to call with; {@code expiresIn} is the access token's life in seconds. */
  public record SignedIn(
      String accessToken, String refreshToken, String tokenType, long expiresIn, Account user) {}

  Accounts(
      Users users,
      Sessions sessions,
      Passwords passwords,
      LoginLimit limit,
      AccessTokens tokens,
      TokenCallers callers,
      HeldRefusals refusals) {
    this.refusals = refusals;
    this.users = users;
    this.sessions = sessions;
    this.passwords = passwords;
    this.limit = limit;
    this.tokens = tokens;
    this.callers = callers;
  }

  /**
   * Makes an account whose address is not verified yet.
   *
   * @param whom told whose the address is already
   */
  public Future<Account> register(Registration who, Consumer<UUID> whom) {
    return passwords
        .room()
        .compose(v -> users.byEmail(who.email()))
        .compose(
            found -> {
              if (found == null) {
                return passwords.hash(who.password());
              }
              whom.accept(found.account().id());
              return Future.failedFuture(
                  ApiException.badRequest("email_taken", "Email already registered"));
            })
        .compose(hash -> users.insert(who, hash, false))
        .recover(refusals::hold)
        .onSuccess(account -> registered.accept(account));
  }

  /** Sets who is told of accounts that were registered. */
  void whenRegistered(Consumer<Account> told) {
    registered = told;
  }

  /**
   * Signs in by password. Fails with 401 alike, and after as long, for an address without an
   * account and for a wrong password; with 429 after too many attempts.
   *
   * @param whom told whose the address is, also where the password is wrong
   */
  public Future<SignedIn> login(String email, String password, Client client, Consumer<UUID> whom) {
    return passwords
        .room()
        .compose(v -> limit.attempt(email, client.address()))
        .compose(v -> users.byEmail(email))
        .compose(
            found -> {
              if (found != null) {
                whom.accept(found.account().id());
              }
              return passwords
                  .matches(password, found == null ? null : found.passwordHash())
                  .compose(
                      right ->
                          right
                              ? limit
                                  .succeeded(email, client.address())
                                  .compose(v -> signIn(found, client))
                              : Future.failedFuture(
                                  new ApiException(
                                      401, "unauthenticated", "Incorrect email or password")));
            })
        .recover(refusals::hold);
  }

  /**
   * Signs in who was proved to be somebody. Fails with 403 when they are deactivated, and with 401
   * when they got another password since.
   *
   * @param who the account with the hash that it had when the proof was looked at
   */
  public Future<SignedIn> signIn(Users.Stored who, Client client) {
    Account account = who.account();
    if (!account.isActive()) {
      return Future.failedFuture(
          new ApiException(
              403, "account_inactive", "This account is deactivated; ask an administrator."));
    }
    return sessions
        .open(who, client.address(), client.agent())
        .map(opened -> signedIn(account, opened));
  }

  /**
   * Goes on with a sign-in; the refresh token is used up by it.
   *
   * @param refused told whose it was when it is refused
   */
  public Future<SignedIn> refresh(String refreshToken, Consumer<Sessions.Refused> refused) {
    return sessions
        .refresh(refreshToken, refused)
        .compose(
            opened -> users.byId(opened.user()).map(stored -> signedIn(stored.account(), opened)));
  }

  /** Ends the sign-in that the call belongs to, with all its tokens. */
  public Future<Void> logout(Caller caller) {
    return caller.session() == null
        ? Future.succeededFuture()
        : sessions.end(caller.session(), Sessions.Reason.LOGOUT);
  }

  /** The caller's account. */
  public Future<Account> me(Caller caller) {
    return account(caller.account());
  }

  /** Any account, for administrators. */
  public Future<Account> account(UUID id) {
    return users
        .byId(id)
        .map(
            found -> {
              if (found == null) {
                throw ApiException.notFound("User");
              }
              return found.account();
            });
  }

  public Future<Users.Page> page(int page, int limit) {
    return users.page(page, limit);
  }

  /**
   * What an administrator changes of a user; null leaves it. Deactivating ends all sign-ins.
   *
   * @param witness takes note of it in the change's transaction; without that it is not made
   */
  public Future<Account> change(
      UUID id, Role role, Boolean active, Function<SqlConnection, Future<Void>> witness) {
    return users
        .change(id, role, active, witness)
        .compose(
            changed ->
                changed.isActive()
                    ? Future.succeededFuture(changed)
                    : sessions.endAll(id, null, Sessions.Reason.ADMIN).map(changed))
        .onSuccess(changed -> callers.forget(id));
  }

  private SignedIn signedIn(Account account, Sessions.Opened opened) {
    return new SignedIn(
        tokens.issue(account, opened.session()),
        opened.refreshToken(),
        "bearer",
        tokens.life().toSeconds(),
        account);
  }
}

package ai.bharatbuild.accounts;

import ai.bharatbuild.accounts.TokenKeys.TokenKey;
import ai.bharatbuild.audit.Audit;
import ai.bharatbuild.config.Settings;
import ai.bharatbuild.http.BodyReader;
import ai.bharatbuild.http.Routes;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What accounts are made of, wired together; one for a server. */
public final class AccountParts {
  private static final Logger LOG = LoggerFactory.getLogger(AccountParts.class);
  private static final Duration KEY_LIFE = Duration.ofDays(30);
  private static final Duration OVERLAP_BEYOND_TOKENS = Duration.ofMinutes(5);
  private static final long HOUR_MS = TimeUnit.HOURS.toMillis(1);

  private final Vertx vertx;
  private final Settings.Accounts settings;
  private final Path keyDirectory;
  private final AccessTokens tokens;
  private final TokenCallers callers;
  private final Users users;
  private final Sessions sessions;
  private final Passwords passwords;
  private final LoginLimit limit;
  private final Accounts accounts;

  /**
   * Touches nothing yet.
   *
   * @param data where generated keys are kept
   */
  public AccountParts(Vertx vertx, Settings.Accounts settings, Path data, Pool pool) {
    this.vertx = vertx;
    this.settings = settings;
    this.keyDirectory = data.resolve("token-keys");
    this.tokens = new AccessTokens(vertx, settings.accessLife());
    this.users = new Users(pool);
    this.sessions = new Sessions(pool, settings.refreshLife(), this::end);
    this.callers = new TokenCallers(tokens, sessions::find, Clock.systemUTC());
    this.passwords = new Passwords(vertx);
    this.limit = new LoginLimit(pool);
    this.accounts =
        new Accounts(users, sessions, passwords, limit, tokens, callers, new HeldRefusals(vertx));
  }

  /**
   * Reads or makes the keys of tokens and the first administrator, and looks every hour whether new
   * keys are due. To be called when the database is ready, and before anybody signs in.
   *
   * @param tell gets what the operator has to know
   */
  public Future<Void> start(Consumer<String> tell) {
    vertx.setPeriodic(HOUR_MS, id -> renewKeys());
    return vertx
        .executeBlocking(this::keys)
        .compose(
            keys -> {
              tokens.use(keys);
              return FirstAdmin.ensure(users, passwords, settings.adminEmail(), tell);
            });
  }

  public void close() {
    passwords.close();
  }

  /**
   * @param audit where administrators' changes are noted
   */
  public List<Routes> routes(BodyReader bodies, Audit audit) {
    return List.of(
        new AuthRoutes(accounts, bodies, settings.local()),
        new UserRoutes(accounts, bodies, audit));
  }

  public TokenCallers callers() {
    return callers;
  }

  public Accounts accounts() {
    return accounts;
  }

  public Users users() {
    return users;
  }

  public Sessions sessions() {
    return sessions;
  }

  LoginLimit limit() {
    return limit;
  }

  public Passwords passwords() {
    return passwords;
  }

  private void end(UUID session) {
    callers.end(session);
  }

  private List<TokenKey> keys() {
    return settings.tokenSecrets().isEmpty()
        ? TokenKeys.generated(
            keyDirectory,
            KEY_LIFE,
            settings.accessLife().plus(OVERLAP_BEYOND_TOKENS),
            Instant.now())
        : TokenKeys.configured(settings.tokenSecrets());
  }

  private void renewKeys() {
    vertx
        .executeBlocking(this::keys)
        .onSuccess(tokens::use)
        .onFailure(e -> LOG.warn("keys of tokens cannot be replaced; trying in an hour", e));
  }
}

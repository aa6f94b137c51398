package ai.bharatbuild.accounts.oauth;

import ai.bharatbuild.config.Settings;
import ai.bharatbuild.kv.KeyValueStore;
import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The services that one server lets people sign in with. */
public final class OAuth {
  /** All that there are routes for. */
  static final List<String> NAMES = List.of("google", "github");

  /** Bytes of the key that sign-ins are tied together with. */
  public static final int KEY_BYTES = OAuthFlow.KEY_BYTES;

  private final Map<String, OAuthProvider> providers = new HashMap<>();
  private final KeyValueStore store;
  private final OAuthAccounts accounts;
  private volatile OAuthFlow flow;

  /** Lets nobody in before {@link #use}. */
  public OAuth(Vertx vertx, Settings.OAuth settings, Pool pool, KeyValueStore store) {
    if (settings.google() != null) {
      providers.put("google", new GoogleProvider(vertx, settings.google()));
    }
    if (settings.github() != null) {
      providers.put("github", new GithubProvider(vertx, settings.github()));
    }
    this.store = store;
    this.accounts = new OAuthAccounts(pool);
  }

  /** Sets the key that sign-ins are tied together with. */
  public void use(byte[] key) {
    flow = new OAuthFlow(key, store, InstantSource.system());
  }

  /** Whether there is any service to sign in with. */
  public boolean any() {
    return !providers.isEmpty();
  }

  OAuthProvider provider(String name) {
    OAuthProvider provider = providers.get(name);
    if (provider == null) {
      throw ApiException.unavailable(
          "Signing in with %s is not set up on this server (%s_CLIENT_ID)."
              .formatted(name, name.toUpperCase(Locale.ROOT)));
    }
    return provider;
  }

  OAuthFlow flow() {
    return flow;
  }

  OAuthAccounts accounts() {
    return accounts;
  }

  /** Lets go of connections. */
  public void close() {
    providers.values().forEach(OAuthProvider::close);
  }
}

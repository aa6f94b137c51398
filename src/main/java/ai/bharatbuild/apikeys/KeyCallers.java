package ai.bharatbuild.apikeys;

import ai.bharatbuild.http.AllowedModes;
import ai.bharatbuild.http.Caller;
import ai.bharatbuild.http.Callers;
import ai.bharatbuild.http.ClientAddress;
import ai.bharatbuild.http.Permission;
import ai.bharatbuild.http.Role;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.EnumSet;
import java.util.Set;

/**
 * Callers by {@code X-API-Key}, and {@code X-API-Secret} where the key asks for it. A call may do
 * what both the key and its owner's role allow now.
 */
public final class KeyCallers implements Callers {
  private static final String HEADER = "X-API-Key";
  private static final String SECRET_HEADER = "X-API-Secret";

  private final ApiKeys keys;

  public KeyCallers(ApiKeys keys) {
    this.keys = keys;
  }

  @Override
  public Future<Caller> of(RoutingContext context) {
    String key = context.request().getHeader(HEADER);
    if (key == null) {
      return Future.succeededFuture();
    }
    String secret = context.request().getHeader(SECRET_HEADER);
    return keys.authenticate(key, secret, ClientAddress.of(context))
        .map(
            known -> {
              known.set(context);
              AllowedModes.set(context, known.key().allowedModes());
              Role role = Role.of(known.role()).orElseThrow(ApiKeys::invalid);
              return Caller.withKey(known.userId(), role, scopes(known), known.key().id());
            });
  }

  /** Names that are no permissions any more give nothing. */
  private static Set<Permission> scopes(KnownKey known) {
    Set<Permission> scopes = EnumSet.noneOf(Permission.class);
    for (Permission permission : Permission.values()) {
      if (known.key().scopes().contains(permission.text())) {
        scopes.add(permission);
      }
    }
    return scopes;
  }
}

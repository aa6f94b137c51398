package ai.bharatbuild.apikeys;

import ai.bharatbuild.audit.AuditFacts;
import ai.bharatbuild.http.AllowedModes;
import ai.bharatbuild.http.Caller;
import ai.bharatbuild.http.Callers;
import ai.bharatbuild.http.ClientAddress;
import ai.bharatbuild.http.Operation;
import ai.bharatbuild.http.Permission;
import ai.bharatbuild.http.Role;
import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;

/**
 * Callers by {@code X-API-Key}, and {@code X-API-Secret} where the key asks for it. A call may do
 * what both the key and its owner's role allow now.
 */
public final class KeyCallers implements Callers {
  private static final String HEADER = "X-API-Key";
  private static final String SECRET_HEADER = "X-API-Secret";
  private static final int FIRST_FAILURE = 500;

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
    String address = ClientAddress.of(context);
    return keys.find(key, address)
        .map(
            known -> {
              // Before it is checked, since who takes note of a refusal asks whose key it was.
              known.set(context);
              known.check(secret, address, Instant.now());
              AllowedModes.set(context, known.key().allowedModes());
              Role role = Role.of(known.role()).orElseThrow(ApiKeys::invalid);
              return Caller.withKey(known.userId(), role, scopes(known), known.key().id());
            })
        .onFailure(e -> refused(context, e));
  }

  private static void refused(RoutingContext context, Throwable cause) {
    // A stream whose key is asked for anew was answered long ago.
    boolean open = context.response().headWritten();
    if (open || !(cause instanceof ApiException told) || told.problem().status() >= FIRST_FAILURE) {
      return;
    }
    AuditFacts facts = AuditFacts.of(context).action("api_key.refused");
    KnownKey.find(context)
        .ifPresent(known -> facts.with(known.key().id()).add("owner", known.userId()));
    Operation.of(context).ifPresent(operation -> facts.add("operation", operation.id()));
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

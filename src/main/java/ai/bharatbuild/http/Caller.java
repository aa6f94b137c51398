package ai.bharatbuild.http;

import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.UUID;

/**
 * Who makes a call. Every route knows its caller; what the caller says of itself in headers is
 * never taken for it.
 *
 * @param userId owner of what the call makes
 * @param account the user's row in the database
 * @param permissions what the call may do: those of the role, or of the API key's scopes
 * @param apiKey the key that the call was made with, or null
 * @param session the sign-in that the call's token belongs to, or null
 */
public record Caller(
    String userId,
    UUID account,
    Role role,
    Set<Permission> permissions,
    UUID apiKey,
    UUID session) {
  /** The one user of a server in {@code local} mode. */
  public static final Caller LOCAL =
      new Caller(
          "local",
          UUID.fromString("00000000-0000-4000-8000-000000000001"),
          Role.ADMIN,
          Role.ADMIN.permissions(),
          null,
          null);

  private static final String KEY = Caller.class.getName();

  /** A user who signed in. */
  public static Caller signedIn(UUID account, Role role, UUID session) {
    return new Caller(account.toString(), account, role, role.permissions(), null, session);
  }

  /** A program with a user's key; it may do what both the key and the user's role allow. */
  public static Caller withKey(UUID account, Role role, Set<Permission> scopes, UUID apiKey) {
    Set<Permission> both =
        scopes.stream()
            .filter(scope -> scope.forKeys() && role.permissions().contains(scope))
            .collect(java.util.stream.Collectors.toUnmodifiableSet());
    return new Caller(account.toString(), account, role, both, apiKey, null);
  }

  /** Whether the calls for operators are open to it. */
  public boolean admin() {
    return may(Permission.OPERATE);
  }

  public boolean may(Permission permission) {
    return permissions.contains(permission);
  }

  public static Caller of(RoutingContext context) {
    Caller caller = context.get(KEY);
    if (caller == null) {
      throw new IllegalStateException("route mounted before the caller is known");
    }
    return caller;
  }

  /** The caller where it is known: not in public calls of a server with accounts. */
  public static java.util.Optional<Caller> find(RoutingContext context) {
    return java.util.Optional.ofNullable(context.get(KEY));
  }

  static void set(RoutingContext context, Caller caller) {
    context.put(KEY, caller);
  }
}

package ai.bharatbuild.accounts;

import ai.bharatbuild.accounts.TokenKeys.TokenKey;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Short-lived access tokens: JWTs, signed with HS256 under a named key, that say who, and of which
 * sign-in. What the user may do is not read from them. Thread-safe.
 */
public final class AccessTokens {
  private static final String ALGORITHM = "HS256";
  private static final String ISSUER = "bharatbuild";
  private static final String TYPE = "access";

  private final Vertx vertx;
  private final Duration life;
  private volatile Keys keys;

  /** What a valid token says. */
  record Claims(UUID user, UUID session, Instant expires) {}

  private record Keys(String current, JWTAuth signer, JWTAuth verifier, Set<String> ids) {}

  /** Has no keys until {@link #use}. */
  AccessTokens(Vertx vertx, Duration life) {
    this.vertx = vertx;
    this.life = life;
  }

  /** Signs with the first of these from now on, and accepts all of them. */
  void use(List<TokenKey> all) {
    keys =
        new Keys(
            all.getFirst().id(),
            provider(List.of(all.getFirst())),
            provider(all),
            all.stream().map(TokenKey::id).collect(Collectors.toUnmodifiableSet()));
  }

  /** How long tokens last. */
  Duration life() {
    return life;
  }

  String issue(Account account, UUID session) {
    Keys now = keys;
    return now.signer.generateToken(
        new JsonObject()
            .put("sub", account.id().toString())
            .put("email", account.email())
            .put("role", account.role())
            .put("type", TYPE)
            .put("sid", session.toString()),
        new JWTOptions()
            .setAlgorithm(ALGORITHM)
            .setIssuer(ISSUER)
            .setHeader(new JsonObject().put("kid", now.current))
            .setExpiresInSeconds((int) life.toSeconds()));
  }

  /** Fails when the token is not one of ours that is still valid. */
  Future<Claims> verify(String token) {
    return keys.verifier
        .authenticate(new TokenCredentials(token))
        .map(user -> claims(user.principal(), user.attributes()));
  }

  private static Claims claims(JsonObject principal, JsonObject attributes) {
    JsonObject claims = attributes.getJsonObject("accessToken", principal);
    if (!TYPE.equals(claims.getString("type")) || claims.getLong("exp") == null) {
      throw new IllegalArgumentException("not an access token");
    }
    return new Claims(
        UUID.fromString(claims.getString("sub")),
        UUID.fromString(claims.getString("sid")),
        Instant.ofEpochSecond(claims.getLong("exp")));
  }

  private JWTAuth provider(List<TokenKey> some) {
    JWTAuthOptions options =
        new JWTAuthOptions().setJWTOptions(new JWTOptions().setIssuer(ISSUER).setLeeway(0));
    for (TokenKey key : some) {
      options.addPubSecKey(
          new PubSecKeyOptions()
              .setAlgorithm(ALGORITHM)
              .setId(key.id())
              .setBuffer(Buffer.buffer(key.secret())));
    }
    return JWTAuth.create(vertx, options);
  }
}

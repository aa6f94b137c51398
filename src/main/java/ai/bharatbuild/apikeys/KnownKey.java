package ai.bharatbuild.apikeys;

import ai.bharatbuild.kv.Rate;
import ai.bharatbuild.net.AddressRange;
import ai.bharatbuild.problem.ApiException;
import io.vertx.ext.web.RoutingContext;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A key that was looked up, and what a call with it needs to know.
 *
 * @param rates the key's own rate limits
 */
public record KnownKey(
    ApiKey key,
    UUID userId,
    String role,
    boolean ownerActive,
    byte[] secretHash,
    List<AddressRange> addresses,
    List<Rate> rates) {
  private static final String NAME = KnownKey.class.getName();

  static KnownKey of(ApiKey key, UUID userId, String role, boolean ownerActive, byte[] secretHash) {
    ApiKey.Limits limits = key.limits();
    return new KnownKey(
        key,
        userId,
        role,
        ownerActive,
        secretHash,
        key.allowedIps().stream().map(AddressRange::parse).flatMap(Optional::stream).toList(),
        List.of(
            Rate.perMinute(limits.perMinute()),
            Rate.perHour(limits.perHour()),
            Rate.perDay(limits.perDay())));
  }

  /**
   * Throws where a call with this key is refused: 401 {@code unauthenticated} without telling why
   * to somebody who may have found it, namely for a key that is revoked, inactive or expired, whose
   * owner is not active or whose secret is wrong; 403 {@code address_not_allowed} or {@code
   * token_limit_reached} where the reason is no secret to its owner.
   *
   * @param secret what {@code X-API-Secret} says, or null
   */
  void check(String secret, String address, Instant now) {
    boolean expired = key.expiresAt() != null && !key.expiresAt().isAfter(now);
    boolean wrongSecret =
        secret == null
            ? key.requireSecret()
            : !MessageDigest.isEqual(secretHash, NewKey.hash(secret));
    if (!key.status().equals("active") || expired || !ownerActive || wrongSecret) {
      throw ApiKeys.invalid();
    }
    boolean allowed =
        key.allowedIps().isEmpty() || addresses.stream().anyMatch(it -> it.contains(address));
    if (!allowed) {
      throw new ApiException(
          403, "address_not_allowed", "This API key may not be used from your address.");
    }
    if (key.tokenLimit() != null && key.tokensUsed() >= key.tokenLimit()) {
      throw new ApiException(
          403,
          "token_limit_reached",
          "This API key has used its %d tokens; its owner can raise token_limit."
              .formatted(key.tokenLimit()));
    }
  }

  /** The key that a call was made with, if it was made with one. */
  public static Optional<KnownKey> find(RoutingContext context) {
    return Optional.ofNullable(context.get(NAME));
  }

  void set(RoutingContext context) {
    context.put(NAME, this);
  }

  /** Whether it may make and execute projects of a mode. */
  public boolean allowsMode(String mode) {
    return key.allowedModes().isEmpty() || key.allowedModes().contains(mode);
  }

  /** Never tells hashes. */
  @Override
  public String toString() {
    return key.prefix() + " " + key.id();
  }
}

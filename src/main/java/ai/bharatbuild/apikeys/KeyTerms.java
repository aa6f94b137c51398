package ai.bharatbuild.apikeys;

import java.time.Instant;
import java.util.List;

/**
 * What an owner says of a key, checked; null for what is not said.
 *
 * @param tokenLimit means something only with {@code setTokenLimit}; null for no limit
 * @param expiresAt means something only with {@code setExpiresAt}; null for never
 * @param active false for a key that is to rest
 */
public record KeyTerms(
    String name,
    List<String> scopes,
    List<String> allowedIps,
    List<String> allowedModes,
    Integer perMinute,
    Integer perHour,
    Integer perDay,
    boolean setTokenLimit,
    Long tokenLimit,
    Boolean requireSecret,
    boolean setExpiresAt,
    Instant expiresAt,
    Boolean active) {}

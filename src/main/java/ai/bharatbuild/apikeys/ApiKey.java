package ai.bharatbuild.apikeys;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;

/**
 * A key as its owner sees it: everything but the key.
 *
 * @param prefix beginning of the key, by which people know it
 * @param status {@code active}, {@code inactive} or {@code revoked}
 * @param scopes permissions that calls with the key have, as far as the owner has them
 * @param allowedIps addresses and ranges that may use it; none for all
 * @param allowedModes modes of projects that it may make and execute; none for all
 * @param tokenLimit tokens of models in the key's whole life, or null
 * @param requireSecret whether calls must send the secret, too
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record ApiKey(
    UUID id,
    String name,
    String prefix,
    String status,
    List<String> scopes,
    List<String> allowedIps,
    List<String> allowedModes,
    Limits limits,
    Long tokenLimit,
    long tokensUsed,
    boolean requireSecret,
    Instant expiresAt,
    Instant lastUsedAt,
    Instant createdAt,
    Instant revokedAt) {
  /** Calls that are allowed in a time. */
  public record Limits(int perMinute, int perHour, int perDay) {
    public static final Limits DEFAULT = new Limits(60, 1000, 10_000);
  }

  static ApiKey of(Row row) {
    return new ApiKey(
        row.getUUID("id"),
        row.getString("name"),
        row.getString("prefix"),
        row.getString("status"),
        List.of(row.getArrayOfStrings("scopes")),
        List.of(row.getArrayOfStrings("allowed_ips")),
        List.of(row.getArrayOfStrings("allowed_modes")),
        new Limits(
            row.getInteger("per_minute"), row.getInteger("per_hour"), row.getInteger("per_day")),
        row.getLong("token_limit"),
        row.getLong("tokens_used"),
        row.getBoolean("needs_secret"),
        instant(row, "expires_at"),
        instant(row, "last_used_at"),
        instant(row, "created_at"),
        instant(row, "revoked_at"));
  }

  private static Instant instant(Row row, String column) {
    OffsetDateTime time = row.getOffsetDateTime(column);
    return time == null ? null : time.toInstant();
  }
}

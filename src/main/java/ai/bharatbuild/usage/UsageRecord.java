package ai.bharatbuild.usage;

import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A call, or one answer of a model.
 *
 * @param id names it, so that it is counted once however often its batch is written
 * @param kind what it tells of
 * @param userId account that pays; rows of accounts that do not exist are left out
 * @param apiKeyId key that the call was made with, or null
 * @param projectId project that it was for, or null
 * @param agent part that asked the model, or null
 * @param endpoint the route's pattern, never the path itself
 * @param ms how long it took
 * @param costMicros millionths of a rupee
 */
public record UsageRecord(
    UUID id,
    Instant at,
    Kind kind,
    UUID userId,
    UUID apiKeyId,
    UUID projectId,
    String requestId,
    String agent,
    String model,
    String method,
    String endpoint,
    String address,
    Integer status,
    Integer ms,
    Tokens tokens,
    long costMicros) {
  /** What a row tells of. */
  public enum Kind {
    CALL,
    MODEL;

    String text() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /**
   * Tokens of one answer of a model.
   *
   * @param input read, neither from a cache nor into one
   * @param output written
   * @param cacheWrite read and put into the provider's cache
   * @param cacheRead read out of it
   */
  public record Tokens(long input, long output, long cacheWrite, long cacheRead) {
    public static final Tokens NONE = new Tokens(0, 0, 0, 0);

    public Tokens {
      if (input < 0 || output < 0 || cacheWrite < 0 || cacheRead < 0) {
        throw new IllegalArgumentException("a number of tokens is not negative");
      }
    }
  }

  /** Whose usage it is. */
  public record Payer(UUID userId, UUID apiKeyId) {}

  /** In the order of time, so that the index of ids grows at one end. Names, and nothing more. */
  private static UUID newId() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    long high = System.currentTimeMillis() << 16 | 0x7000 | random.nextInt(0x1000);
    return new UUID(high, random.nextLong() >>> 2 | 0x8000_0000_0000_0000L);
  }

  /** A call of the API. */
  public static UsageRecord call(
      Payer payer,
      String requestId,
      String method,
      String endpoint,
      String address,
      int status,
      long ms) {
    return new UsageRecord(
        newId(),
        Instant.now(),
        Kind.CALL,
        payer.userId(),
        payer.apiKeyId(),
        null,
        requestId,
        null,
        null,
        method,
        endpoint,
        address,
        status,
        Math.clamp(ms, 0, Integer.MAX_VALUE),
        Tokens.NONE,
        0);
  }

  /** One answer of a model; {@code status} as an HTTP status, 200 where it succeeded. */
  public static UsageRecord model(
      Payer payer,
      UUID projectId,
      String requestId,
      String agent,
      String model,
      Tokens tokens,
      long costMicros,
      int status,
      long ms) {
    return new UsageRecord(
        newId(),
        Instant.now(),
        Kind.MODEL,
        payer.userId(),
        payer.apiKeyId(),
        projectId,
        requestId,
        agent,
        model,
        null,
        null,
        null,
        status,
        Math.clamp(ms, 0, Integer.MAX_VALUE),
        tokens,
        costMicros);
  }
}

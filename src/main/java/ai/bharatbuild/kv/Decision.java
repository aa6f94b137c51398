package ai.bharatbuild.kv;

/**
 * What rate limits answered.
 *
 * @param allowed whether all admitted
 * @param bucket position of the one that this speaks of: the one to be waited for longest, or the
 *     one with the least left
 * @param remaining units that it still has
 * @param resetMicros time until it is full again
 * @param retryMicros time until the same may be asked with success; 0 when it was
 */
public record Decision(
    boolean allowed, int bucket, long remaining, long resetMicros, long retryMicros) {
  private static final long SECOND = 1_000_000;

  /** For {@code Retry-After}: whole seconds, at least one. */
  public int retrySeconds() {
    return (int) Math.max(1, (retryMicros + SECOND - 1) / SECOND);
  }

  public long resetSeconds() {
    return (resetMicros + SECOND - 1) / SECOND;
  }
}

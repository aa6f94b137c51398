package ai.bharatbuild.kv;

/**
 * One rate limit as it is asked.
 *
 * @param key who is limited, in what
 * @param cost units that are taken, at least 1; more than the rate's limit is never admitted
 */
public record Bucket(String key, Rate rate, int cost) {
  public Bucket {
    KeyValueStore.check(key);
    if (cost < 1) {
      throw new IllegalArgumentException("a cost is at least 1");
    }
  }

  public Bucket(String key, Rate rate) {
    this(key, rate, 1);
  }
}

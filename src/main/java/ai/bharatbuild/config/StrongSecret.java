package ai.bharatbuild.config;

import java.nio.charset.StandardCharsets;

/** Tells secrets that can be guessed, which would keep nothing secret. */
final class StrongSecret {
  private static final int SHORTEST_BYTES = 32;
  private static final int FEWEST_KINDS = 12;

  private StrongSecret() {}

  /**
   * @throws InvalidSettingException that does not repeat it
   */
  static void check(Key key, String secret) {
    int bytes = secret.getBytes(StandardCharsets.UTF_8).length;
    long kinds = secret.chars().distinct().count();
    if (bytes < SHORTEST_BYTES || kinds < FEWEST_KINDS || isPlaceholder(secret)) {
      throw new InvalidSettingException(
          "%s (%s) is too easy to guess; it must be at least %d random bytes, such as openssl rand -base64 48 gives, or empty"
              .formatted(key.env, key.property, SHORTEST_BYTES));
    }
  }

  private static boolean isPlaceholder(String secret) {
    String plain = secret.toLowerCase().replaceAll("[^a-z]", "");
    return plain.contains("changeme")
        || plain.contains("changethis")
        || plain.contains("yoursecret")
        || plain.contains("supersecret")
        || plain.contains("secretkey");
  }
}

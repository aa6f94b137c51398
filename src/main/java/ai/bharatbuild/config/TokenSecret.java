package ai.bharatbuild.config;

import java.nio.charset.StandardCharsets;

/** Tells secrets that can be guessed, with which anybody could make tokens of anybody. */
final class TokenSecret {
  private static final int SHORTEST_BYTES = 32;
  private static final int FEWEST_KINDS = 12;

  private TokenSecret() {}

  /**
   * @throws InvalidSettingException that does not repeat it
   */
  static void check(String secret) {
    int bytes = secret.getBytes(StandardCharsets.UTF_8).length;
    long kinds = secret.chars().distinct().count();
    if (bytes < SHORTEST_BYTES || kinds < FEWEST_KINDS || isPlaceholder(secret)) {
      throw new InvalidSettingException(
          "JWT_SECRET (accounts.jwt_secret) is too easy to guess; it must be at least %d random bytes, such as openssl rand -base64 48 gives, or empty"
              .formatted(SHORTEST_BYTES));
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

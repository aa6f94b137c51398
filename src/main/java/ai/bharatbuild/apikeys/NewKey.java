package ai.bharatbuild.apikeys;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * A key and its secret as they are shown once: 256 random bits each, so that a plain SHA-256 of
 * them tells nothing.
 */
record NewKey(String key, String secret) {
  static final String PREFIX = "bb_";
  private static final String SECRET_PREFIX = "bbs_";
  private static final int BYTES = 32;
  private static final int SHOWN = 11;
  private static final SecureRandom RANDOM = new SecureRandom();

  static NewKey random() {
    return new NewKey(PREFIX + text(), SECRET_PREFIX + text());
  }

  /** The beginning, which is no secret. */
  String shown() {
    return key.substring(0, SHOWN);
  }

  static byte[] hash(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String text() {
    byte[] bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Never tells them. */
  @Override
  public String toString() {
    return shown() + "…";
  }
}

package ai.bharatbuild.sandbox;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Makes the random ids that tell one sandbox from every other that ever was. */
final class Incarnations {
  private static final SecureRandom RANDOM = new SecureRandom();

  private Incarnations() {}

  static String next() {
    byte[] bytes = new byte[12];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}

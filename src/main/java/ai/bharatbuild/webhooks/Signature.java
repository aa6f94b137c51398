package ai.bharatbuild.webhooks;

import ai.bharatbuild.http.Signatures;
import io.vertx.core.buffer.Buffer;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Signs deliveries: the header says when, and for each secret that is good now the HMAC-SHA256 of
 * that time, a dot and the body. The time keeps an old delivery from being sent again by somebody
 * else.
 */
final class Signature {
  static final String HEADER = "X-BharatBuild-Signature";

  private static final int SECRET_BYTES = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  private Signature() {}

  static String newSecret() {
    byte[] bytes = new byte[SECRET_BYTES];
    RANDOM.nextBytes(bytes);
    return "whsec_" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** As {@code t=1795910400,v1=…}, with one {@code v1} for each secret. */
  static String header(List<String> secrets, Instant at, Buffer body) {
    long seconds = at.getEpochSecond();
    Buffer signed = Buffer.buffer(seconds + ".").appendBuffer(body);
    return secrets.stream()
        .map(secret -> "v1=" + Signatures.sign(secret, signed))
        .collect(Collectors.joining(",", "t=" + seconds + ",", ""));
  }
}

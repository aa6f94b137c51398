package ai.bharatbuild.accounts.oauth;

import ai.bharatbuild.kv.KeyValueStore;
import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Future;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Ties the return of a browser to its departure. The browser gets a signed cookie; what goes to the
 * other service, the state and the PKCE challenge, is derived from it with the server's key. So
 * nothing is kept while somebody is away, a callback that another browser began is refused, and a
 * state cannot be made up. That a state was used is noted until it would have expired anyway. Safe
 * on any thread.
 */
final class OAuthFlow {
  /** How long somebody may take to sign in at the other service. */
  static final Duration LIFE = Duration.ofMinutes(10);

  static final int KEY_BYTES = 32;
  private static final String ALGORITHM = "HmacSHA256";
  private static final int MAC_BYTES = 32;
  private static final int NONCE_BYTES = 32;
  private static final int COOKIE_BYTES = NONCE_BYTES + Long.BYTES + MAC_BYTES;
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  /**
   * One sign-in.
   *
   * @param cookie what the browser brings back
   * @param state what the other service sends back
   * @param verifier what proves to it that both halves are one (RFC 7636)
   */
  record Attempt(String cookie, String state, String verifier) {
    /** The verifier's SHA-256, which the other service is told first. */
    String challenge() {
      return BASE64.encodeToString(sha256(verifier.getBytes(StandardCharsets.US_ASCII)));
    }
  }

  private final SecretKeySpec key;
  private final KeyValueStore used;
  private final InstantSource clock;

  /**
   * @param key {@link #KEY_BYTES} random bytes that nobody else knows
   * @param used where used states are noted
   */
  OAuthFlow(byte[] key, KeyValueStore used, InstantSource clock) {
    this.key = new SecretKeySpec(key, ALGORITHM);
    this.used = used;
    this.clock = clock;
  }

  Attempt begin(String provider) {
    byte[] nonce = new byte[NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    byte[] said =
        ByteBuffer.allocate(NONCE_BYTES + Long.BYTES)
            .put(nonce)
            .putLong(clock.instant().plus(LIFE).getEpochSecond())
            .array();
    byte[] all = Arrays.copyOf(said, COOKIE_BYTES);
    System.arraycopy(mac("cookie " + provider, said), 0, all, said.length, MAC_BYTES);
    return attempt(provider, all);
  }

  /**
   * Fails with 400 {@code oauth_state} unless the cookie is ours, alive, unused and the state's.
   */
  Future<Attempt> end(String provider, String cookie, String state) {
    byte[] all = decoded(cookie);
    if (all.length != COOKIE_BYTES || state == null) {
      return refused();
    }
    byte[] said = Arrays.copyOf(all, COOKIE_BYTES - MAC_BYTES);
    byte[] signature = Arrays.copyOfRange(all, said.length, COOKIE_BYTES);
    Instant until = Instant.ofEpochSecond(ByteBuffer.wrap(said).getLong(NONCE_BYTES));
    Attempt attempt = attempt(provider, all);
    boolean right =
        MessageDigest.isEqual(signature, mac("cookie " + provider, said))
            && MessageDigest.isEqual(
                attempt.state().getBytes(StandardCharsets.US_ASCII),
                state.getBytes(StandardCharsets.UTF_8))
            && clock.instant().isBefore(until);
    if (!right) {
      return refused();
    }
    return used.putIfAbsent("oauth:" + BASE64.encodeToString(sha256(all)), "used", LIFE)
        .compose(first -> first ? Future.succeededFuture(attempt) : refused());
  }

  private Attempt attempt(String provider, byte[] all) {
    return new Attempt(
        BASE64.encodeToString(all),
        BASE64.encodeToString(mac("state " + provider, all)),
        BASE64.encodeToString(mac("verifier " + provider, all)));
  }

  private static <T> Future<T> refused() {
    return Future.failedFuture(
        ApiException.badRequest(
            "oauth_state",
            "This sign-in was not begun in this browser, took too long, or was used. Start"
                + " again."));
  }

  private static byte[] decoded(String cookie) {
    try {
      return cookie == null || cookie.length() > 2 * COOKIE_BYTES
          ? new byte[0]
          : Base64.getUrlDecoder().decode(cookie);
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }

  private byte[] mac(String purpose, byte[] said) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update(purpose.getBytes(StandardCharsets.UTF_8));
      mac.update((byte) 0);
      return mac.doFinal(said);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}

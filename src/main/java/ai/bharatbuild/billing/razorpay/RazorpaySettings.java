package ai.bharatbuild.billing.razorpay;

import java.net.URI;
import java.time.Duration;

/**
 * @param api where its API is, without a path at the end
 * @param timeout for one call of it
 */
public record RazorpaySettings(
    URI api, String keyId, String keySecret, String webhookSecret, Duration timeout) {
  /** Without the secrets, so that no log has them. */
  @Override
  public String toString() {
    return "RazorpaySettings[" + api + ", " + keyId + "]";
  }
}

package ai.bharatbuild.billing;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.UUID;

/**
 * Who takes the money. Adapters decide nothing about subscriptions: they make orders and tell,
 * after they have checked it, that one was paid. Usable on any context.
 */
public interface PaymentProvider {
  /** The adapter's name, as transactions note it. */
  String name();

  /** Whether payments happen by themselves; otherwise an operator has to confirm each. */
  boolean online();

  /** What a browser needs to begin paying, or null; never a secret. */
  String publicKey();

  /** The smallest amount that can be ordered, in paise. */
  long minimum();

  /** Makes an order. Fails with 503 {@code unavailable} when the provider cannot be asked. */
  Future<String> order(Order order);

  /**
   * Checks what a payer brings back. Fails with 400 {@code invalid_signature} when it is not the
   * provider's, 409 {@code payment_pending} when there is no payment yet, 503 when that cannot be
   * found out.
   */
  Future<Notice> confirm(Proof proof);

  /**
   * Checks and reads what the provider itself sends.
   *
   * @param body every byte as it came
   * @throws ai.bharatbuild.problem.ApiException 400 {@code invalid_signature}, 400 {@code
   *     malformed_json}, 404 where no provider sends anything
   */
  Notice notice(Buffer body, String signature);

  /**
   * @param transaction names the order on this side
   * @param amount in paise
   */
  record Order(UUID transaction, long amount, String currency, String description) {}

  /** What a payer brings back from paying. */
  record Proof(String orderId, String paymentId, String signature) {}

  /**
   * What is known of an order.
   *
   * @param amount in paise; what was paid, not what was to be
   * @param reason why a payment failed, else null
   */
  record Notice(
      Event event, String orderId, String paymentId, long amount, String currency, String reason) {
    /** Kinds of notices. */
    public enum Event {
      PAID,
      FAILED,
      /** Not about a payment that this server is concerned with. */
      OTHER
    }

    public static Notice paid(String order, String payment, long amount, String currency) {
      return new Notice(Event.PAID, order, payment, amount, currency, null);
    }

    public static Notice failed(String order, String payment, String reason) {
      return new Notice(Event.FAILED, order, payment, 0, null, reason);
    }

    public static Notice other() {
      return new Notice(Event.OTHER, null, null, 0, null, null);
    }
  }
}

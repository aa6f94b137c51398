package ai.bharatbuild.billing;

import ai.bharatbuild.db.Sql;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonValue;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;

/**
 * One order and what became of it.
 *
 * @param userId null when the account was deleted
 * @param owner the user as events name it
 * @param fromPlanId for an upgrade, the plan at the time of the order; else null
 * @param amount in paise
 * @param orderId the provider's; null when it never made one
 * @param paymentId the provider's; null until paid
 * @param invoiceId null until paid
 */
public record Transaction(
    UUID id,
    @JsonIgnore UUID userId,
    @JsonIgnore String owner,
    UUID subscriptionId,
    Kind kind,
    String planId,
    String fromPlanId,
    long amount,
    String currency,
    Status status,
    String provider,
    String orderId,
    String paymentId,
    String failureReason,
    Instant createdAt,
    Instant completedAt,
    UUID invoiceId,
    String invoiceNumber) {
  /** What is bought. */
  public enum Kind {
    SUBSCRIBE,
    RENEW,
    UPGRADE;

    @JsonValue
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** How far the payment got. A failed one may still succeed, since an order can be paid again. */
  public enum Status {
    PENDING,
    SUCCESS,
    FAILED,
    REFUNDED;

    @JsonValue
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Columns for {@link #of}, from {@code transactions t} left joined with {@code invoices i}. */
  static final String COLUMNS = "t.*, i.id AS invoice_id, i.number AS invoice_number";

  boolean paid() {
    return status == Status.SUCCESS || status == Status.REFUNDED;
  }

  static Transaction of(Row row) {
    return new Transaction(
        row.getUUID("id"),
        row.getUUID("user_id"),
        row.getString("owner"),
        row.getUUID("subscription_id"),
        Kind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
        row.getString("plan_id"),
        row.getString("from_plan_id"),
        row.getLong("amount"),
        row.getString("currency"),
        Status.valueOf(row.getString("status").toUpperCase(Locale.ROOT)),
        row.getString("provider"),
        row.getString("provider_order_id"),
        row.getString("provider_payment_id"),
        row.getString("failure_reason"),
        Sql.instant(row, "created_at"),
        Sql.instant(row, "completed_at"),
        row.getUUID("invoice_id"),
        row.getString("invoice_number"));
  }
}

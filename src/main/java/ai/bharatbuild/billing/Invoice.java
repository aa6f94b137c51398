package ai.bharatbuild.billing;

import ai.bharatbuild.db.Sql;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.UUID;

/**
 * An invoice as it was issued; it never changes.
 *
 * @param amount what was paid, in paise
 * @param tax the part of it that is tax
 */
record Invoice(
    UUID id,
    String number,
    String buyerName,
    String buyerEmail,
    String sellerName,
    String sellerAddress,
    String sellerGstin,
    String description,
    long amount,
    long tax,
    int taxPercent,
    String currency,
    String paymentId,
    Instant issuedAt) {
  static Invoice of(Row row) {
    return new Invoice(
        row.getUUID("id"),
        row.getString("number"),
        row.getString("buyer_name"),
        row.getString("buyer_email"),
        row.getString("seller_name"),
        row.getString("seller_address"),
        row.getString("seller_gstin"),
        row.getString("description"),
        row.getLong("amount"),
        row.getLong("tax"),
        row.getInteger("tax_percent"),
        row.getString("currency"),
        row.getString("provider_payment_id"),
        Sql.instant(row, "issued_at"));
  }
}

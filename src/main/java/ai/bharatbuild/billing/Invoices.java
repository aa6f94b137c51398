package ai.bharatbuild.billing;

import ai.bharatbuild.db.Sql;
import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Month;
import java.time.ZoneId;
import java.util.Locale;
import java.util.UUID;

/**
 * Issues invoices, numbered from 1 in each Indian financial year. A number is taken in the
 * transaction that credits the payment and the row it comes from stays locked until that is
 * committed, so none is lost and none is given twice.
 */
final class Invoices {
  private static final ZoneId INDIA = ZoneId.of("Asia/Kolkata");

  private final Pool pool;
  private final Seller seller;

  Invoices(Pool pool, Seller seller) {
    this.pool = pool;
    this.seller = seller;
  }

  /** The year from April to March in which a moment lies in India, as {@code 26-27}. */
  static String financialYear(Instant moment) {
    LocalDate day = LocalDate.ofInstant(moment, INDIA);
    int first = day.getMonth().compareTo(Month.APRIL) >= 0 ? day.getYear() : day.getYear() - 1;
    return "%02d-%02d".formatted(first % 100, (first + 1) % 100);
  }

  static LocalDate day(Instant moment) {
    return LocalDate.ofInstant(moment, INDIA);
  }

  /** Writes the invoice of a payment that is being credited. The user exists. */
  Future<Void> issue(SqlClient transaction, Transaction paid, Instant now) {
    String year = financialYear(now);
    return transaction
        .preparedQuery(
            """
            INSERT INTO invoice_numbers AS n (financial_year, last) VALUES ($1, 1)
            ON CONFLICT (financial_year) DO UPDATE SET last = n.last + 1 RETURNING last\
            """)
        .execute(Tuple.of(year))
        .map(rows -> Sql.first(rows, row -> row.getInteger("last")))
        .compose(sequence -> insert(transaction, paid, year, sequence, now));
  }

  private Future<Void> insert(
      SqlClient transaction, Transaction paid, String year, int sequence, Instant now) {
    return transaction
        .preparedQuery(
            """
            INSERT INTO invoices (financial_year, sequence, number, transaction_id, user_id, buyer_name, buyer_email,
                                  seller_name, seller_address, seller_gstin, description, amount, tax, tax_percent,
                                  currency, issued_at)
            SELECT $1, $2, $3, $4, u.id, u.name, u.email, $6, $7, $8, 'BharatBuild ' || p.name || $9, $10, $11, $12, $13, $14
            FROM users u, plans p WHERE u.id = $5 AND p.id = $15\
            """)
        .execute(
            Tuple.of(
                year,
                sequence,
                String.format(Locale.ROOT, "BB/%s/%06d", year, sequence),
                paid.id(),
                paid.userId(),
                seller.name(),
                seller.address(),
                seller.gstin(),
                paid.kind() == Transaction.Kind.UPGRADE ? ", upgrade" : ", one month",
                paid.amount(),
                seller.taxIn(paid.amount()),
                seller.taxPercent(),
                paid.currency(),
                Sql.time(now),
                paid.planId()))
        .compose(
            rows ->
                rows.rowCount() == 1
                    ? Future.<Void>succeededFuture()
                    : Future.failedFuture(new IllegalStateException("no invoice was made")));
  }

  /** One of the user's invoices, or 404. */
  Future<Invoice> of(UUID user, UUID id) {
    return pool.preparedQuery(
            """
            SELECT i.*, t.provider_payment_id FROM invoices i JOIN transactions t ON t.id = i.transaction_id
            WHERE i.id = $1 AND i.user_id = $2\
            """)
        .execute(Tuple.of(id, user))
        .compose(
            rows -> {
              Invoice found = Sql.first(rows, Invoice::of);
              return found == null
                  ? Future.failedFuture(ApiException.notFound("invoice"))
                  : Future.succeededFuture(found);
            });
  }
}

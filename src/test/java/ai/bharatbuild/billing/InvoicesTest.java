package ai.bharatbuild.billing;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InvoicesTest {
  private Shop shop;

  @BeforeEach
  void open() throws Exception {
    shop = Shop.online();
  }

  @AfterEach
  void close() throws Exception {
    shop.close();
  }

  private static String text(Buffer pdf) throws Exception {
    try (PDDocument document = Loader.loadPDF(pdf.getBytes())) {
      return new PDFTextStripper().getText(document);
    }
  }

  private Invoice invoice(Account user, Transaction paid) throws Exception {
    return Shop.await(shop.billing.invoices.of(user.id(), paid.invoiceId()));
  }

  @Test
  void numbersHaveNoGapsWhenManyPayAtOnceAndSomeFail() throws Exception {
    List<Future<?>> payments = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      Account user = shop.user();
      Transaction order = shop.order(user, "standard");
      String payment =
          shop.razorpay.pay(order.orderId(), "captured", i % 3 == 0 ? 1 : order.amount());
      payments.add(shop.verify(user, order, payment));
    }
    Shop.await(Future.join(payments).otherwiseEmpty());

    List<String> numbers = new ArrayList<>();
    shop.database
        .query("SELECT number FROM invoices ORDER BY sequence")
        .forEach(row -> numbers.add(row.getString("number")));
    assertThat(numbers)
        .isEqualTo(IntStream.rangeClosed(1, 8).mapToObj("BB/26-27/%06d"::formatted).toList());
  }

  @Test
  void theFinancialYearChangesAtMidnightInIndia() throws Exception {
    assertThat(Invoices.financialYear(Instant.parse("2027-03-31T18:29:59Z"))).isEqualTo("26-27");
    assertThat(Invoices.financialYear(Instant.parse("2027-03-31T18:30:00Z"))).isEqualTo("27-28");
    assertThat(Invoices.financialYear(Instant.parse("2099-12-31T00:00:00Z"))).isEqualTo("99-00");

    shop.clock.to("2027-03-31T18:29:59Z");
    Account user = shop.user();
    assertThat(shop.buy(user, "plus").invoiceNumber()).isEqualTo("BB/26-27/000001");
    shop.clock.to("2027-03-31T18:30:00Z");
    assertThat(shop.buy(user, "plus").invoiceNumber()).isEqualTo("BB/27-28/000001");
  }

  @Test
  void theDocumentSaysWhoPaidWhatAndHowMuchOfItIsTax() throws Exception {
    Account user = shop.user("Asha Rao");
    Transaction paid = shop.buy(user, "plus");
    Buffer pdf = InvoicePdf.draw(invoice(user, paid));

    assertThat(pdf.getString(0, 5)).isEqualTo("%PDF-");
    assertThat(text(pdf))
        .contains(
            "Tax invoice",
            "BB/26-27/000001",
            "2026-05-10",
            "Asha Rao",
            "BharatBuild Plus, one month")
        .contains("GSTIN 27AAAAA0000A1Z5", "GST 18 %", "INR 457.47", "INR 2541.53", "INR 2999.00");
  }

  @Test
  void aNameThatTheFontsCannotWriteDoesNotBreakTheInvoice() throws Exception {
    Account user = shop.user("आशा राव");
    Transaction paid = shop.buy(user, "plus");

    assertThat(text(InvoicePdf.draw(invoice(user, paid)))).contains("@example.com", "INR 2999.00");
  }

  @Test
  void anInvoiceStaysAsItWasAndIsItsOwnersAlone() throws Exception {
    Account user = shop.user("Asha Rao");
    Transaction paid = shop.buy(user, "plus");
    shop.database.query("UPDATE users SET name = 'Somebody' WHERE id = $1", user.id());

    assertThat(invoice(user, paid).buyerName()).isEqualTo("Asha Rao");
    assertThat(Shop.code(shop.billing.invoices.of(shop.user().id(), paid.invoiceId())))
        .isEqualTo("not_found");
  }

  @Test
  void theTaxIsWhatIsContainedInThePriceToThePaisa() {
    assertThat(new Seller("", "", "", 18).taxIn(299_900)).isEqualTo(45_747);
    assertThat(new Seller("", "", "", 18).taxIn(1)).isZero();
    assertThat(new Seller("", "", "", 0).taxIn(299_900)).isZero();
  }
}

package ai.bharatbuild.billing;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Calendar;
import java.util.GregorianCalendar;
import java.util.List;
import java.util.Locale;
import java.util.TimeZone;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDDocumentInformation;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts;

/**
 * Draws an invoice as a page of A4 with fonts that every reader has. Those know the western
 * alphabet alone: where a name has other letters, the e-mail address stands for it.
 */
final class InvoicePdf {
  private static final float LEFT = 56;
  private static final float RIGHT = PDRectangle.A4.getWidth() - LEFT;
  private static final float TOP = PDRectangle.A4.getHeight() - 72;
  private static final int WIDEST = 90;

  private final PDFont plain = new PDType1Font(Standard14Fonts.FontName.HELVETICA);
  private final PDFont bold = new PDType1Font(Standard14Fonts.FontName.HELVETICA_BOLD);
  private final Invoice invoice;

  private InvoicePdf(Invoice invoice) {
    this.invoice = invoice;
  }

  /** The bytes of the document. Takes some ten milliseconds; not for event loops. */
  static Buffer draw(Invoice invoice) throws IOException {
    return new InvoicePdf(invoice).draw();
  }

  private Buffer draw() throws IOException {
    try (PDDocument document = new PDDocument()) {
      PDPage page = new PDPage(PDRectangle.A4);
      document.addPage(page);
      PDDocumentInformation about = document.getDocumentInformation();
      about.setTitle("Invoice " + invoice.number());
      Calendar issued = new GregorianCalendar(TimeZone.getTimeZone("Asia/Kolkata"), Locale.ROOT);
      issued.setTimeInMillis(invoice.issuedAt().toEpochMilli());
      about.setCreationDate(issued);
      try (PDPageContentStream content = new PDPageContentStream(document, page)) {
        write(content);
      }
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      document.save(bytes);
      return Buffer.buffer(bytes.toByteArray());
    }
  }

  private void write(PDPageContentStream content) throws IOException {
    float y = TOP;
    boolean taxed = invoice.taxPercent() > 0;
    text(content, bold, 20, LEFT, y, taxed ? "Tax invoice" : "Invoice");
    right(content, plain, 11, y, invoice.number());
    y -= 18;
    right(content, plain, 11, y, Invoices.day(invoice.issuedAt()).toString());
    y = block(content, y - 20, "From", seller());
    y = block(content, y - 12, "To", buyer());
    y -= 24;
    content.moveTo(LEFT, y + 14);
    content.lineTo(RIGHT, y + 14);
    content.stroke();
    y = row(content, plain, y, printable(invoice.description(), "Subscription"), net());
    if (taxed) {
      y = row(content, plain, y, "GST " + invoice.taxPercent() + " %", invoice.tax());
    }
    y = row(content, bold, y - 6, "Total paid", invoice.amount());
    text(content, plain, 9, LEFT, y - 24, "Payment " + printable(invoice.paymentId(), "-"));
  }

  private long net() {
    return invoice.amount() - invoice.tax();
  }

  private List<String> seller() {
    List<String> lines = new ArrayList<>(List.of(printable(invoice.sellerName(), "BharatBuild")));
    if (!invoice.sellerAddress().isEmpty()) {
      lines.add(printable(invoice.sellerAddress(), ""));
    }
    if (!invoice.sellerGstin().isEmpty()) {
      lines.add("GSTIN " + printable(invoice.sellerGstin(), ""));
    }
    return lines;
  }

  private List<String> buyer() {
    String email = printable(invoice.buyerEmail(), "-");
    return List.of(printable(invoice.buyerName(), email), email);
  }

  private float block(PDPageContentStream content, float top, String title, List<String> lines)
      throws IOException {
    float y = top;
    text(content, bold, 11, LEFT, y, title);
    for (String line : lines) {
      y -= 15;
      text(content, plain, 11, LEFT, y, line);
    }
    return y - 12;
  }

  private float row(PDPageContentStream content, PDFont font, float y, String what, long amount)
      throws IOException {
    text(content, font, 11, LEFT, y, what);
    right(content, font, 11, y, money(amount));
    return y - 18;
  }

  /** As {@code INR 1999.00}: the fonts have no sign for the rupee. */
  private String money(long paise) {
    return String.format(Locale.ROOT, "%s %d.%02d", invoice.currency(), paise / 100, paise % 100);
  }

  private static void text(
      PDPageContentStream content, PDFont font, float size, float x, float y, String text)
      throws IOException {
    content.beginText();
    content.setFont(font, size);
    content.newLineAtOffset(x, y);
    content.showText(text);
    content.endText();
  }

  private static void right(
      PDPageContentStream content, PDFont font, float size, float y, String text)
      throws IOException {
    float width = font.getStringWidth(text) / 1000 * size;
    text(content, font, size, RIGHT - width, y, text);
  }

  /** The text where the fonts can write all of it, cut to a line, else what stands for it. */
  private static String printable(String text, String otherwise) {
    boolean writable =
        text != null && !text.isBlank() && text.chars().allMatch(c -> c >= ' ' && c <= '~');
    if (!writable) {
      return otherwise;
    }
    return text.length() <= WIDEST ? text : text.substring(0, WIDEST - 3) + "...";
  }
}

package ai.bharatbuild.agents.documents.export;

import ai.bharatbuild.agents.documents.paper.Paper;
import com.openhtmltopdf.pdfboxout.PdfBoxRenderer;
import com.openhtmltopdf.pdfboxout.PdfRendererBuilder;
import com.openhtmltopdf.util.XRLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Calendar;
import java.util.GregorianCalendar;
import java.util.Locale;
import java.util.TimeZone;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDDocumentInformation;

/** PDF on A4 with a cover, contents with page numbers, an outline and fonts of its own. */
public final class PdfExporter implements Exporter {
  static {
    XRLog.setLoggingEnabled(false);
  }

  @Override
  public byte[] export(Paper paper) throws IOException {
    PdfFonts fonts = PdfFonts.get();
    PdfRendererBuilder builder = new PdfRendererBuilder();
    fonts.register(builder);
    // Only pictures that the text itself holds: nothing is ever fetched.
    builder.useUriResolver((base, uri) -> uri.startsWith("data:image/png;") ? uri : null);
    builder.withHtmlContent(Html.of(paper, style(), fonts::has), null);
    try (PdfBoxRenderer renderer = builder.buildPdfRenderer()) {
      renderer.layout();
      renderer.createPDFWithoutClosing();
      try (PDDocument document = renderer.getPdfDocument()) {
        describe(document, paper);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        document.save(bytes);
        return bytes.toByteArray();
      }
    }
  }

  private static void describe(PDDocument document, Paper paper) {
    Calendar at = new GregorianCalendar(TimeZone.getTimeZone("UTC"), Locale.ROOT);
    at.setTimeInMillis(paper.at().toEpochMilli());
    PDDocumentInformation about = document.getDocumentInformation();
    about.setTitle(paper.title() + " – " + paper.project());
    about.setCreator("BharatBuild");
    about.setCreationDate(at);
    about.setModificationDate(at);
    document.setDocumentId(paper.at().toEpochMilli());
  }

  private static String style() throws IOException {
    try (InputStream in = PdfExporter.class.getResourceAsStream("/documents.css")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}

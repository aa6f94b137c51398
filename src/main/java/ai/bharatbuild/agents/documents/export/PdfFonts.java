package ai.bharatbuild.agents.documents.export;

import com.openhtmltopdf.outputdevice.helper.BaseRendererBuilder.FontStyle;
import com.openhtmltopdf.pdfboxout.PdfRendererBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.fontbox.ttf.CmapLookup;
import org.apache.fontbox.ttf.TTFParser;
import org.apache.fontbox.ttf.TrueTypeFont;
import org.apache.pdfbox.io.RandomAccessReadBuffer;

/** The fonts that PDF files carry: Latin, Greek, Cyrillic, the rupee sign, Devanagari. */
final class PdfFonts {
  private record Face(String family, String file, int weight) {}

  private static final List<Face> FACES =
      List.of(
          new Face("body", "NotoSans-Regular.ttf", 400),
          new Face("body", "NotoSans-Bold.ttf", 700),
          new Face("mono", "NotoMono-Regular.ttf", 400),
          new Face("indic", "Lohit-Devanagari.ttf", 400),
          new Face("indic", "Lohit-Devanagari.ttf", 700));

  /** What stands for a letter that no font has. */
  static final String UNKNOWN = "\u00BF";

  private static PdfFonts loaded;

  private final List<byte[]> files = new ArrayList<>();
  private final List<CmapLookup> maps = new ArrayList<>();

  private PdfFonts() throws IOException {
    for (Face face : FACES) {
      byte[] bytes = read(face.file());
      files.add(bytes);
      try (TrueTypeFont font = new TTFParser().parse(new RandomAccessReadBuffer(bytes))) {
        maps.add(font.getUnicodeCmapLookup());
      }
    }
  }

  /** Loads them at the first call. */
  static synchronized PdfFonts get() throws IOException {
    if (loaded == null) {
      loaded = new PdfFonts();
    }
    return loaded;
  }

  private static byte[] read(String file) throws IOException {
    try (InputStream in = PdfFonts.class.getResourceAsStream("/fonts/" + file)) {
      if (in == null) {
        throw new IOException("the font is missing: " + file);
      }
      return in.readAllBytes();
    }
  }

  void register(PdfRendererBuilder builder) {
    for (int i = 0; i < FACES.size(); i++) {
      byte[] bytes = files.get(i);
      Face face = FACES.get(i);
      builder.useFont(
          () -> new ByteArrayInputStream(bytes),
          face.family(),
          face.weight(),
          FontStyle.NORMAL,
          true);
    }
  }

  /** Whether one of the fonts has the letter. */
  boolean has(int letter) {
    return letter == '\n' || maps.stream().anyMatch(map -> map.getGlyphId(letter) > 0);
  }
}

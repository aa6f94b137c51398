package ai.bharatbuild.agents.documents.export;

import ai.bharatbuild.agents.documents.paper.Block.Figure;
import java.awt.Font;
import java.awt.FontFormatException;
import java.awt.GraphicsEnvironment;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import net.sourceforge.plantuml.FileFormat;
import net.sourceforge.plantuml.FileFormatOption;
import net.sourceforge.plantuml.SourceStringReader;
import net.sourceforge.plantuml.security.SecurityProfile;
import net.sourceforge.plantuml.security.SecurityUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Draws diagrams with PlantUML, in its sandbox: it opens no file and no connection, whatever a
 * diagram asks for. The JVM needs fontconfig and a font to measure text; without them there are no
 * drawings.
 */
final class Drawings {
  private static final Logger LOG = LoggerFactory.getLogger(Drawings.class);

  /** PlantUML cuts off what is larger. */
  private static final int MOST_PIXELS = 4_000;

  private static final double SCALE = 2;
  private static final Pattern DEVANAGARI = Pattern.compile("\\p{IsDevanagari}");
  private static final boolean SAFE = enterSandbox();

  private Drawings() {}

  /** PlantUML looks at this once, when it is loaded. */
  private static boolean enterSandbox() {
    System.setProperty("PLANTUML_SECURITY_PROFILE", "SANDBOX");
    return SecurityUtils.getSecurityProfile() == SecurityProfile.SANDBOX;
  }

  /** The drawing; empty where it cannot be drawn, of which the document then has the text. */
  static Optional<Drawing> of(Figure figure) {
    if (!SAFE) {
      LOG.error("no diagrams: PlantUML was loaded before its sandbox was set");
      return Optional.empty();
    }
    try {
      return draw(figure);
    } catch (IOException | RuntimeException | LinkageError | InternalError e) {
      LOG.warn("no diagram; has the server fontconfig and a font? {}", e.toString());
      return Optional.empty();
    }
  }

  private static Optional<Drawing> draw(Figure figure) throws IOException {
    byte[] once = render(figure, FileFormat.PNG, 1);
    if (once == null) {
      LOG.warn("PlantUML does not understand the diagram of {}", figure.caption());
      return Optional.empty();
    }
    var image = ImageIO.read(new ByteArrayInputStream(once));
    int largest = Math.max(image.getWidth(), image.getHeight());
    double scale = Math.min(SCALE, (double) MOST_PIXELS / largest);
    byte[] svg = render(figure, FileFormat.SVG, 1);
    byte[] png = scale <= 1 ? once : render(figure, FileFormat.PNG, scale);
    return Optional.of(new Drawing(svg, png, image.getWidth(), image.getHeight()));
  }

  /** A font with Latin and Devanagari letters, which machines seldom have by themselves. */
  private static synchronized String indicFont() throws IOException {
    try (InputStream in = Drawings.class.getResourceAsStream("/fonts/Lohit-Devanagari.ttf")) {
      Font font = Font.createFont(Font.TRUETYPE_FONT, in);
      GraphicsEnvironment.getLocalGraphicsEnvironment().registerFont(font);
      return font.getFamily();
    } catch (FontFormatException e) {
      throw new IOException(e);
    }
  }

  /** Null where it is no diagram: PlantUML would draw its complaint. */
  private static byte[] render(Figure figure, FileFormat format, double scale) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    FileFormatOption option = new FileFormatOption(format, false).withScale(scale);
    String diagram = figure.diagram();
    if (format == FileFormat.PNG && DEVANAGARI.matcher(diagram).find()) {
      diagram = diagram.replaceFirst("\n", "\nskinparam defaultFontName " + indicFont() + "\n");
    }
    var described = new SourceStringReader(diagram).outputImage(out, option);
    return described == null || described.getDescription().contains("Error")
        ? null
        : out.toByteArray();
  }
}

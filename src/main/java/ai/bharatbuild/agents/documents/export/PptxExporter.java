package ai.bharatbuild.agents.documents.export;

import ai.bharatbuild.agents.documents.paper.Block;
import ai.bharatbuild.agents.documents.paper.Paper;
import ai.bharatbuild.agents.documents.paper.Slide;
import java.awt.Color;
import java.awt.Dimension;
import java.awt.Rectangle;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.apache.poi.sl.usermodel.PictureData.PictureType;
import org.apache.poi.sl.usermodel.TableCell.BorderEdge;
import org.apache.poi.sl.usermodel.VerticalAlignment;
import org.apache.poi.xslf.usermodel.SlideLayout;
import org.apache.poi.xslf.usermodel.XMLSlideShow;
import org.apache.poi.xslf.usermodel.XSLFAutoShape;
import org.apache.poi.xslf.usermodel.XSLFNotes;
import org.apache.poi.xslf.usermodel.XSLFPictureShape;
import org.apache.poi.xslf.usermodel.XSLFSlide;
import org.apache.poi.xslf.usermodel.XSLFTable;
import org.apache.poi.xslf.usermodel.XSLFTableCell;
import org.apache.poi.xslf.usermodel.XSLFTableRow;
import org.apache.poi.xslf.usermodel.XSLFTextBox;
import org.apache.poi.xslf.usermodel.XSLFTextParagraph;
import org.apache.poi.xslf.usermodel.XSLFTextRun;
import org.apache.poi.xslf.usermodel.XSLFTextShape;
import org.openxmlformats.schemas.presentationml.x2006.main.CTShape;

/** Presentations of 16 to 9 with real titles, tables and notes. */
public final class PptxExporter implements Exporter {
  private static final Dimension PAGE = new Dimension(960, 540);
  private static final int LEFT = 48;
  private static final int WIDTH = PAGE.width - 2 * LEFT;
  private static final int TOP = 112;
  private static final int HEIGHT = 380;
  private static final Color DARK = new Color(0x1f3864);
  private static final Color GREY = new Color(0x44546a);
  private static final String FONT = "Calibri";

  @Override
  public byte[] export(Paper paper) throws IOException {
    try (XMLSlideShow show = new XMLSlideShow()) {
      show.setPageSize(PAGE);
      var core = show.getProperties().getCoreProperties();
      core.setTitle(paper.title() + " – " + paper.project());
      core.setCreator("BharatBuild");
      core.setCreated(Optional.of(Date.from(paper.at())));
      core.setModified(Optional.of(Date.from(paper.at())));
      cover(show, paper);
      int number = 1;
      for (Slide slide : paper.slides()) {
        write(show, slide, ++number);
      }
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      show.write(bytes);
      return Archive.again(bytes.toByteArray(), paper.at());
    }
  }

  private static XSLFSlide begin(XMLSlideShow show, String title, Rectangle place, double size) {
    XSLFSlide slide =
        show.createSlide(show.getSlideMasters().getFirst().getLayout(SlideLayout.TITLE_ONLY));
    for (XSLFTextShape shape : slide.getPlaceholders()) {
      if (shape.getTextType() != null && shape.getTextType().name().contains("TITLE")) {
        place(shape, place);
        shape.clearText();
        XSLFTextRun run = shape.addNewTextParagraph().addNewTextRun();
        shape
            .getTextParagraphs()
            .getFirst()
            .setTextAlign(org.apache.poi.sl.usermodel.TextParagraph.TextAlign.LEFT);
        look(run, title, size, DARK);
        run.setBold(true);
        shape.setVerticalAlignment(VerticalAlignment.BOTTOM);
      } else {
        slide.removeShape(shape);
      }
    }
    return slide;
  }

  /** A placeholder without a place of its own would move the one of its layout. */
  private static void place(XSLFTextShape shape, Rectangle place) {
    ((CTShape) shape.getXmlObject()).getSpPr().addNewXfrm();
    shape.setAnchor(place);
  }

  private static void look(XSLFTextRun run, String text, double size, Color colour) {
    run.setText(text);
    run.setFontSize(size);
    run.setFontFamily(FONT);
    run.setFontColor(colour);
  }

  private static void cover(XMLSlideShow show, Paper paper) {
    double size = paper.project().length() > 60 ? 30 : 44;
    XSLFSlide slide = begin(show, paper.project(), new Rectangle(LEFT, 120, WIDTH, 170), size);
    line(slide, 304);
    text(slide, paper.title() + "  ·  " + paper.day(), new Rectangle(LEFT, 316, WIDTH, 40), 20);
    if (!paper.remark().isEmpty()) {
      text(slide, paper.remark(), new Rectangle(LEFT, 456, WIDTH, 60), 12);
    }
  }

  private static void line(XSLFSlide slide, int y) {
    XSLFAutoShape line = slide.createAutoShape();
    line.setShapeType(org.apache.poi.sl.usermodel.ShapeType.RECT);
    line.setAnchor(new Rectangle(LEFT + 8, y, 120, 4));
    line.setFillColor(new Color(0xd9822b));
    line.setLineColor(null);
  }

  private static void text(XSLFSlide slide, String text, Rectangle place, double size) {
    XSLFTextBox box = slide.createTextBox();
    box.setAnchor(place);
    box.clearText();
    look(box.addNewTextParagraph().addNewTextRun(), text, size, GREY);
  }

  private static void write(XMLSlideShow show, Slide slide, int number) throws IOException {
    XSLFSlide made = begin(show, slide.title(), new Rectangle(LEFT, 28, WIDTH, 64), 30);
    line(made, 96);
    if (!slide.points().isEmpty()) {
      points(made, slide.points());
    }
    if (slide.table() != null) {
      table(made, slide.table());
    }
    if (slide.figure() != null) {
      figure(show, made, slide.figure());
    }
    text(made, Integer.toString(number), new Rectangle(PAGE.width - 80, 504, 40, 24), 11);
    if (!slide.notes().isEmpty()) {
      notes(show, made, slide.notes());
    }
  }

  private static void points(XSLFSlide slide, List<String> points) {
    int letters = points.stream().mapToInt(String::length).sum();
    double size = letters > 600 ? 18 : letters > 350 ? 20 : letters > 150 ? 24 : 28;
    XSLFTextBox box = slide.createTextBox();
    box.setAnchor(new Rectangle(LEFT, TOP, WIDTH, HEIGHT));
    box.clearText();
    for (String point : points) {
      XSLFTextParagraph paragraph = box.addNewTextParagraph();
      paragraph.setBullet(true);
      paragraph.setLeftMargin(22.0);
      paragraph.setIndent(-22.0);
      paragraph.setSpaceAfter(30.0);
      look(paragraph.addNewTextRun(), point, size, Color.BLACK);
    }
  }

  private static void table(XSLFSlide slide, Block.Table table) {
    XSLFTable made = slide.createTable();
    made.setAnchor(new Rectangle(LEFT + 8, TOP + 8, WIDTH - 16, 40));
    row(made, table.header(), true);
    table.rows().forEach(row -> row(made, row, false));
    for (int i = 0; i < table.widths().size(); i++) {
      made.setColumnWidth(i, (WIDTH - 16) * table.widths().get(i) / 100.0);
    }
    if (table.leftOut() > 0) {
      text(
          slide,
          "and %d more; the report has them all".formatted(table.leftOut()),
          new Rectangle(LEFT, 486, WIDTH - 60, 24),
          13);
    }
  }

  private static void row(XSLFTable table, List<String> cells, boolean header) {
    XSLFTableRow row = table.addRow();
    row.setHeight(header ? 30 : 38);
    for (String text : cells) {
      XSLFTableCell cell = row.addCell();
      cell.setVerticalAlignment(VerticalAlignment.MIDDLE);
      look(
          cell.addNewTextParagraph().addNewTextRun(), text, 14, header ? Color.WHITE : Color.BLACK);
      if (header) {
        cell.setFillColor(DARK);
        cell.getTextParagraphs().getFirst().getTextRuns().getFirst().setBold(true);
      } else {
        cell.setBorderColor(BorderEdge.bottom, new Color(0xc4cbd4));
        cell.setBorderWidth(BorderEdge.bottom, 0.75);
      }
    }
  }

  private static void figure(XMLSlideShow show, XSLFSlide slide, Block.Figure figure) {
    Optional<Drawing> drawn = Drawings.of(figure);
    if (drawn.isEmpty()) {
      text(slide, "No diagram could be drawn.", new Rectangle(LEFT, TOP, WIDTH, 40), 18);
      return;
    }
    Drawing drawing = drawn.get();
    double scale =
        Math.min(
            1.4, Math.min((double) WIDTH / drawing.width(), (double) HEIGHT / drawing.height()));
    int width = (int) (drawing.width() * scale);
    int height = (int) (drawing.height() * scale);
    XSLFPictureShape picture = slide.createPicture(show.addPicture(drawing.png(), PictureType.PNG));
    picture.setAnchor(
        new Rectangle((PAGE.width - width) / 2, TOP + (HEIGHT - height) / 2, width, height));
  }

  private static void notes(XMLSlideShow show, XSLFSlide slide, String text) {
    XSLFNotes notes = show.getNotesSlide(slide);
    for (XSLFTextShape shape : notes.getPlaceholders()) {
      if (shape.getTextType() == org.apache.poi.sl.usermodel.Placeholder.BODY) {
        shape.setText(text);
      }
    }
  }
}

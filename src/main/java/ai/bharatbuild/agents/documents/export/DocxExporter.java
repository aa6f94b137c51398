package ai.bharatbuild.agents.documents.export;

import ai.bharatbuild.agents.documents.facts.Texts;
import ai.bharatbuild.agents.documents.paper.Block;
import ai.bharatbuild.agents.documents.paper.Block.Heading;
import ai.bharatbuild.agents.documents.paper.Paper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.apache.poi.common.usermodel.PictureType;
import org.apache.poi.openxml4j.exceptions.InvalidFormatException;
import org.apache.poi.util.Units;
import org.apache.poi.wp.usermodel.HeaderFooterType;
import org.apache.poi.xwpf.usermodel.BreakType;
import org.apache.poi.xwpf.usermodel.ParagraphAlignment;
import org.apache.poi.xwpf.usermodel.XWPFDocument;
import org.apache.poi.xwpf.usermodel.XWPFParagraph;
import org.apache.poi.xwpf.usermodel.XWPFRun;
import org.openxmlformats.schemas.wordprocessingml.x2006.main.CTBookmark;
import org.openxmlformats.schemas.wordprocessingml.x2006.main.CTPageMar;
import org.openxmlformats.schemas.wordprocessingml.x2006.main.CTPageSz;
import org.openxmlformats.schemas.wordprocessingml.x2006.main.CTSectPr;
import org.openxmlformats.schemas.wordprocessingml.x2006.main.STFldCharType;

/**
 * Word documents with styles, a table of contents, page numbers and an outline. The contents link
 * to their headings; Word adds page numbers when the field is updated.
 */
public final class DocxExporter implements Exporter {
  private static final int TOC_DEPTH = 2;
  private static final int WIDEST = 450;
  private static final int HIGHEST = 600;

  @Override
  public byte[] export(Paper paper) throws IOException {
    try (XWPFDocument document = new XWPFDocument()) {
      new Writing(document, paper).write();
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      document.write(bytes);
      return Archive.again(bytes.toByteArray(), paper.at());
    }
  }

  private static final class Writing {
    private final XWPFDocument document;
    private final Paper paper;
    private final BigInteger bullets;
    private int lists;
    private int headings;
    private int pictures;

    Writing(XWPFDocument document, Paper paper) {
      this.document = document;
      this.paper = paper;
      WordStyles.add(document);
      this.bullets = WordStyles.list(document, false, lists++);
    }

    void write() throws IOException {
      page();
      about();
      cover();
      contents();
      for (Block block : paper.blocks()) {
        write(block);
      }
      if (!paper.remark().isEmpty()) {
        text("Caption", paper.remark());
      }
      footer();
    }

    private void page() {
      CTSectPr section = document.getDocument().getBody().addNewSectPr();
      CTPageSz size = section.addNewPgSz();
      size.setW(BigInteger.valueOf(11_906));
      size.setH(BigInteger.valueOf(16_838));
      CTPageMar margins = section.addNewPgMar();
      for (var set :
          List.<java.util.function.Consumer<BigInteger>>of(
              margins::setTop, margins::setBottom, margins::setLeft, margins::setRight)) {
        set.accept(BigInteger.valueOf(1_250));
      }
      margins.setFooter(BigInteger.valueOf(600));
      section.addNewTitlePg();
    }

    private void about() {
      var core = document.getProperties().getCoreProperties();
      core.setTitle(paper.title() + " – " + paper.project());
      core.setCreator("BharatBuild");
      core.setCreated(Optional.of(Date.from(paper.at())));
      core.setModified(Optional.of(Date.from(paper.at())));
    }

    private void cover() {
      for (int i = 0; i < 8; i++) {
        document.createParagraph();
      }
      text("Title", paper.project());
      text("Subtitle", paper.title());
      text("Normal", paper.day()).createRun().addBreak(BreakType.PAGE);
    }

    private XWPFParagraph text(String style, String text) {
      XWPFParagraph paragraph = document.createParagraph();
      paragraph.setStyle(style);
      run(paragraph, text);
      return paragraph;
    }

    private static XWPFRun run(XWPFParagraph paragraph, String text) {
      XWPFRun run = paragraph.createRun();
      run.setText(text);
      return run;
    }

    /** A field that holds the headings, so that it shows them before it is ever updated. */
    private void contents() {
      XWPFParagraph title = text("Normal", "Contents");
      title.getRuns().getFirst().setBold(true);
      title.getRuns().getFirst().setFontSize(16);
      title.getRuns().getFirst().setColor(WordStyles.DARK);
      XWPFParagraph begin = document.createParagraph();
      field(begin, STFldCharType.BEGIN);
      begin.createRun().getCTR().addNewInstrText().setStringValue(" TOC \\o \"1-2\" \\h \\z ");
      field(begin, STFldCharType.SEPARATE);
      int number = 0;
      for (Block block : paper.blocks()) {
        if (block instanceof Heading heading) {
          if (heading.level() <= TOC_DEPTH) {
            XWPFParagraph line = document.createParagraph();
            line.setStyle("TOC" + heading.level());
            var link = line.getCTP().addNewHyperlink();
            link.setAnchor("h" + number);
            link.addNewR().addNewT().setStringValue(heading.shown());
          }
          number++;
        }
      }
      XWPFParagraph end = document.createParagraph();
      field(end, STFldCharType.END);
      end.createRun().addBreak(BreakType.PAGE);
    }

    private static void field(XWPFParagraph paragraph, STFldCharType.Enum type) {
      paragraph.createRun().getCTR().addNewFldChar().setFldCharType(type);
    }

    private void write(Block block) throws IOException {
      switch (block) {
        case Heading it -> heading(it);
        case Block.Paragraph it -> text("Normal", it.text() + (it.modelWritten() ? " †" : ""));
        case Block.Items it -> {
          BigInteger list = it.ordered() ? WordStyles.list(document, true, lists++) : bullets;
          it.items().forEach(item -> text("Normal", item).setNumID(list));
        }
        case Block.Table it -> WordTables.write(document, it);
        case Block.Code it -> code(it.text());
        case Block.Figure it -> figure(it);
        case Block.Note it -> WordTables.note(document, it);
      }
    }

    private void heading(Heading heading) {
      XWPFParagraph paragraph = document.createParagraph();
      paragraph.setStyle("Heading" + heading.level());
      CTBookmark mark = paragraph.getCTP().addNewBookmarkStart();
      mark.setId(BigInteger.valueOf(headings));
      mark.setName("h" + headings);
      run(paragraph, heading.shown());
      paragraph.getCTP().addNewBookmarkEnd().setId(BigInteger.valueOf(headings));
      headings++;
    }

    private void code(String text) {
      XWPFParagraph paragraph = document.createParagraph();
      paragraph.setStyle("Code");
      XWPFRun run = paragraph.createRun();
      List<String> lines = text.lines().toList();
      for (int i = 0; i < lines.size(); i++) {
        run.setText(lines.get(i), i);
        if (i + 1 < lines.size()) {
          run.addBreak();
        }
      }
    }

    private void figure(Block.Figure figure) throws IOException {
      Optional<Drawing> drawing = Drawings.of(figure);
      if (drawing.isEmpty()) {
        code(figure.diagram());
      } else {
        picture(drawing.get(), figure.caption());
      }
      text("Caption", figure.caption()).setAlignment(ParagraphAlignment.CENTER);
    }

    private void picture(Drawing drawing, String caption) throws IOException {
      double points = 0.75;
      double width = drawing.width() * points;
      double height = drawing.height() * points;
      double scale = Math.min(1, Math.min(WIDEST / width, HIGHEST / height));
      XWPFParagraph paragraph = document.createParagraph();
      paragraph.setAlignment(ParagraphAlignment.CENTER);
      paragraph.setKeepNext(true);
      try {
        var picture =
            paragraph
                .createRun()
                .addPicture(
                    new ByteArrayInputStream(drawing.png()),
                    PictureType.PNG,
                    "figure-%d.png".formatted(++pictures),
                    Units.toEMU(width * scale),
                    Units.toEMU(height * scale));
        picture.getCTPicture().getNvPicPr().getCNvPr().setDescr(caption);
      } catch (InvalidFormatException e) {
        throw new IOException(e);
      }
    }

    private void footer() {
      XWPFParagraph footer = document.createFooter(HeaderFooterType.DEFAULT).createParagraph();
      footer.setAlignment(ParagraphAlignment.RIGHT);
      XWPFRun name = run(footer, Texts.line(paper.project(), 80) + "    ");
      name.setFontSize(8);
      var page = footer.getCTP().addNewFldSimple();
      page.setInstr("PAGE");
      page.addNewR().addNewT().setStringValue("1");
    }
  }
}

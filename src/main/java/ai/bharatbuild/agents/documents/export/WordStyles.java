package ai.bharatbuild.agents.documents.export;

import java.math.BigInteger;
import org.apache.poi.xwpf.usermodel.XWPFDocument;
import org.apache.poi.xwpf.usermodel.XWPFStyle;
import org.apache.poi.xwpf.usermodel.XWPFStyles;
import org.openxmlformats.schemas.wordprocessingml.x2006.main.CTAbstractNum;
import org.openxmlformats.schemas.wordprocessingml.x2006.main.CTFonts;
import org.openxmlformats.schemas.wordprocessingml.x2006.main.CTLvl;
import org.openxmlformats.schemas.wordprocessingml.x2006.main.CTPPrGeneral;
import org.openxmlformats.schemas.wordprocessingml.x2006.main.CTRPr;
import org.openxmlformats.schemas.wordprocessingml.x2006.main.CTStyle;
import org.openxmlformats.schemas.wordprocessingml.x2006.main.CTStyles;
import org.openxmlformats.schemas.wordprocessingml.x2006.main.STNumberFormat;
import org.openxmlformats.schemas.wordprocessingml.x2006.main.STStyleType;

/** The styles and lists of Word documents. */
final class WordStyles {
  static final String DARK = "1F3864";
  static final String GREY = "44546A";
  private static final int[] SIZES = {16, 13, 11, 10};

  private WordStyles() {}

  static void add(XWPFDocument document) {
    XWPFStyles styles = document.createStyles();
    CTStyles all = CTStyles.Factory.newInstance();
    CTRPr defaults = all.addNewDocDefaults().addNewRPrDefault().addNewRPr();
    fonts(defaults, "Calibri");
    defaults.addNewSz().setVal(21);
    defaults.addNewSzCs().setVal(21);
    styles.setStyles(all);
    add(styles, paragraph("Normal", "Normal", null, 0, 120));
    for (int level = 1; level <= SIZES.length; level++) {
      heading(styles, level);
    }
    add(styles, look(paragraph("Title", "Title", null, 0, 200), 30, DARK, true));
    add(styles, look(paragraph("Subtitle", "Subtitle", null, 0, 120), 17, GREY, false));
    add(styles, look(paragraph("Caption", "caption", null, 120, 80), 9, GREY, false));
    add(styles, look(paragraph("Cell", "Table cell", null, 30, 30), 9, "000000", false));
    add(styles, paragraph("TOC1", "toc 1", null, 60, 20));
    add(styles, paragraph("TOC2", "toc 2", 300, 0, 0));
    CTStyle code = paragraph("Code", "Code", null, 0, 120);
    fonts(code.getRPr(), "Consolas");
    add(styles, look(code, 8, "000000", false));
  }

  private static void heading(XWPFStyles styles, int level) {
    CTStyle style = paragraph("Heading" + level, "heading " + level, null, 240, 100);
    style.getPPr().addNewKeepNext();
    style.getPPr().addNewOutlineLvl().setVal(BigInteger.valueOf(level - 1L));
    add(styles, look(style, SIZES[level - 1], level < 3 ? DARK : GREY, true));
  }

  /** A style is copied when it is added, so it is whole by then. */
  private static void add(XWPFStyles styles, CTStyle style) {
    styles.addStyle(new XWPFStyle(style));
  }

  private static CTStyle paragraph(String id, String name, Integer indent, int before, int after) {
    CTStyle style = CTStyle.Factory.newInstance();
    style.setStyleId(id);
    style.setType(STStyleType.PARAGRAPH);
    style.addNewName().setVal(name);
    style.addNewQFormat();
    CTPPrGeneral paragraph = style.addNewPPr();
    var spacing = paragraph.addNewSpacing();
    spacing.setBefore(BigInteger.valueOf(before));
    spacing.setAfter(BigInteger.valueOf(after));
    if (indent != null) {
      paragraph.addNewInd().setLeft(BigInteger.valueOf(indent));
    }
    if (id.equals("Normal")) {
      style.setDefault(true);
    } else {
      style.addNewBasedOn().setVal("Normal");
    }
    style.addNewRPr();
    return style;
  }

  private static CTStyle look(CTStyle style, int points, String colour, boolean bold) {
    CTRPr run = style.getRPr();
    run.addNewSz().setVal(2 * points);
    run.addNewSzCs().setVal(2 * points);
    run.addNewColor().setVal(colour);
    if (bold) {
      run.addNewB();
      run.addNewBCs();
    }
    return style;
  }

  private static void fonts(CTRPr run, String latin) {
    CTFonts fonts = run.addNewRFonts();
    fonts.setAscii(latin);
    fonts.setHAnsi(latin);
    fonts.setCs("Nirmala UI");
    fonts.setEastAsia(latin);
  }

  /** A list with bullets, and a fresh one with numbers for each call. */
  static BigInteger list(XWPFDocument document, boolean ordered, int id) {
    var numbering =
        document.getNumbering() == null ? document.createNumbering() : document.getNumbering();
    CTAbstractNum list = CTAbstractNum.Factory.newInstance();
    list.setAbstractNumId(BigInteger.valueOf(id));
    CTLvl level = list.addNewLvl();
    level.setIlvl(BigInteger.ZERO);
    level.addNewStart().setVal(BigInteger.ONE);
    level.addNewNumFmt().setVal(ordered ? STNumberFormat.DECIMAL : STNumberFormat.BULLET);
    level.addNewLvlText().setVal(ordered ? "%1." : "•");
    var indent = level.addNewPPr().addNewInd();
    indent.setLeft(BigInteger.valueOf(400));
    indent.setHanging(BigInteger.valueOf(300));
    BigInteger made =
        numbering.addAbstractNum(new org.apache.poi.xwpf.usermodel.XWPFAbstractNum(list));
    return numbering.addNum(made);
  }
}

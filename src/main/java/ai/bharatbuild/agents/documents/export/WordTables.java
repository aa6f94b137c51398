package ai.bharatbuild.agents.documents.export;

import ai.bharatbuild.agents.documents.paper.Block;
import java.math.BigInteger;
import java.util.List;
import org.apache.poi.xwpf.usermodel.XWPFDocument;
import org.apache.poi.xwpf.usermodel.XWPFParagraph;
import org.apache.poi.xwpf.usermodel.XWPFRun;
import org.apache.poi.xwpf.usermodel.XWPFTable;
import org.apache.poi.xwpf.usermodel.XWPFTable.XWPFBorderType;
import org.apache.poi.xwpf.usermodel.XWPFTableCell;
import org.apache.poi.xwpf.usermodel.XWPFTableRow;
import org.openxmlformats.schemas.wordprocessingml.x2006.main.STTblLayoutType;

/** Tables and notes of Word documents. */
final class WordTables {
  /** Twentieths of a point between the margins. */
  private static final int WIDTH = 9_400;

  private static final String LINE = "C4CBD4";

  private WordTables() {}

  static void write(XWPFDocument document, Block.Table table) {
    if (!table.caption().isEmpty()) {
      XWPFParagraph caption = document.createParagraph();
      caption.setStyle("Caption");
      caption.setKeepNext(true);
      caption.createRun().setText(table.caption());
    }
    XWPFTable made = document.createTable(table.rows().size() + 1, table.header().size());
    frame(made, table.widths());
    XWPFTableRow header = made.getRow(0);
    header.setRepeatHeader(true);
    header.setCantSplitRow(true);
    for (int i = 0; i < table.header().size(); i++) {
      XWPFTableCell cell = header.getCell(i);
      cell.setColor(WordStyles.DARK);
      XWPFRun run = fill(cell, table.header().get(i));
      run.setBold(true);
      run.setColor("FFFFFF");
    }
    for (int r = 0; r < table.rows().size(); r++) {
      List<String> row = table.rows().get(r);
      made.getRow(r + 1).setCantSplitRow(true);
      for (int i = 0; i < row.size(); i++) {
        fill(made.getRow(r + 1).getCell(i), row.get(i));
      }
    }
    XWPFParagraph after = document.createParagraph();
    if (table.leftOut() > 0) {
      after.createRun().setText("and %d more rows".formatted(table.leftOut()));
    }
  }

  /** A note stands in a coloured cell. */
  static void note(XWPFDocument document, Block.Note note) {
    XWPFTable made = document.createTable(1, 1);
    frame(made, List.of(100));
    XWPFTableCell cell = made.getRow(0).getCell(0);
    cell.setColor(note.tone() == Block.Note.Tone.GOOD ? "E8F4EA" : "FDF3E1");
    fill(cell, note.text());
    document.createParagraph();
  }

  private static void frame(XWPFTable table, List<Integer> percents) {
    table.setWidth(WIDTH);
    var layout = table.getCTTbl().getTblPr().addNewTblLayout();
    layout.setType(STTblLayoutType.FIXED);
    table.setInsideHBorder(XWPFBorderType.SINGLE, 4, 0, LINE);
    table.setInsideVBorder(XWPFBorderType.NONE, 0, 0, LINE);
    table.setTopBorder(XWPFBorderType.SINGLE, 4, 0, LINE);
    table.setBottomBorder(XWPFBorderType.SINGLE, 4, 0, LINE);
    table.setLeftBorder(XWPFBorderType.NONE, 0, 0, LINE);
    table.setRightBorder(XWPFBorderType.NONE, 0, 0, LINE);
    var grid =
        table.getCTTbl().getTblGrid() == null
            ? table.getCTTbl().addNewTblGrid()
            : table.getCTTbl().getTblGrid();
    while (grid.sizeOfGridColArray() > 0) {
      grid.removeGridCol(0);
    }
    for (int i = 0; i < percents.size(); i++) {
      int width = WIDTH * percents.get(i) / 100;
      grid.addNewGridCol().setW(BigInteger.valueOf(width));
      for (XWPFTableRow row : table.getRows()) {
        row.getCell(i).setWidth(Integer.toString(width));
      }
    }
  }

  private static XWPFRun fill(XWPFTableCell cell, String text) {
    XWPFParagraph paragraph = cell.getParagraphs().getFirst();
    paragraph.setStyle("Cell");
    XWPFRun run = paragraph.createRun();
    run.setText(text);
    return run;
  }
}

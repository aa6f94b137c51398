package ai.bharatbuild.agents.documents.paper;

import ai.bharatbuild.agents.documents.facts.Texts;
import ai.bharatbuild.agents.documents.paper.Block.Code;
import ai.bharatbuild.agents.documents.paper.Block.Figure;
import ai.bharatbuild.agents.documents.paper.Block.Heading;
import ai.bharatbuild.agents.documents.paper.Block.Items;
import ai.bharatbuild.agents.documents.paper.Block.Note;
import ai.bharatbuild.agents.documents.paper.Block.Paragraph;
import ai.bharatbuild.agents.documents.paper.Block.Paragraph.Source;
import ai.bharatbuild.agents.documents.paper.Block.Table;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Puts a document together: numbers its headings, cleans all text and keeps everything within
 * bounds.
 */
public final class PaperBuilder {
  /** Rows of one table. */
  public static final int MOST_ROWS = 200;

  private static final int MOST_TEXT = 8_000;
  private static final int MOST_CELL = 1_000;
  private static final int MOST_CODE = 20_000;
  private static final int DEPTH = 4;

  private final List<Block> blocks = new ArrayList<>();
  private final int[] numbers = new int[DEPTH];
  private boolean appendices;

  /** A heading with the next number of its level, which is from 1 to 4. */
  public PaperBuilder heading(int level, String text) {
    numbers[level - 1]++;
    Arrays.fill(numbers, level, DEPTH, 0);
    StringBuilder number = new StringBuilder();
    for (int i = 0; i < level; i++) {
      boolean letter = appendices && i == 0;
      number.append(i == 0 ? "" : ".");
      number.append(letter ? Character.toString('A' + numbers[0] - 1) : numbers[i]);
    }
    return add(new Heading(level, number.toString(), Texts.line(text, 300)));
  }

  /** A heading of the first level from which on letters number instead. */
  public PaperBuilder appendix(String text) {
    if (!appendices) {
      appendices = true;
      Arrays.fill(numbers, 0);
    }
    return heading(1, text);
  }

  /** A heading without a number. */
  public PaperBuilder title(int level, String text) {
    return add(new Heading(level, "", Texts.line(text, 300)));
  }

  /** One paragraph of facts for each line; none for what is blank. */
  public PaperBuilder text(String text) {
    return paragraphs(text, Source.FACTS);
  }

  /** The same of a template's prose, which a language model may write anew. */
  public PaperBuilder prose(String draft) {
    return paragraphs(draft, Source.DRAFT);
  }

  private PaperBuilder paragraphs(String text, Source source) {
    Texts.clean(text, MOST_TEXT)
        .lines()
        .filter(it -> !it.isBlank())
        .forEach(it -> add(new Paragraph(it.strip(), source)));
    return this;
  }

  public PaperBuilder items(List<String> items) {
    return items(items, false);
  }

  public PaperBuilder steps(List<String> items) {
    return items(items, true);
  }

  private PaperBuilder items(List<String> items, boolean ordered) {
    List<String> shown =
        new ArrayList<>(items.stream().limit(MOST_ROWS).map(it -> Texts.line(it, 2000)).toList());
    if (items.size() > MOST_ROWS) {
      shown.add("and %d more".formatted(items.size() - MOST_ROWS));
    }
    return shown.isEmpty() ? this : add(new Items(shown, ordered));
  }

  /**
   * A table, none without rows. A caption that only says the heading above it again is left out.
   *
   * @param widths of the columns, in percent
   */
  public PaperBuilder table(
      String caption, List<String> header, List<Integer> widths, List<List<String>> rows) {
    boolean said =
        !blocks.isEmpty() && blocks.getLast() instanceof Heading it && it.text().equals(caption);
    return rows.isEmpty() ? this : add(table(said ? "" : caption, header, widths, rows, MOST_ROWS));
  }

  /** A table of at most so many rows. */
  public static Table table(
      String caption,
      List<String> header,
      List<Integer> widths,
      List<List<String>> rows,
      int mostRows) {
    List<List<String>> shown =
        rows.stream()
            .limit(mostRows)
            .map(row -> row.stream().map(cell -> Texts.line(cell, MOST_CELL)).toList())
            .toList();
    return new Table(
        Texts.line(caption, 300), header, widths, shown, Math.max(0, rows.size() - mostRows));
  }

  public PaperBuilder code(String text) {
    return add(new Code(Texts.clean(text, MOST_CODE)));
  }

  /** Does nothing where there is no diagram. */
  public PaperBuilder figure(Figure figure) {
    return figure == null ? this : add(figure);
  }

  public PaperBuilder note(Note.Tone tone, String text) {
    return add(new Note(tone, Texts.line(text, MOST_TEXT)));
  }

  private PaperBuilder add(Block block) {
    blocks.add(block);
    return this;
  }

  public Paper build(String title, String project, Instant at) {
    return new Paper(Texts.line(title, 300), Texts.line(project, 200), at, blocks, List.of(), "");
  }
}

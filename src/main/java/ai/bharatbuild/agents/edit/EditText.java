package ai.bharatbuild.agents.edit;

import ai.bharatbuild.agents.edit.FileEdit.Block;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Changes as text, for models without tools. Each marker ends with a word that was made up for this
 * conversation and is in none of its files, so a file may hold anything, these markers included.
 */
public final class EditText {
  static final String FILE = "<<<<<<< FILE ";
  static final String EDIT = "<<<<<<< EDIT ";
  static final String DIFF = "<<<<<<< DIFF ";
  static final String SEARCH = "------- SEARCH";
  static final String REPLACE = "======= REPLACE";
  static final String END = ">>>>>>> END";

  /** Ends a file that has no line feed at its end. */
  static final String OPEN_END = ">>>>>>> END-WITHOUT-NEWLINE";

  private static final int WORD_BITS = 40;

  private final String word;

  /**
   * @param word letters and digits
   */
  public EditText(String word) {
    this.word = word;
  }

  /** With a word that none of the contents has. */
  public static EditText avoiding(Collection<String> contents, RandomGenerator random) {
    while (true) {
      String word = Long.toString(random.nextLong(1L << WORD_BITS) | (1L << WORD_BITS), 36);
      if (contents.stream().noneMatch(content -> content.contains(word))) {
        return new EditText(word);
      }
    }
  }

  /**
   * What an answer holds.
   *
   * @param edits complete changes
   * @param unfinished path of a change that the end of the answer cut off, or null; nothing of it
   *     is in {@code edits}
   * @param problems what could not be read, for the model
   */
  public record Parsed(List<FileEdit> edits, String unfinished, List<String> problems) {}

  /** How to write changes, for the instructions of a model. */
  public String instructions() {
    return String.join(
        "\n",
        "Write each change of a file in one of these forms. Copy the markers exactly, each on a",
        "line of its own, with the word " + word + " at its end.",
        "A whole file:",
        FILE + "path/of/file " + word,
        "its content",
        mark(END),
        "Parts of a file, where each search is whole lines that the file has exactly once:",
        EDIT + "path/of/file " + word,
        mark(SEARCH),
        "lines as they are",
        mark(REPLACE),
        "lines as they are to be",
        mark(END),
        "A unified diff of a file:",
        DIFF + "path/of/file " + word,
        "@@ -1,2 +1,2 @@",
        mark(END),
        "A file without a line feed at its end closes with " + mark(OPEN_END) + " instead.");
  }

  /** Writes changes of whole files and parts, as a model would. */
  public String write(List<FileEdit> edits) {
    StringBuilder text = new StringBuilder();
    for (FileEdit edit : edits) {
      switch (edit) {
        case FileEdit.Whole whole -> {
          line(text, FILE + whole.path() + " " + word);
          boolean open = !whole.content().isEmpty() && !whole.content().endsWith("\n");
          text.append(whole.content()).append(open ? "\n" : "");
          line(text, mark(open ? OPEN_END : END));
        }
        case FileEdit.Replacements parts -> {
          line(text, EDIT + parts.path() + " " + word);
          for (Block block : parts.blocks()) {
            line(text, mark(SEARCH));
            text.append(closed(block.search()));
            line(text, mark(REPLACE));
            text.append(closed(block.replace()));
          }
          line(text, mark(END));
        }
        case FileEdit.Diff diff ->
            throw new IllegalArgumentException("diffs are read, not written: " + diff.path());
      }
    }
    return text.toString();
  }

  /** Reads an answer; what is around the changes is talk. */
  public Parsed parse(String answer) {
    return new EditTextParser(this, SourceText.of(answer)).parse();
  }

  String mark(String marker) {
    return marker + " " + word;
  }

  /** The path that a line opens a change of, or null. */
  String opened(String line, String marker) {
    String end = " " + word;
    return line.startsWith(marker)
            && line.endsWith(end)
            && line.length() > marker.length() + end.length()
        ? line.substring(marker.length(), line.length() - end.length()).strip()
        : null;
  }

  private static void line(StringBuilder text, String line) {
    text.append(line).append('\n');
  }

  private static String closed(String lines) {
    return lines.isEmpty() || lines.endsWith("\n") ? lines : lines + "\n";
  }

  /** Blocks of parts from their lines; null where a marker is missing. */
  List<Block> blocks(List<SourceText.Line> lines) {
    List<Block> blocks = new ArrayList<>();
    int at = 0;
    while (at < lines.size()) {
      int replace = index(lines, at, mark(REPLACE));
      if (!lines.get(at).text().equals(mark(SEARCH)) || replace < 0) {
        return lines.get(at).text().isBlank() && !blocks.isEmpty() && replace < 0 ? blocks : null;
      }
      int next = index(lines, replace, mark(SEARCH));
      int end = next < 0 ? lines.size() : next;
      blocks.add(
          new Block(
              SourceText.of(lines.subList(at + 1, replace)).content(),
              SourceText.of(lines.subList(replace + 1, end)).content()));
      at = end;
    }
    return blocks.isEmpty() ? null : blocks;
  }

  private static int index(List<SourceText.Line> lines, int from, String text) {
    for (int i = from; i < lines.size(); i++) {
      if (lines.get(i).text().equals(text)) {
        return i;
      }
    }
    return -1;
  }
}

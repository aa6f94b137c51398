package ai.bharatbuild.agents.edit;

import ai.bharatbuild.agents.edit.FileEdit.DiffLine;
import ai.bharatbuild.agents.edit.FileEdit.Hunk;
import ai.bharatbuild.agents.edit.SourceText.Line;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads unified diffs. The counts of a hunk's header are believed where what follows them fits;
 * models count badly, so otherwise the hunk goes on as long as its lines look like one.
 */
public final class DiffParser {
  private static final Pattern HEADER =
      Pattern.compile("@@ -(\\d{1,9})(?:,(\\d{1,9}))? \\+\\d{1,9}(?:,(\\d{1,9}))? @@.*");

  /** A header without numbers, which some models write. */
  private static final Pattern BARE = Pattern.compile("@@( .*)?");

  private static final String NO_END = "\\";

  private final SourceText text;
  private int at;

  private DiffParser(String diff) {
    this.text = SourceText.of(diff);
  }

  /**
   * The hunks of a diff of one file; its {@code ---} and {@code +++} are skipped.
   *
   * @throws IllegalArgumentException for what is no diff, with a reason for the model
   */
  public static List<Hunk> parse(String diff) {
    return new DiffParser(diff).hunks();
  }

  private List<Hunk> hunks() {
    List<Hunk> hunks = new ArrayList<>();
    while (at < text.size()) {
      String line = text.text(at);
      if (HEADER.matcher(line).matches() || BARE.matcher(line).matches()) {
        hunks.add(hunk());
      } else if (hunks.isEmpty() || line.isBlank() || fileHeader(at)) {
        at += fileHeader(at) ? 2 : 1;
      } else {
        throw new IllegalArgumentException(
            "line %d of the diff is neither of a hunk nor a header: %s".formatted(at + 1, line));
      }
    }
    if (hunks.isEmpty()) {
      throw new IllegalArgumentException("the diff has no hunk (@@ -1,2 +1,3 @@)");
    }
    return hunks;
  }

  private Hunk hunk() {
    Matcher header = HEADER.matcher(text.text(at++));
    if (!header.matches()) {
      return new Hunk(-1, loose());
    }
    int begin = at;
    List<DiffLine> lines = counted(count(header.group(2)), count(header.group(3)));
    if (lines == null) {
      at = begin;
      lines = loose();
    }
    return new Hunk(Integer.parseInt(header.group(1)), lines);
  }

  private static int count(String number) {
    return number == null ? 1 : Integer.parseInt(number);
  }

  /** The lines that the header counts, or null when they do not fit it. */
  private List<DiffLine> counted(int old, int added) {
    List<DiffLine> lines = new ArrayList<>();
    int oldLeft = old;
    int newLeft = added;
    while (oldLeft > 0 || newLeft > 0) {
      if (at >= text.size() || !like(text.line(at))) {
        return null;
      }
      DiffLine line = take();
      oldLeft -= line.sign() == '+' ? 0 : 1;
      newLeft -= line.sign() == '-' ? 0 : 1;
      if (oldLeft < 0 || newLeft < 0) {
        return null;
      }
      lines.add(line);
    }
    return at == text.size() || between(at) ? lines : null;
  }

  /** Whether a hunk may end before this line. */
  private boolean between(int index) {
    String line = text.text(index);
    return line.isBlank() || line.startsWith("@@") || line.startsWith("diff ") || fileHeader(index);
  }

  private List<DiffLine> loose() {
    List<DiffLine> lines = new ArrayList<>();
    while (at < text.size()
        && like(text.line(at))
        && !fileHeader(at)
        && !text.text(at).startsWith("@@")) {
      lines.add(take());
    }
    while (!lines.isEmpty() && lines.getLast().text().isEmpty() && lines.getLast().sign() == ' ') {
      lines.removeLast();
    }
    if (lines.isEmpty()) {
      throw new IllegalArgumentException("the hunk before line " + (at + 1) + " is empty");
    }
    return lines;
  }

  /** A line without anything is one of context whose only character, a space, was lost. */
  private static boolean like(Line line) {
    return line.text().isEmpty() || " +-".indexOf(line.text().charAt(0)) >= 0;
  }

  private DiffLine take() {
    Line line = text.line(at++);
    boolean open = at < text.size() && text.text(at).startsWith(NO_END);
    at += open ? 1 : 0;
    char sign = line.text().isEmpty() ? ' ' : line.text().charAt(0);
    String rest = line.text().isEmpty() ? "" : line.text().substring(1);
    // Of a diff's own last line nothing can be told of the file's.
    String end = line.end().isEmpty() ? SourceText.LF : line.end();
    // The mark stands on a line of its own, so a line before it keeps a carriage return as text.
    return open ? open(sign, rest, line.end()) : new DiffLine(sign, rest, end);
  }

  private static DiffLine open(char sign, String rest, String end) {
    return new DiffLine(sign, end.equals(SourceText.CRLF) ? rest + "\r" : rest, "");
  }

  private boolean fileHeader(int index) {
    return index + 1 < text.size()
        && text.text(index).startsWith("--- ")
        && text.text(index + 1).startsWith("+++ ")
        && (index + 2 >= text.size() || text.text(index + 2).startsWith("@@"));
  }
}

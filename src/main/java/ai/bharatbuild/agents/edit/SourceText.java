package ai.bharatbuild.agents.edit;

import java.util.ArrayList;
import java.util.List;

/** A text as lines, each with the end that it has: a line feed, with a carriage return, or none. */
final class SourceText {
  static final String LF = "\n";
  static final String CRLF = "\r\n";

  /** A line; only the last may have no end. */
  record Line(String text, String end) {}

  private final List<Line> lines;

  private SourceText(List<Line> lines) {
    this.lines = lines;
  }

  static SourceText of(String content) {
    List<Line> lines = new ArrayList<>();
    int from = 0;
    while (from < content.length()) {
      int lf = content.indexOf('\n', from);
      if (lf < 0) {
        lines.add(new Line(content.substring(from), ""));
        break;
      }
      boolean cr = lf > from && content.charAt(lf - 1) == '\r';
      lines.add(new Line(content.substring(from, cr ? lf - 1 : lf), cr ? CRLF : LF));
      from = lf + 1;
    }
    return new SourceText(lines);
  }

  static SourceText of(List<Line> lines) {
    return new SourceText(List.copyOf(lines));
  }

  int size() {
    return lines.size();
  }

  Line line(int index) {
    return lines.get(index);
  }

  String text(int index) {
    return lines.get(index).text();
  }

  List<Line> lines(int from, int to) {
    return lines.subList(from, to);
  }

  /** The lines without their ends. */
  List<String> texts() {
    return lines.stream().map(Line::text).toList();
  }

  /** The end that most lines have; a line feed where there is none. */
  String usualEnd() {
    long cr = lines.stream().filter(line -> line.end().equals(CRLF)).count();
    long lf = lines.stream().filter(line -> line.end().equals(LF)).count();
    return cr > lf ? CRLF : LF;
  }

  /** Whether the last line has no end. */
  boolean endsOpen() {
    return !lines.isEmpty() && lines.getLast().end().isEmpty();
  }

  String content() {
    StringBuilder content = new StringBuilder();
    lines.forEach(line -> content.append(line.text()).append(line.end()));
    return content.toString();
  }
}

package ai.bharatbuild.jobs.search;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The lines of one file. A line ends at LF; a CR before it is not part of it. Bytes that are not
 * UTF-8 read as U+FFFD.
 */
final class TextLines {
  private static final int SNIPPET = 240;
  private static final int SNIPPET_BEFORE = 60;
  private static final int BINARY_PROBE = 8 << 10;

  private final String text;
  private int number;
  private int start;
  private int end = -1;

  TextLines(byte[] bytes) {
    this.text = new String(bytes, StandardCharsets.UTF_8);
  }

  /** Text has no NUL near its beginning; what has one is not searched. */
  static boolean isBinary(byte[] bytes) {
    for (int i = 0; i < Math.min(bytes.length, BINARY_PROBE); i++) {
      if (bytes[i] == 0) {
        return true;
      }
    }
    return false;
  }

  /** Goes to the next line; false where there is none. */
  boolean next() {
    int from = end + 1;
    if (from >= text.length()) {
      return false;
    }
    start = from;
    int lf = text.indexOf('\n', from);
    end = lf < 0 ? text.length() : lf;
    number++;
    return true;
  }

  /** Goes on, from the next line on, to one that holds the text; false where there is none. */
  boolean nextWith(String literal) {
    int from = end + 1;
    int found = from >= text.length() ? -1 : text.indexOf(literal, from);
    if (found < 0) {
      return false;
    }
    while (next()) {
      if (found < end) {
        return true;
      }
    }
    return false;
  }

  int number() {
    return number;
  }

  String line() {
    return text.substring(start, bare(start, end));
  }

  private int bare(int from, int to) {
    return to > from && text.charAt(to - 1) == '\r' ? to - 1 : to;
  }

  /** The match of this line from {@code from} to {@code to}, with lines around it. */
  Match match(String path, int from, int to, int context) {
    int lineEnd = bare(start, end);
    int cut = start + Math.max(0, from - SNIPPET_BEFORE);
    int snippetStart = isWithinPair(cut) ? cut - 1 : cut;
    return new Match(
        path,
        number,
        from + 1,
        to - from,
        clip(snippetStart, lineEnd),
        snippetStart - start,
        before(context),
        after(context));
  }

  private List<String> before(int count) {
    List<String> lines = new ArrayList<>(count);
    int to = start - 1;
    while (lines.size() < count && to >= 0) {
      int from = text.lastIndexOf('\n', to - 1) + 1;
      lines.add(clip(from, bare(from, to)));
      to = from - 1;
    }
    Collections.reverse(lines);
    return lines;
  }

  private List<String> after(int count) {
    List<String> lines = new ArrayList<>(count);
    int from = end + 1;
    while (lines.size() < count && from < text.length()) {
      int lf = text.indexOf('\n', from);
      int to = lf < 0 ? text.length() : lf;
      lines.add(clip(from, bare(from, to)));
      from = to + 1;
    }
    return lines;
  }

  private String clip(int from, int to) {
    int cut = Math.min(to, from + SNIPPET);
    return text.substring(from, cut < to && isWithinPair(cut) ? cut - 1 : cut);
  }

  private boolean isWithinPair(int at) {
    return at > 0
        && at < text.length()
        && Character.isSurrogatePair(text.charAt(at - 1), text.charAt(at));
  }
}

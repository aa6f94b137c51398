package ai.bharatbuild.harness;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The lines by which a text differs from another, with so many lines around them that they stand in
 * it once.
 */
record LineChange(String search, String replace) {
  static LineChange between(String from, String to) {
    List<String> old = lines(from);
    List<String> now = lines(to);
    int before = 0;
    while (before < Math.min(old.size(), now.size()) && old.get(before).equals(now.get(before))) {
      before++;
    }
    int after = 0;
    while (after < Math.min(old.size(), now.size()) - before
        && old.get(old.size() - 1 - after).equals(now.get(now.size() - 1 - after))) {
      after++;
    }
    for (; ; before = Math.max(0, before - 1), after = Math.max(0, after - 1)) {
      LineChange change = new LineChange(part(old, before, after), part(now, before, after));
      boolean whole = before == 0 && after == 0;
      if (whole
          || !change.search.isBlank() && !change.replace.isBlank() && once(from, change.search)) {
        return change;
      }
    }
  }

  private static List<String> lines(String text) {
    return new ArrayList<>(Arrays.asList(text.stripTrailing().split("\n", -1)));
  }

  private static String part(List<String> lines, int before, int after) {
    return String.join("\n", lines.subList(before, lines.size() - after));
  }

  private static boolean once(String text, String part) {
    return text.indexOf(part) == text.lastIndexOf(part);
  }
}

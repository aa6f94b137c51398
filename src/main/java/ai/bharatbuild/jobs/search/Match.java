package ai.bharatbuild.jobs.search;

import java.util.List;

/**
 * One line that matches, as the API shows it.
 *
 * @param line from 1
 * @param column of the first match in the line, from 1, in UTF-16 code units as editors count
 * @param length of that match in the same units
 * @param snippet the line, or the part of it around the match
 * @param snippetStart units of the line that are left out before the snippet
 * @param before lines above, nearest last, each cut
 * @param after lines below, each cut
 */
record Match(
    String path,
    int line,
    int column,
    int length,
    String snippet,
    int snippetStart,
    List<String> before,
    List<String> after) {

  /** About how much room it takes in the answer. */
  int weight() {
    int weight = path.length() + snippet.length() + 150;
    for (String each : before) {
      weight += each.length() + 4;
    }
    for (String each : after) {
      weight += each.length() + 4;
    }
    return weight;
  }
}

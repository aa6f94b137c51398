package ai.bharatbuild.agents.edit;

/** How much alike two lines are, whitespace apart. */
final class Similarity {
  /** Longer lines are equal or they are not. */
  static final int LONGEST = 400;

  private Similarity() {}

  /** The line with each run of whitespace as one space, and none at its ends. */
  static String plain(String line) {
    StringBuilder plain = new StringBuilder(line.length());
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (!Character.isWhitespace(c)) {
        plain.append(c);
      } else if (!plain.isEmpty() && plain.charAt(plain.length() - 1) != ' ') {
        plain.append(' ');
      }
    }
    return plain.toString().stripTrailing();
  }

  /** From 0 to 1: one less the changes of characters over the longer length. Of plain lines. */
  static double of(String a, String b) {
    if (a.equals(b)) {
      return 1;
    }
    int longer = Math.max(a.length(), b.length());
    if (longer > LONGEST) {
      return 0;
    }
    // At least as many changes as the lengths differ by.
    if (Math.abs(a.length() - b.length()) * 2 > longer) {
      return 0;
    }
    return 1 - (double) distance(a, b) / longer;
  }

  private static int distance(String a, String b) {
    int[] before = new int[b.length() + 1];
    int[] now = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      before[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      now[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        now[j] = Math.min(Math.min(now[j - 1], before[j]) + 1, before[j - 1] + change);
      }
      int[] swap = before;
      before = now;
      now = swap;
    }
    return before[b.length()];
  }
}

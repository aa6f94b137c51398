package ai.bharatbuild.agents.edit;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Finds the lines that a block means. They must be the only ones: exactly; else but for whitespace;
 * else alike, for blocks of at least {@link #FEWEST} lines with letters in them, where the mean
 * likeness of the lines is at least {@link #LIKE}, that of the first and the last at least {@link
 * #EDGE}, and no other place comes within {@link #APART} of it. What would take more than {@link
 * #MOST_WORK} comparisons of lines is not looked for by likeness.
 */
final class BlockFinder {
  static final int FEWEST = 3;
  static final double LIKE = 0.85;
  static final double EDGE = 0.75;
  static final double APART = 0.05;
  static final long MOST_WORK = 400_000;
  private static final int AROUND = 3;
  private static final int MOST_SHOWN = 60;

  private final SourceText text;
  private final List<String> exact;
  private final List<String> plain;

  BlockFinder(SourceText text) {
    this.text = text;
    this.exact = text.texts();
    this.plain = exact.stream().map(Similarity::plain).toList();
  }

  /** What was found, or why nothing was; one of both is null. */
  record Found(Match match, BlockFailure failure) {}

  /**
   * @param block its number, for the failure
   * @param wanted lines without their ends, at least one
   * @param from no earlier line is taken
   * @param hint line at which it is wanted if it is there more than once, or -1
   */
  Found find(int block, List<String> wanted, int from, int hint) {
    List<String> plainWanted = wanted.stream().map(Similarity::plain).toList();
    for (Match.How how : List.of(Match.How.EXACT, Match.How.WHITESPACE)) {
      boolean exactly = how == Match.How.EXACT;
      List<Integer> places =
          exactly ? places(exact, wanted, from) : places(plain, plainWanted, from);
      if (places.contains(hint)) {
        return new Found(new Match(hint, wanted.size(), how), null);
      }
      if (places.size() == 1) {
        return new Found(new Match(places.getFirst(), wanted.size(), how), null);
      }
      if (places.size() > 1) {
        return new Found(null, ambiguous(block, places, wanted.size()));
      }
    }
    return similar(block, plainWanted, from);
  }

  private static List<Integer> places(List<String> lines, List<String> wanted, int from) {
    List<Integer> places = new ArrayList<>();
    // Blank lines alone are everywhere and nowhere.
    for (int at = from; at + wanted.size() <= lines.size(); at++) {
      if (lines.get(at).equals(wanted.getFirst())
          && lines.subList(at, at + wanted.size()).equals(wanted)) {
        places.add(at);
      }
    }
    return places;
  }

  private Found similar(int block, List<String> wanted, int from) {
    int windows = text.size() - wanted.size() - from + 1;
    long telling =
        wanted.stream().filter(line -> line.chars().anyMatch(Character::isLetter)).count();
    if ((long) windows * wanted.size() > MOST_WORK) {
      return new Found(null, new BlockFailure(block, "These lines are not in the file.", ""));
    }
    double[] scores = new double[Math.max(0, windows)];
    int best = -1;
    for (int i = 0; i < windows; i++) {
      scores[i] = score(wanted, from + i);
      best = best < 0 || scores[i] > scores[best] ? i : best;
    }
    if (best >= 0 && telling >= FEWEST && scores[best] >= LIKE && edges(wanted, from + best)) {
      int other = rival(scores, best, wanted.size());
      return other < 0
          ? new Found(new Match(from + best, wanted.size(), Match.How.SIMILAR), null)
          : new Found(null, ambiguous(block, List.of(from + best, from + other), wanted.size()));
    }
    String near = best < 0 ? shown(0, text.size()) : around(from + best, wanted.size());
    return new Found(
        null,
        new BlockFailure(
            block,
            text.size() == 0
                ? "The file is empty."
                : "These lines are not in the file. The nearest are:",
            near));
  }

  private double score(List<String> wanted, int at) {
    double sum = 0;
    for (int i = 0; i < wanted.size(); i++) {
      sum += Similarity.of(wanted.get(i), plain.get(at + i));
      if (sum + wanted.size() - i - 1 < wanted.size() * LIKE / 2) {
        return sum / wanted.size();
      }
    }
    return sum / wanted.size();
  }

  private boolean edges(List<String> wanted, int at) {
    return Similarity.of(wanted.getFirst(), plain.get(at)) >= EDGE
        && Similarity.of(wanted.getLast(), plain.get(at + wanted.size() - 1)) >= EDGE;
  }

  /** Another place that is nearly as like, or -1; one that overlaps is the same place. */
  private static int rival(double[] scores, int best, int length) {
    for (int i = 0; i < scores.length; i++) {
      if (Math.abs(i - best) >= length && scores[i] > scores[best] - APART) {
        return i;
      }
    }
    return -1;
  }

  private BlockFailure ambiguous(int block, List<Integer> places, int length) {
    String where =
        places.stream()
            .limit(5)
            .map(at -> String.valueOf(at + 1))
            .collect(Collectors.joining(", "));
    return new BlockFailure(
        block,
        "These lines are in the file %d times, at lines %s%s. Give more of what is around them."
            .formatted(places.size(), where, places.size() > 5 ? ", …" : ""),
        places.stream()
            .limit(2)
            .map(at -> around(at, length))
            .collect(Collectors.joining("\n…\n")));
  }

  private String around(int at, int length) {
    return shown(Math.max(0, at - AROUND), Math.min(text.size(), at + length + AROUND));
  }

  private String shown(int from, int to) {
    StringBuilder lines = new StringBuilder();
    for (int i = from; i < Math.min(to, from + MOST_SHOWN); i++) {
      lines.append(i > from ? "\n" : "").append("%5d| %s".formatted(i + 1, text.text(i)));
    }
    return lines.toString();
  }
}

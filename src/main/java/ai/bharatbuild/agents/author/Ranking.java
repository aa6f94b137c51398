package ai.bharatbuild.agents.author;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * How much each file has to do with a subject. A file counts by the subject's words in its path,
 * names and text, rare words for more; then some of what it counts goes on to the files whose names
 * it uses, and to those that use its names, again and again.
 */
final class Ranking {
  private static final double PATH = 4;
  private static final double DEFINED = 3;
  private static final double NAMED = 40;
  private static final double MANIFEST = 1;
  private static final double KEPT = 0.7;
  private static final int ROUNDS = 6;

  /** A name that more files define says nothing. */
  private static final int MOST_DEFINERS = 3;

  private final List<SourceFile> files;
  private final Map<String, Integer> spread = new HashMap<>();

  Ranking(List<SourceFile> files) {
    this.files = files;
    files.forEach(file -> file.words().forEach(word -> spread.merge(word, 1, Integer::sum)));
  }

  /**
   * A weight for each file, in their order.
   *
   * @param subject words in lower case
   * @param named paths that are known to matter
   */
  double[] weights(Set<String> subject, Set<String> named) {
    double[] own = new double[files.size()];
    for (int i = 0; i < own.length; i++) {
      own[i] = own(files.get(i), subject, named);
    }
    List<Set<Integer>> neighbours = neighbours();
    double[] weights = own.clone();
    for (int round = 0; round < ROUNDS; round++) {
      double[] next = new double[own.length];
      for (int i = 0; i < own.length; i++) {
        next[i] += KEPT * own[i];
        for (int other : neighbours.get(i)) {
          next[other] += (1 - KEPT) * weights[i] / neighbours.get(i).size();
        }
      }
      weights = next;
    }
    return weights;
  }

  private double own(SourceFile file, Set<String> subject, Set<String> named) {
    double weight = named.contains(file.path()) ? NAMED : 0;
    Set<String> inPath = Names.words(Names.used(file.path()));
    Set<String> inNames = Names.words(file.defined());
    for (String word : subject) {
      double rare = Math.log(1 + (double) files.size() / spread.getOrDefault(word, 1));
      weight += inPath.contains(word) ? PATH * rare : 0;
      weight += inNames.contains(word) ? DEFINED * rare : 0;
      weight += file.words().contains(word) ? rare : 0;
    }
    return weight + (file.manifest() ? MANIFEST : 0);
  }

  /** Files that use each other's names. */
  private List<Set<Integer>> neighbours() {
    Map<String, Set<Integer>> definers = new HashMap<>();
    for (int i = 0; i < files.size(); i++) {
      for (String name : files.get(i).defined()) {
        definers.computeIfAbsent(name, it -> new TreeSet<>()).add(i);
      }
    }
    List<Set<Integer>> neighbours = new ArrayList<>();
    files.forEach(file -> neighbours.add(new TreeSet<>()));
    for (int i = 0; i < files.size(); i++) {
      for (String name : files.get(i).used()) {
        Set<Integer> by = definers.getOrDefault(name, Set.of());
        if (by.size() <= MOST_DEFINERS && name.length() > 2) {
          for (int definer : by) {
            join(neighbours, i, definer);
          }
        }
      }
    }
    return neighbours;
  }

  private static void join(List<Set<Integer>> neighbours, int a, int b) {
    if (a != b) {
      neighbours.get(a).add(b);
      neighbours.get(b).add(a);
    }
  }
}

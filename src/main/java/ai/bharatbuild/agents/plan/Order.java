package ai.bharatbuild.agents.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Orders things by what they depend on. */
final class Order {
  private Order() {}

  /** Groups in which each depends only on earlier groups; in a circle nothing is ever due. */
  static <T> List<List<T>> waves(
      List<T> things, Function<T, String> name, Function<T, List<String>> needs) {
    List<List<T>> waves = new ArrayList<>();
    Set<String> done = new HashSet<>();
    List<T> left = new ArrayList<>(things);
    while (!left.isEmpty()) {
      List<T> due = left.stream().filter(it -> done.containsAll(needs.apply(it))).toList();
      if (due.isEmpty()) {
        throw new IllegalStateException("things depend on each other: " + left);
      }
      waves.add(due);
      left.removeAll(due);
      due.forEach(it -> done.add(name.apply(it)));
    }
    return waves;
  }

  /** The names along a circle, the first one again at its end, or an empty list. */
  static <T> List<String> circle(
      List<T> things, Function<T, String> name, Function<T, List<String>> needs) {
    Map<String, List<String>> edges = new HashMap<>();
    things.forEach(it -> edges.put(name.apply(it), needs.apply(it)));
    Set<String> clear = new HashSet<>();
    for (T thing : things) {
      List<String> circle = circle(name.apply(thing), edges, new LinkedHashSet<>(), clear);
      if (!circle.isEmpty()) {
        return circle;
      }
    }
    return List.of();
  }

  /** As deep as the longest chain, which the number of things bounds. */
  private static List<String> circle(
      String at, Map<String, List<String>> edges, LinkedHashSet<String> path, Set<String> clear) {
    if (clear.contains(at)) {
      return List.of();
    }
    if (!path.add(at)) {
      List<String> names = new ArrayList<>(path);
      List<String> circle = new ArrayList<>(names.subList(names.indexOf(at), names.size()));
      circle.add(at);
      return circle;
    }
    for (String next : edges.getOrDefault(at, List.of())) {
      List<String> circle = circle(next, edges, path, clear);
      if (!circle.isEmpty()) {
        return circle;
      }
    }
    path.remove(at);
    clear.add(at);
    return List.of();
  }
}

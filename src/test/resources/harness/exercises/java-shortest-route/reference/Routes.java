import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.PriorityQueue;

final class Routes {
  private record Stop(String station, int km, int stations, Stop before) {}

  private final Map<String, Map<String, Integer>> links = new HashMap<>();

  void link(String a, String b, int km) {
    if (km < 1) {
      throw new IllegalArgumentException(km + " km");
    }
    links.computeIfAbsent(a, s -> new HashMap<>()).merge(b, km, Math::min);
    links.computeIfAbsent(b, s -> new HashMap<>()).merge(a, km, Math::min);
  }

  OptionalInt distance(String from, String to) {
    Stop end = search(from, to);
    return end == null ? OptionalInt.empty() : OptionalInt.of(end.km());
  }

  List<String> path(String from, String to) {
    Deque<String> stations = new ArrayDeque<>();
    for (Stop stop = search(from, to); stop != null; stop = stop.before()) {
      stations.addFirst(stop.station());
    }
    return new ArrayList<>(stations);
  }

  private Stop search(String from, String to) {
    PriorityQueue<Stop> open =
        new PriorityQueue<>(Comparator.comparingInt(Stop::km).thenComparingInt(Stop::stations));
    if (links.containsKey(from)) {
      open.add(new Stop(from, 0, 1, null));
    }
    Map<String, Stop> done = new HashMap<>();
    while (!open.isEmpty()) {
      Stop stop = open.poll();
      if (done.putIfAbsent(stop.station(), stop) != null) {
        continue;
      }
      if (stop.station().equals(to)) {
        return stop;
      }
      links
          .get(stop.station())
          .forEach(
              (next, km) -> open.add(new Stop(next, stop.km() + km, stop.stations() + 1, stop)));
    }
    return null;
  }
}

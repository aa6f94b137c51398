import java.util.List;
import java.util.OptionalInt;

final class Routes {
  void link(String a, String b, int km) {}

  OptionalInt distance(String from, String to) {
    return OptionalInt.empty();
  }

  List<String> path(String from, String to) {
    return List.of();
  }
}

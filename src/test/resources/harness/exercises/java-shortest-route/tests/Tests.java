import java.util.List;
import java.util.OptionalInt;

final class Tests {
  private static Routes lines() {
    Routes routes = new Routes();
    routes.link("Delhi", "Agra", 200);
    routes.link("Agra", "Bhopal", 520);
    routes.link("Delhi", "Jaipur", 300);
    routes.link("Jaipur", "Bhopal", 590);
    routes.link("Bhopal", "Nagpur", 350);
    routes.link("Kochi", "Madurai", 270);
    return routes;
  }

  public static void main(String[] args) {
    Checks checks = new Checks();
    checks.check(
        "finds the shortest way",
        () -> {
          Checks.equal(OptionalInt.of(1070), lines().distance("Delhi", "Nagpur"));
          Checks.equal(
              List.of("Delhi", "Agra", "Bhopal", "Nagpur"), lines().path("Delhi", "Nagpur"));
        });
    checks.check(
        "goes both ways",
        () -> Checks.equal(OptionalInt.of(1070), lines().distance("Nagpur", "Delhi")));
    checks.check(
        "a station is at no distance of itself",
        () -> {
          Checks.equal(OptionalInt.of(0), lines().distance("Agra", "Agra"));
          Checks.equal(List.of("Agra"), lines().path("Agra", "Agra"));
        });
    checks.check(
        "tells where no way leads",
        () -> {
          Checks.equal(OptionalInt.empty(), lines().distance("Delhi", "Kochi"));
          Checks.equal(List.of(), lines().path("Delhi", "Nowhere"));
          Checks.equal(List.of(), lines().path("Nowhere", "Nowhere"));
        });
    checks.check(
        "the shorter of two links counts",
        () -> {
          Routes routes = lines();
          routes.link("Delhi", "Agra", 150);
          routes.link("Agra", "Delhi", 180);
          Checks.equal(OptionalInt.of(150), routes.distance("Delhi", "Agra"));
        });
    checks.check(
        "of equal ways the one with fewer stations",
        () -> {
          Routes routes = new Routes();
          routes.link("a", "b", 1);
          routes.link("b", "c", 1);
          routes.link("a", "c", 2);
          Checks.equal(List.of("a", "c"), routes.path("a", "c"));
        });
    checks.check(
        "refuses links of no length",
        () -> Checks.fails(IllegalArgumentException.class, () -> lines().link("a", "b", 0)));
    checks.end();
  }
}

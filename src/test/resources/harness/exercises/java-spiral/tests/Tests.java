import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

final class Tests {
  public static void main(String[] args) {
    Checks checks = new Checks();
    checks.check(
        "reads a square",
        () ->
            Checks.equal(
                List.of(1, 2, 3, 6, 9, 8, 7, 4, 5),
                Spiral.read(new int[][] {{1, 2, 3}, {4, 5, 6}, {7, 8, 9}})));
    checks.check(
        "reads a single row and a single column",
        () -> {
          Checks.equal(List.of(1, 2, 3), Spiral.read(new int[][] {{1, 2, 3}}));
          Checks.equal(List.of(1, 2, 3), Spiral.read(new int[][] {{1}, {2}, {3}}));
        });
    checks.check(
        "reads nothing where nothing is",
        () -> {
          Checks.equal(List.of(), Spiral.read(new int[][] {}));
          Checks.equal(List.of(), Spiral.read(new int[][] {{}, {}}));
        });
    checks.check(
        "writes a rectangle",
        () ->
            Checks.equal(
                "[[1, 2, 3, 4], [10, 11, 12, 5], [9, 8, 7, 6]]",
                Arrays.deepToString(Spiral.write(3, 4))));
    for (int rows = 1; rows <= 4; rows++) {
      for (int columns = 1; columns <= 4; columns++) {
        int[][] written = Spiral.write(rows, columns);
        List<Integer> wanted = IntStream.rangeClosed(1, rows * columns).boxed().toList();
        checks.check(
            rows + " by " + columns + " is read as it was written",
            () -> Checks.equal(wanted, Spiral.read(written)));
      }
    }
    checks.check(
        "refuses ragged rows and negative sizes",
        () -> {
          Checks.fails(
              IllegalArgumentException.class, () -> Spiral.read(new int[][] {{1}, {1, 2}}));
          Checks.fails(IllegalArgumentException.class, () -> Spiral.write(-1, 2));
        });
    checks.end();
  }
}

import java.util.List;

final class Spiral {
  private Spiral() {}

  static List<Integer> read(int[][] matrix) {
    return List.of();
  }

  static int[][] write(int rows, int columns) {
    return new int[rows][columns];
  }
}

import java.util.ArrayList;
import java.util.List;

final class Spiral {
  private Spiral() {}

  static List<Integer> read(int[][] matrix) {
    int columns = matrix.length == 0 ? 0 : matrix[0].length;
    for (int[] row : matrix) {
      if (row.length != columns) {
        throw new IllegalArgumentException("rows of different lengths");
      }
    }
    List<Integer> values = new ArrayList<>();
    for (int[] cell : cells(matrix.length, columns)) {
      values.add(matrix[cell[0]][cell[1]]);
    }
    return values;
  }

  static int[][] write(int rows, int columns) {
    if (rows < 0 || columns < 0) {
      throw new IllegalArgumentException("a negative size");
    }
    int[][] matrix = new int[rows][columns];
    int value = 0;
    for (int[] cell : cells(rows, columns)) {
      matrix[cell[0]][cell[1]] = ++value;
    }
    return matrix;
  }

  private static List<int[]> cells(int rows, int columns) {
    List<int[]> cells = new ArrayList<>();
    int top = 0;
    int bottom = rows - 1;
    int left = 0;
    int right = columns - 1;
    while (top <= bottom && left <= right) {
      for (int c = left; c <= right; c++) {
        cells.add(new int[] {top, c});
      }
      for (int r = top + 1; r <= bottom; r++) {
        cells.add(new int[] {r, right});
      }
      for (int c = right - 1; top < bottom && c >= left; c--) {
        cells.add(new int[] {bottom, c});
      }
      for (int r = bottom - 1; left < right && r > top; r--) {
        cells.add(new int[] {r, left});
      }
      top++;
      bottom--;
      left++;
      right--;
    }
    return cells;
  }
}

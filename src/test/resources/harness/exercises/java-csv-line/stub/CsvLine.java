import java.util.List;

final class CsvLine {
  private CsvLine() {}

  static List<String> parse(String line) {
    return List.of(line.split(","));
  }

  static String format(List<String> fields) {
    return String.join(",", fields);
  }
}

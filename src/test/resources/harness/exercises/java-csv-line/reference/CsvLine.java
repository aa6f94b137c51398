import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

final class CsvLine {
  private final String line;
  private int at;

  private CsvLine(String line) {
    this.line = line;
  }

  static List<String> parse(String line) {
    CsvLine reader = new CsvLine(line);
    List<String> fields = new ArrayList<>();
    do {
      fields.add(reader.peek() == '"' ? reader.quoted() : reader.bare());
    } while (reader.comma());
    return fields;
  }

  static String format(List<String> fields) {
    return fields.stream().map(CsvLine::quote).collect(Collectors.joining(","));
  }

  private static String quote(String field) {
    boolean plain = field.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? field : '"' + field.replace("\"", "\"\"") + '"';
  }

  private char peek() {
    return at < line.length() ? line.charAt(at) : 0;
  }

  private boolean comma() {
    if (at == line.length()) {
      return false;
    }
    if (peek() != ',') {
      throw fault("text after a closing quote");
    }
    at++;
    return true;
  }

  private String bare() {
    int start = at;
    while (at < line.length() && peek() != ',') {
      if (peek() == '"') {
        throw fault("a quote within a bare field");
      }
      at++;
    }
    return line.substring(start, at);
  }

  private String quoted() {
    StringBuilder field = new StringBuilder();
    at++;
    while (at < line.length()) {
      char c = line.charAt(at++);
      if (c != '"') {
        field.append(c);
      } else if (peek() == '"') {
        field.append('"');
        at++;
      } else {
        return field.toString();
      }
    }
    throw fault("a quote is not closed");
  }

  private IllegalArgumentException fault(String what) {
    return new IllegalArgumentException(what + " at " + at);
  }
}

import java.util.List;

final class Tests {
  private static void faultAt(int position, String line) {
    try {
      CsvLine.parse(line);
    } catch (IllegalArgumentException e) {
      Checks.isTrue(e.getMessage().contains(Integer.toString(position)));
      return;
    }
    throw new AssertionError("parsed: " + line);
  }

  public static void main(String[] args) {
    Checks checks = new Checks();
    checks.check(
        "parts bare fields", () -> Checks.equal(List.of("a", "", " b "), CsvLine.parse("a,, b ")));
    checks.check(
        "an empty line is one empty field", () -> Checks.equal(List.of(""), CsvLine.parse("")));
    checks.check(
        "a comma at the end begins an empty field",
        () -> Checks.equal(List.of("a", ""), CsvLine.parse("a,")));
    checks.check(
        "quoted fields hold commas, quotes and line breaks",
        () ->
            Checks.equal(
                List.of("a,b", "say \"hi\"", "x\ny", ""),
                CsvLine.parse("\"a,b\",\"say \"\"hi\"\"\",\"x\ny\",\"\"")));
    checks.check("tells where text follows a closing quote", () -> faultAt(3, "\"a\"b"));
    checks.check("tells where a quote is within a bare field", () -> faultAt(4, "a,bc\"d"));
    checks.check("tells where a quote is not closed", () -> faultAt(5, "a,\"bc"));
    checks.check(
        "quotes only what needs it",
        () ->
            Checks.equal("a,\"b,c\",\"\"\"\", d", CsvLine.format(List.of("a", "b,c", "\"", " d"))));
    checks.check(
        "what is written is parsed to the same",
        () -> {
          List<String> fields = List.of("", "\"\"", "a\r\nb", ",", "plain");
          Checks.equal(fields, CsvLine.parse(CsvLine.format(fields)));
        });
    checks.end();
  }
}

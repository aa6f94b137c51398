import java.util.Map;

final class Tests {
  public static void main(String[] args) {
    Checks checks = new Checks();
    Map.ofEntries(
            Map.entry(0L, "zero"),
            Map.entry(7L, "seven"),
            Map.entry(19L, "nineteen"),
            Map.entry(40L, "forty"),
            Map.entry(99L, "ninety-nine"),
            Map.entry(100L, "one hundred"),
            Map.entry(101L, "one hundred and one"),
            Map.entry(1_000L, "one thousand"),
            Map.entry(1_00_005L, "one lakh and five"),
            Map.entry(12_34_567L, "twelve lakh thirty-four thousand five hundred and sixty-seven"),
            Map.entry(
                1_23_45_678L,
                "one crore twenty-three lakh forty-five thousand six hundred and seventy-eight"),
            Map.entry(
                99_99_99_999L,
                "ninety-nine crore ninety-nine lakh ninety-nine thousand nine hundred and"
                    + " ninety-nine"))
        .forEach(
            (number, words) ->
                checks.check(
                    number + " in words", () -> Checks.equal(words, NumberWords.words(number))));
    checks.check(
        "refuses what has no words",
        () -> {
          Checks.fails(IllegalArgumentException.class, () -> NumberWords.words(-1));
          Checks.fails(IllegalArgumentException.class, () -> NumberWords.words(1_00_00_00_000L));
        });
    checks.end();
  }
}

import java.util.ArrayList;
import java.util.List;

final class NumberWords {
  private static final String[] SMALL = {
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen"
  };
  private static final String[] TENS = {
    "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"
  };

  private NumberWords() {}

  static String words(long number) {
    if (number < 0 || number > 99_99_99_999L) {
      throw new IllegalArgumentException("no words for " + number);
    }
    List<String> words = new ArrayList<>();
    int left = (int) number;
    left = group(words, left, 1_00_00_000, "crore");
    left = group(words, left, 1_00_000, "lakh");
    left = group(words, left, 1_000, "thousand");
    left = group(words, left, 100, "hundred");
    if (left > 0 && !words.isEmpty()) {
      words.add("and");
    }
    if (left > 0 || words.isEmpty()) {
      words.add(belowHundred(left));
    }
    return String.join(" ", words);
  }

  private static int group(List<String> words, int number, int size, String name) {
    if (number >= size) {
      words.add(belowHundred(number / size));
      words.add(name);
    }
    return number % size;
  }

  private static String belowHundred(int number) {
    if (number < SMALL.length) {
      return SMALL[number];
    }
    String tens = TENS[number / 10];
    return number % 10 == 0 ? tens : tens + "-" + SMALL[number % 10];
  }
}

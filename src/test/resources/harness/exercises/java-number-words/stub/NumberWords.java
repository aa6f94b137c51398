final class NumberWords {
  private NumberWords() {}

  static String words(long number) {
    return Long.toString(number);
  }
}

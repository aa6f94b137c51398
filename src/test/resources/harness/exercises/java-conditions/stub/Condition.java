import java.util.Set;

final class Condition {
  private Condition() {}

  static boolean evaluate(String text, Set<String> flags) {
    return flags.contains(text);
  }
}

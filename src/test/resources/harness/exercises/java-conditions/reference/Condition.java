import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

final class Condition {
  private static final Pattern TOKEN = Pattern.compile("\\s*([A-Za-z0-9_-]+|[()])\\s*");
  private static final Set<String> WORDS = Set.of("and", "or", "not", "(", ")");

  private final List<String> tokens;
  private final Set<String> flags;
  private int at;

  private Condition(List<String> tokens, Set<String> flags) {
    this.tokens = tokens;
    this.flags = flags;
  }

  static boolean evaluate(String text, Set<String> flags) {
    Condition condition = new Condition(tokens(text), flags);
    boolean value = condition.any();
    if (condition.at < condition.tokens.size()) {
      throw condition.fault();
    }
    return value;
  }

  private static List<String> tokens(String text) {
    List<String> tokens = new ArrayList<>();
    Matcher matcher = TOKEN.matcher(text);
    int end = 0;
    while (matcher.lookingAt()) {
      tokens.add(matcher.group(1));
      end = matcher.end();
      matcher.region(end, text.length());
    }
    if (end < text.length()) {
      throw new IllegalArgumentException("unexpected " + text.charAt(end));
    }
    return tokens;
  }

  private boolean any() {
    boolean value = all();
    while (take("or")) {
      value |= all();
    }
    return value;
  }

  private boolean all() {
    boolean value = one();
    while (take("and")) {
      value &= one();
    }
    return value;
  }

  private boolean one() {
    if (take("not")) {
      return !one();
    }
    if (take("(")) {
      boolean value = any();
      if (!take(")")) {
        throw fault();
      }
      return value;
    }
    if (at == tokens.size() || WORDS.contains(tokens.get(at))) {
      throw fault();
    }
    return flags.contains(tokens.get(at++));
  }

  private boolean take(String token) {
    boolean there = at < tokens.size() && tokens.get(at).equals(token);
    at += there ? 1 : 0;
    return there;
  }

  private IllegalArgumentException fault() {
    return new IllegalArgumentException(
        "unexpected " + (at < tokens.size() ? tokens.get(at) : "end"));
  }
}

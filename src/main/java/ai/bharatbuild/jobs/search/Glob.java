package ai.bharatbuild.jobs.search;

import com.google.re2j.Pattern;

/**
 * A pattern of paths. Without a slash it speaks of a name at any depth, with one of the whole path
 * from the workspace's root. {@code *} and {@code ?} stay within a name, {@code **} crosses
 * directories, {@code [a-z]}, {@code [!a-z]} and {@code {a,b}} are choices, a backslash takes the
 * next character as it is. Matching takes time linear in the path.
 */
public final class Glob {
  public static final int MAX_LENGTH = 200;
  private static final String SPECIAL = "\\.+*?()|[]{}^$";

  private final Pattern pattern;
  private final boolean whole;

  private Glob(Pattern pattern, boolean whole) {
    this.pattern = pattern;
    this.whole = whole;
  }

  /**
   * @throws IllegalArgumentException with what is wrong, for the caller
   */
  public static Glob of(String text) {
    if (text.isEmpty() || text.length() > MAX_LENGTH) {
      throw new IllegalArgumentException("must have 1 to " + MAX_LENGTH + " characters");
    }
    String bare = text.startsWith("/") ? text.substring(1) : text;
    String glob = bare.endsWith("/") ? bare + "**" : bare;
    String regex = new Translator(glob).translate();
    try {
      return new Glob(
          Pattern.compile(regex, Pattern.DOTALL), text.startsWith("/") || glob.contains("/"));
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("is not a glob pattern: " + text, e);
    }
  }

  boolean matches(String path, String name) {
    return pattern.matches(whole ? path : name);
  }

  /** One pass over a glob that writes the regular expression. */
  private static final class Translator {
    private final String glob;
    private final StringBuilder out = new StringBuilder();
    private int at;
    private int choices;

    Translator(String glob) {
      this.glob = glob;
    }

    String translate() {
      while (at < glob.length()) {
        one(glob.charAt(at++));
      }
      if (choices > 0) {
        throw new IllegalArgumentException("has a { without its }");
      }
      return out.toString();
    }

    private void one(char c) {
      switch (c) {
        case '*' -> star();
        case '?' -> out.append("[^/]");
        case '[' -> oneOf();
        case '{' -> {
          choices++;
          out.append("(?:");
        }
        case '}' -> {
          if (--choices < 0) {
            throw new IllegalArgumentException("has a } without its {");
          }
          out.append(')');
        }
        case ',' -> out.append(choices > 0 ? "|" : ",");
        case '\\' -> {
          if (at == glob.length()) {
            throw new IllegalArgumentException("ends in a backslash");
          }
          literal(glob.charAt(at++));
        }
        default -> literal(c);
      }
    }

    private void star() {
      if (!glob.startsWith("*", at)) {
        out.append("[^/]*");
        return;
      }
      boolean atStart = at == 1 || glob.charAt(at - 2) == '/';
      at++;
      if (atStart && glob.startsWith("/", at)) {
        at++;
        out.append("(?:.*/)?");
      } else {
        out.append(".*");
      }
    }

    private void oneOf() {
      boolean not = glob.startsWith("!", at);
      int from = not ? at + 1 : at;
      // A bracket that comes first is meant itself.
      int end = glob.indexOf(']', from + 1);
      if (end < 0) {
        throw new IllegalArgumentException("has a [ without its ]");
      }
      int[] members = glob.substring(from, end).codePoints().toArray();
      out.append(not ? "[^/" : "[");
      for (int i = 0; i < members.length; i++) {
        if (members[i] == '/') {
          throw new IllegalArgumentException("has a slash between brackets");
        }
        character(members[i]);
        if (i + 2 < members.length && members[i + 1] == '-') {
          out.append('-');
          character(members[i + 2]);
          i += 2;
        }
      }
      out.append(']');
      at = end + 1;
    }

    private void character(int codePoint) {
      out.append("\\x{").append(Integer.toHexString(codePoint)).append('}');
    }

    private void literal(char c) {
      if (SPECIAL.indexOf(c) >= 0) {
        out.append('\\');
      }
      out.append(c);
    }
  }
}

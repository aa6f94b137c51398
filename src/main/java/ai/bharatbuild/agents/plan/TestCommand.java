package ai.bharatbuild.agents.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Tells of command lines that succeed whatever the tests do. It knows the common ways, not all of
 * them: what a runner tells of its tests is looked at besides.
 */
public final class TestCommand {
  /** Commands that test nothing. */
  private static final Pattern NOTHING =
      Pattern.compile(
          "(?:/bin/|/usr/bin/)?true|:|exit(?:\\s+0)?|(?:echo|printf|sleep|cd|ls|pwd|node\\s+(?:-e|-p))\\b.*|");

  /** Asks a runner for something else than to run its tests. */
  private static final Pattern NO_RUN =
      Pattern.compile(
          ".*\\s(?:--version|--help|--collect-only|--co|--listTests|--setup-plan"
              + "|-Dmaven\\.test\\.(?:skip|failure\\.ignore)(?:=true)?|-DskipTests(?:=true)?)(?:\\s.*|)");

  private TestCommand() {}

  /** Why a line proves nothing, as what it does; null where it may. */
  public static String fault(String line) {
    List<Part> parts = parts(line);
    if (parts.stream().allMatch(part -> NOTHING.matcher(part.command).matches())) {
      return "runs no tests";
    }
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      boolean swallows =
          part.before.equals("||") || part.before.equals(";") && i == parts.size() - 1;
      if (swallows && NOTHING.matcher(part.command).matches()) {
        return "runs no tests that could make it fail";
      }
      if (NO_RUN.matcher(part.command).matches()) {
        return "has its runner run no tests";
      }
    }
    return parts.getLast().before.equals("&") ? "does not wait for its tests" : null;
  }

  /**
   * A command of a line.
   *
   * @param before what stands between it and the one before: empty, or an operator of the shell
   */
  private record Part(String before, String command) {}

  /**
   * Cuts at the shell's operators outside of quotes; an operator at the end has a part after it.
   */
  private static List<Part> parts(String line) {
    List<Part> parts = new ArrayList<>();
    StringBuilder command = new StringBuilder();
    String before = "";
    char quote = 0;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      String operator = quote == 0 ? operator(line, i) : "";
      if (operator.isEmpty()) {
        quote = quote == 0 && (c == '\'' || c == '"') ? c : c == quote ? 0 : quote;
        command.append(c);
      } else {
        parts.add(new Part(before, command.toString().strip()));
        command.setLength(0);
        before = operator;
        i += operator.length() - 1;
      }
    }
    String last = command.toString().strip();
    if (!last.isEmpty() || before.equals("&") || parts.isEmpty()) {
      parts.add(new Part(before, last));
    }
    return parts;
  }

  /** The operator at a place; empty where there is none. A {@code &} of {@code 2>&1} is none. */
  private static String operator(String line, int at) {
    String rest = line.substring(at, Math.min(line.length(), at + 2));
    if (rest.equals("&&") || rest.equals("||")) {
      return rest;
    }
    char c = line.charAt(at);
    boolean redirects =
        c == '&' && (rest.equals("&>") || at > 0 && "<>".indexOf(line.charAt(at - 1)) >= 0);
    return (c == ';' || c == '\n' || c == '&') && !redirects ? c == '&' ? "&" : ";" : "";
  }
}

package ai.bharatbuild.sandbox.advice;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A program that a command would start, after expansion.
 *
 * @param name the program's name without its directory
 * @param redirects where its streams go
 * @param upstream the programs whose output it may read
 * @param cwd the directory, when the command itself says it; else null
 */
record Invocation(
    Field command,
    String name,
    List<Field> args,
    List<Target> redirects,
    List<Invocation> upstream,
    String cwd) {

  /**
   * A word after expansion, still with {@link Marks}.
   *
   * @param sources programs whose output is part of it
   */
  record Field(String text, List<Invocation> sources) {
    String plain() {
      return Marks.plain(text);
    }
  }

  /**
   * @param body text of a here-document, or null
   */
  record Target(String operator, Field file, String body) {
    private static final Pattern STREAM = Pattern.compile("\\d+|-");

    boolean writes() {
      return operator.contains(">") && !STREAM.matcher(file.plain()).matches();
    }
  }

  List<String> plainArgs() {
    return args.stream().map(Field::plain).toList();
  }

  boolean named(String... names) {
    for (String candidate : names) {
      if (candidate.equals(name)) {
        return true;
      }
    }
    return false;
  }

  /** Whether one of the short options (in any cluster) or a long one (abbreviated) is given. */
  boolean has(String shorts, String... longs) {
    for (String arg : plainArgs()) {
      if (arg.equals("--")) {
        return false;
      }
      if (arg.startsWith("--")) {
        for (String option : longs) {
          if (arg.length() > 3 && option.startsWith(arg.split("=", 2)[0]) || arg.equals(option)) {
            return true;
          }
        }
      } else if (arg.startsWith("-") && arg.chars().anyMatch(c -> shorts.indexOf(c) >= 0)) {
        return true;
      }
    }
    return false;
  }

  /** The arguments that are no options. */
  List<Field> operands() {
    int end = plainArgs().indexOf("--");
    List<Field> operands = new ArrayList<>();
    for (int i = 0; i < args.size(); i++) {
      boolean option = args.get(i).plain().startsWith("-") && (end < 0 || i <= end);
      if (!option) {
        operands.add(args.get(i));
      }
    }
    return operands;
  }
}

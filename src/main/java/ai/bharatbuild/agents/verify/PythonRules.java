package ai.bharatbuild.agents.verify;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** What {@code requirements.txt} lacks, and indentation by tabs and spaces. */
final class PythonRules {
  private static final Pattern MISSING = Pattern.compile("No module named '([\\w.]+)'");
  private static final int[] WIDTHS = {2, 4, 8};

  private PythonRules() {}

  /** An import of a well-known package that nobody named. */
  static Optional<Rule.Proposal> missingModule(Diagnosis wrong, Rule.Files files) {
    Matcher missing = MISSING.matcher(wrong.excerpt());
    if (wrong.kind() != FailureKind.DEPENDENCY || !missing.find()) {
      return Optional.empty();
    }
    String module = missing.group(1).split("\\.")[0];
    String name = KnownPackages.PYTHON.get(module);
    Optional<String> requirements = files.text("requirements.txt");
    if (name == null
        || requirements.isEmpty()
        || isOwn(module, files)
        || names(requirements.get(), name)) {
      return Optional.empty();
    }
    String text = requirements.get();
    String end = text.isEmpty() || text.endsWith("\n") ? "" : "\n";
    return Rule.Proposal.of(
        "requirements.txt",
        text + end + name + "\n",
        "Added " + name + " to requirements.txt: " + module + " is imported, but was not named.");
  }

  private static boolean isOwn(String module, Rule.Files files) {
    return files.paths().stream()
        .anyMatch(
            path ->
                ("/" + path).endsWith("/" + module + ".py")
                    || ("/" + path).contains("/" + module + "/"));
  }

  private static boolean names(String requirements, String name) {
    String wanted = normal(name);
    return requirements
        .lines()
        .map(line -> normal(line.strip().split("[\\s;\\[<>=!~#@]", 2)[0]))
        .anyMatch(wanted::equals);
  }

  private static String normal(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[-_.]+", "-");
  }

  /** Tabs become spaces where only one width makes sense of the file. */
  static Optional<Rule.Proposal> tabs(Diagnosis wrong, Rule.Files files) {
    if (!wrong.headline().startsWith("TabError") || wrong.places().isEmpty()) {
      return Optional.empty();
    }
    String path = wrong.places().getFirst().path();
    Optional<String> text = files.text(path);
    if (text.isEmpty()
        || !text.get().contains("\t")
        || text.get().contains("\"\"\"")
        || text.get().contains("'''")) {
      return Optional.empty();
    }
    List<String> fitting =
        IntStream.of(WIDTHS)
            .mapToObj(width -> expand(text.get(), width))
            .filter(PythonRules::isWellIndented)
            .distinct()
            .toList();
    return fitting.size() != 1
        ? Optional.empty()
        : Rule.Proposal.of(
            path, fitting.getFirst(), "Indented " + path + " by spaces alone; it mixed in tabs.");
  }

  private static String expand(String text, int width) {
    List<String> lines = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      StringBuilder indent = new StringBuilder();
      int i = 0;
      for (; i < line.length() && (line.charAt(i) == ' ' || line.charAt(i) == '\t'); i++) {
        int more = line.charAt(i) == ' ' ? 1 : width - indent.length() % width;
        indent.repeat(' ', more);
      }
      lines.add(indent + line.substring(i));
    }
    return String.join("\n", lines);
  }

  /** Deeper only after a colon, back only to where it was before. Lines in brackets are free. */
  private static boolean isWellIndented(String text) {
    Deque<Integer> levels = new ArrayDeque<>(List.of(0));
    boolean opens = false;
    int brackets = 0;
    for (String line : text.split("\n")) {
      String code = line.replaceAll("#.*", "").strip();
      if (code.isEmpty()) {
        continue;
      }
      int indent = line.length() - line.stripLeading().length();
      if (brackets == 0 && !fits(levels, indent, opens)) {
        return false;
      }
      brackets += count(code, "([{") - count(code, ")]}");
      opens = code.endsWith(":") && brackets == 0;
    }
    return true;
  }

  private static boolean fits(Deque<Integer> levels, int indent, boolean opens) {
    if (opens) {
      if (indent <= levels.peek()) {
        return false;
      }
      levels.push(indent);
      return true;
    }
    while (levels.peek() > indent) {
      levels.pop();
    }
    return levels.peek() == indent;
  }

  private static int count(String code, String characters) {
    return (int) code.chars().filter(c -> characters.indexOf(c) >= 0).count();
  }
}

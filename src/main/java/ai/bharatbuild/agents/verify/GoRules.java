package ai.bharatbuild.agents.verify;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A module that is not declared, and imports that nothing uses. */
final class GoRules {
  /** The oldest that sandboxes have; newer tools take it as well. */
  private static final String VERSION = "1.19";

  private static final Pattern UNUSED =
      Pattern.compile(
          "(?m)^(?:\\./)?([\\w./-]+\\.go):(\\d+):\\d+: "
              + "(?:imported and not used: \"([^\"]+)\"|\"([^\"]+)\" imported and not used)");

  private static final Pattern IMPORTED =
      Pattern.compile("(?m)^\\s*(?:import\\s+)?(?:[\\w.]+\\s+)?\"([\\w./-]+)\"");

  private GoRules() {}

  /** The name that the project's own imports speak of; without any, one of our own. */
  static Optional<Rule.Proposal> missingModule(Diagnosis wrong, Rule.Files files) {
    if (!wrong.excerpt().contains("go.mod file not found")
        || files.paths().stream().anyMatch(path -> Sources.name(path).equals("go.mod"))) {
      return Optional.empty();
    }
    Set<String> names = new TreeSet<>();
    for (String path : files.paths()) {
      if (path.endsWith(".go")) {
        for (String imported : imports(files.text(path).orElse(""))) {
          if (imported.split("/")[0].contains(".")) {
            // Packages from elsewhere need versions and sums, which only Go itself can find.
            return Optional.empty();
          }
          own(imported, files).ifPresent(names::add);
        }
      }
    }
    if (names.size() > 1) {
      return Optional.empty();
    }
    String name = names.isEmpty() ? "app" : names.iterator().next();
    return Rule.Proposal.of(
        "go.mod",
        "module " + name + "\n\ngo " + VERSION + "\n",
        "Added go.mod with the module " + name + ": there was none.");
  }

  private static List<String> imports(String text) {
    return IMPORTED.matcher(text).results().map(result -> result.group(1)).toList();
  }

  /** The module's name where the rest of an import is a directory of the project. */
  private static Optional<String> own(String imported, Rule.Files files) {
    int slash = imported.indexOf('/');
    if (slash < 0) {
      return Optional.empty();
    }
    String directory = imported.substring(slash + 1) + "/";
    boolean there =
        files.paths().stream()
            .anyMatch(
                path ->
                    path.startsWith(directory)
                        && path.endsWith(".go")
                        && path.indexOf('/', directory.length()) < 0);
    return there ? Optional.of(imported.substring(0, slash)) : Optional.empty();
  }

  /** Takes out the lines of imports that the compiler says are not used. */
  static Optional<Rule.Proposal> unusedImports(Diagnosis wrong, Rule.Files files) {
    Map<String, Set<Integer>> lines = new HashMap<>();
    Set<String> names = new TreeSet<>();
    Matcher unused = UNUSED.matcher(wrong.excerpt());
    while (unused.find()) {
      String path = path(unused.group(1), files);
      String name = unused.group(3) != null ? unused.group(3) : unused.group(4);
      int line = Integer.parseInt(unused.group(2));
      if (path != null && isImport(files.text(path).orElse(""), line, name)) {
        lines.computeIfAbsent(path, key -> new HashSet<>()).add(line);
        names.add(name);
      }
    }
    if (lines.isEmpty()) {
      return Optional.empty();
    }
    Map<String, String> edits = new HashMap<>();
    lines.forEach((path, out) -> edits.put(path, without(files.text(path).orElseThrow(), out)));
    return Optional.of(
        new Rule.Proposal(
            edits, "Removed imports that nothing uses: " + String.join(", ", names) + "."));
  }

  private static String path(String told, Rule.Files files) {
    return files.paths().contains(told) ? told : null;
  }

  private static boolean isImport(String text, int line, String name) {
    String[] lines = text.split("\n", -1);
    return line >= 1
        && line <= lines.length
        && lines[line - 1].matches(
            "\\s*(?:import\\s+)?(?:\\w+\\s+)?"
                + Pattern.quote("\"" + name + "\"")
                + "\\s*(?://.*)?");
  }

  private static String without(String text, Set<Integer> out) {
    String[] lines = text.split("\n", -1);
    StringBuilder left = new StringBuilder();
    for (int i = 0; i < lines.length; i++) {
      if (!out.contains(i + 1)) {
        left.append(lines[i]).append(i == lines.length - 1 ? "" : "\n");
      }
    }
    return left.toString();
  }
}

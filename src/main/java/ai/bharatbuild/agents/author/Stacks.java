package ai.bharatbuild.agents.author;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What the sandboxes have, as the planner is told. */
final class Stacks {
  private static final Map<String, String> NOTES =
      Map.of(
          "node", "Node.js 18, npm 9; tests by node --test, vitest or jest",
          "python", "Python 3.11, pip, venv; flask and pytest are there already",
          "java", "JDK 17, Maven 3.8; JUnit 5 from Maven Central",
          "go", "Go 1.19; prefer the standard library",
          "rust", "rustc and cargo 1.63; prefer the standard library",
          "ruby", "Ruby 3.1, bundler",
          "php", "PHP 8.2 with sqlite, mbstring, xml, curl; composer",
          "static", "no runtime; `serve <directory> <port>` serves files; tests are shell scripts");

  private Stacks() {}

  /** A line for each. */
  static String told(Set<String> stacks) {
    return stacks.stream()
        .sorted()
        .map(it -> "- " + it + (NOTES.containsKey(it) ? ": " + NOTES.get(it) : ""))
        .collect(Collectors.joining("\n"));
  }
}

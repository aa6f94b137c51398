package ai.bharatbuild.agents.author;

import java.util.List;
import java.util.Set;

/**
 * A file as the map knows it.
 *
 * @param defined names that it defines at its top
 * @param used identifiers in it; empty where it was not looked into
 * @param words parts of what it uses, in lower case
 */
record SourceFile(
    String path, long bytes, List<String> defined, Set<String> used, Set<String> words) {
  private static final Set<String> MANIFESTS =
      Set.of(
          "package.json",
          "pom.xml",
          "build.gradle",
          "go.mod",
          "cargo.toml",
          "pyproject.toml",
          "requirements.txt",
          "gemfile",
          "composer.json",
          "readme.md",
          "index.html");

  /** Whether it says what the project is made of. */
  boolean manifest() {
    String name = path.substring(path.lastIndexOf('/') + 1).toLowerCase(java.util.Locale.ROOT);
    return MANIFESTS.contains(name);
  }
}

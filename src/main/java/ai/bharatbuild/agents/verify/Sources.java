package ai.bharatbuild.agents.verify;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** What a project's files are, told by their names. */
final class Sources {
  /** Written by package managers while they install. */
  private static final Set<String> LOCKS =
      Set.of(
          "package-lock.json",
          "npm-shrinkwrap.json",
          "yarn.lock",
          "pnpm-lock.yaml",
          "bun.lock",
          "poetry.lock",
          "Pipfile.lock",
          "uv.lock",
          "go.sum",
          "Cargo.lock",
          "composer.lock",
          "Gemfile.lock");

  /** What tells package managers what to install. */
  private static final Pattern MANIFESTS =
      Pattern.compile(
          "package\\.json|\\.npmrc|\\.yarnrc(\\.yml)?|pnpm-workspace\\.yaml"
              + "|.*requirements.*\\.(txt|in)|constraints.*\\.txt|pyproject\\.toml|setup\\.(py|cfg)"
              + "|Pipfile|pom\\.xml|(build|settings)\\.gradle(\\.kts)?|go\\.(mod|work)"
              + "|Cargo\\.toml|composer\\.json|Gemfile|.*\\.gemspec");

  private static final Set<String> CODE =
      Set.of(
          "js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx", "vue", "svelte", "astro", "py",
          "java", "kt", "kts", "groovy", "gradle", "scala", "go", "rs", "rb", "php", "c", "h", "cc",
          "cpp", "hpp", "cs", "swift", "html", "htm", "css", "scss", "sass", "less", "sql", "sh",
          "bash", "toml", "xml", "yml", "yaml", "graphql", "proto", "ejs", "hbs", "jinja", "j2",
          "erb", "md", "mdx");

  /** Named like sources, but written by the tools that use them. */
  private static final Set<String> GENERATED = Set.of("next-env.d.ts", "routeTree.gen.ts");

  private Sources() {}

  static boolean isLock(String path) {
    return LOCKS.contains(name(path));
  }

  /** Whether an installation may read it. */
  static boolean isInstallInput(String path) {
    return isLock(path) || MANIFESTS.matcher(name(path)).matches();
  }

  /**
   * Whether people and agents write it. Commands that are verified write databases, logs and
   * binaries, but what is a source must stay what it is while it is verified.
   */
  static boolean isSource(String path) {
    String name = name(path);
    if (isLock(path) || GENERATED.contains(name)) {
      return false;
    }
    String extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return MANIFESTS.matcher(name).matches() || CODE.contains(extension);
  }

  static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}

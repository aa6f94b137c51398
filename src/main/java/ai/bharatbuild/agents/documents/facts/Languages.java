package ai.bharatbuild.agents.documents.facts;

import java.util.Locale;
import java.util.Map;

/** Names languages by the ends of file names. */
final class Languages {
  private static final Map<String, String> BY_END =
      Map.ofEntries(
          Map.entry("js", "JavaScript"),
          Map.entry("mjs", "JavaScript"),
          Map.entry("cjs", "JavaScript"),
          Map.entry("jsx", "JavaScript (JSX)"),
          Map.entry("ts", "TypeScript"),
          Map.entry("tsx", "TypeScript (TSX)"),
          Map.entry("py", "Python"),
          Map.entry("java", "Java"),
          Map.entry("kt", "Kotlin"),
          Map.entry("go", "Go"),
          Map.entry("rs", "Rust"),
          Map.entry("rb", "Ruby"),
          Map.entry("php", "PHP"),
          Map.entry("c", "C"),
          Map.entry("h", "C"),
          Map.entry("cpp", "C++"),
          Map.entry("cs", "C#"),
          Map.entry("html", "HTML"),
          Map.entry("css", "CSS"),
          Map.entry("scss", "CSS (SCSS)"),
          Map.entry("sql", "SQL"),
          Map.entry("sh", "Shell"),
          Map.entry("json", "JSON"),
          Map.entry("yaml", "YAML"),
          Map.entry("yml", "YAML"),
          Map.entry("toml", "TOML"),
          Map.entry("xml", "XML"),
          Map.entry("md", "Markdown"),
          Map.entry("txt", "Text"),
          Map.entry("svg", "SVG"));

  private Languages() {}

  static String of(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    int dot = name.lastIndexOf('.');
    String end = dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
    return name.equals("Dockerfile") ? "Dockerfile" : BY_END.getOrDefault(end, "Other");
  }

  static boolean isKnownEnd(String end) {
    return BY_END.containsKey(end.toLowerCase(Locale.ROOT));
  }
}

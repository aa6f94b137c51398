package ai.bharatbuild.agents.author;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names in sources, found without parsers: those that a file defines at its top, and all words that
 * it uses. Good enough to say what a file is about; never taken for the truth.
 */
final class Names {
  private static final int MOST_DEFINED = 40;
  private static final int MOST_USED = 4_000;
  private static final Pattern WORD = Pattern.compile("[\\p{L}_$][\\p{L}\\p{N}_$]{1,60}");

  private static final Pattern SCRIPT =
      Pattern.compile(
          "(?m)^(?:export\\s+)?(?:default\\s+)?(?:declare\\s+)?(?:abstract\\s+)?(?:async\\s+)?"
              + "(?:function\\*?|class|const|let|var|interface|type|enum)\\s+([\\w$]+)"
              + "|^(?:module\\.)?exports\\.([\\w$]+)\\s*=");
  private static final Pattern PYTHON =
      Pattern.compile("(?m)^(?:async\\s+)?(?:def|class)\\s+(\\w+)|^([A-Z][A-Z0-9_]+)\\s*=");
  private static final Pattern JVM =
      Pattern.compile(
          "\\b(?:class|interface|record|enum|object)\\s+(\\w+)"
              + "|(?m)^\\s{2,4}(?:public|protected)\\s[^=;(\\n]{0,120}?\\b(\\w+)\\s*\\(");
  private static final Pattern GO =
      Pattern.compile("(?m)^func\\s+(?:\\([^)\\n]*\\)\\s*)?(\\w+)|^(?:type|var|const)\\s+(\\w+)");
  private static final Pattern RUST =
      Pattern.compile(
          "(?m)^\\s*pub(?:\\([^)\\n"
              + "]*\\))?\\s+(?:async\\s+)?(?:fn|struct|enum|trait|const|type|mod)\\s+(\\w+)");
  private static final Pattern OTHER =
      Pattern.compile("(?m)^\\s*(?:public\\s+)?(?:function|class|def|module|trait)\\s+([\\w:]+)");

  private static final Map<String, Pattern> BY_EXTENSION =
      Map.ofEntries(
          Map.entry("js", SCRIPT),
          Map.entry("jsx", SCRIPT),
          Map.entry("mjs", SCRIPT),
          Map.entry("cjs", SCRIPT),
          Map.entry("ts", SCRIPT),
          Map.entry("tsx", SCRIPT),
          Map.entry("vue", SCRIPT),
          Map.entry("svelte", SCRIPT),
          Map.entry("py", PYTHON),
          Map.entry("java", JVM),
          Map.entry("kt", JVM),
          Map.entry("cs", JVM),
          Map.entry("go", GO),
          Map.entry("rs", RUST),
          Map.entry("rb", OTHER),
          Map.entry("php", OTHER));

  private Names() {}

  /** Names that a file defines, in their order. */
  static List<String> defined(String path, String text) {
    Pattern pattern = BY_EXTENSION.get(extension(path));
    if (pattern == null) {
      return List.of();
    }
    Set<String> names = new LinkedHashSet<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find() && names.size() < MOST_DEFINED) {
      names.add(matcher.group(1) != null ? matcher.group(1) : matcher.group(2));
    }
    names.remove(null);
    return new ArrayList<>(names);
  }

  /** Identifiers and words as they stand in a text. */
  static Set<String> used(String text) {
    Set<String> used = new LinkedHashSet<>();
    Matcher matcher = WORD.matcher(text);
    while (matcher.find() && used.size() < MOST_USED) {
      used.add(matcher.group());
    }
    return used;
  }

  /** Parts of identifiers in lower case: {@code TodoList} has todo and list. */
  static Set<String> words(Iterable<String> identifiers) {
    Set<String> words = new LinkedHashSet<>();
    for (String identifier : identifiers) {
      for (String part : identifier.split("(?<=\\p{Ll})(?=\\p{Lu})|[^\\p{L}\\p{N}]+")) {
        if (part.length() > 2) {
          words.add(stem(part.toLowerCase(Locale.ROOT)));
        }
      }
    }
    return words;
  }

  /** Todos are about a todo. */
  private static String stem(String word) {
    return word.length() > 3 && word.endsWith("s") && !word.endsWith("ss")
        ? word.substring(0, word.length() - 1)
        : word;
  }

  private static String extension(String path) {
    return path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }
}

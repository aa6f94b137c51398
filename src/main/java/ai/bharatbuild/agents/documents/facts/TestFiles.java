package ai.bharatbuild.agents.documents.facts;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Tells tests from other files by the habits of each language. */
final class TestFiles {
  private static final Set<String> DIRECTORIES =
      Set.of("test", "tests", "__tests__", "spec", "e2e");
  private static final Pattern NAME =
      Pattern.compile(
          "test_.+\\.py|.+_test\\.(py|go|rb)|.+_spec\\.rb|.+\\.(test|spec)\\.[cm]?[jt]sx?"
              + "|.*(Test|Tests|IT)\\.(java|kt|php|cs)");

  private TestFiles() {}

  static boolean isTest(String path) {
    String[] parts = path.split("/");
    if (NAME.matcher(parts[parts.length - 1]).matches()) {
      return true;
    }
    for (int i = 0; i < parts.length - 1; i++) {
      if (DIRECTORIES.contains(parts[i])) {
        return !Languages.of(path).equals("Other");
      }
    }
    return false;
  }

  /**
   * What a test's name and its subject's have in common: {@code store} of {@code store.test.js}.
   */
  static String stem(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    name = name.replaceFirst("^test_", "");
    name = name.contains(".") ? name.substring(0, name.indexOf('.')) : name;
    name = name.replaceFirst("(_test|_spec|Tests?|IT)$", "");
    return name.toLowerCase(Locale.ROOT);
  }
}

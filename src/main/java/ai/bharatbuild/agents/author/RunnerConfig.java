package ai.bharatbuild.agents.author;

import ai.bharatbuild.json.Json;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * What configuration of build tools and test runners says of which tests run and whether they may
 * fail. It may lose such words by a repair, but not get others: what tests prove would be less.
 */
final class RunnerConfig {
  private static final String LINES = "[^\\n]*(?:\\n[ \\t]+[^\\n]*)*";

  private record Kind(Pattern path, Pattern decides) {}

  private static final Kind PACKAGE =
      kind(
          "package\\.json",
          "\"(?:testMatch|testRegex|testPathIgnorePatterns|testNamePattern|passWithNoTests|roots"
              + "|projects|bail|shard|spec|ignore|exclude|include|grep|fgrep|invert|files|match)\""
              + "\\s*:\\s*(?:\\[[^\\]]*\\]|[^,}]*)");

  private static final List<Kind> KINDS =
      List.of(
          kind(
              "(?:\\.?pytest\\.ini|tox\\.ini|setup\\.cfg|pyproject\\.toml)",
              "(?m)^\\s*(?:addopts|testpaths|python_files|python_classes|python_functions"
                  + "|norecursedirs|collect_imported_tests|required_plugins|usefixtures)\\s*="
                  + LINES),
          kind(
              "(?:conftest|sitecustomize|usercustomize)\\.py",
              "\\b(?:pytest_(?!addoption|configure\\b|plugins\\b)\\w+|collect_ignore\\w*|deselect\\w*"
                  + "|skip\\w*|xfail\\w*|exitstatus|(?:sys|os)\\._?exit|monkeypatch\\.setattr)\\b"),
          kind(
              "(?:vite|vitest|jest|mocha|ava|karma|playwright)(?:\\.[\\w-]+)*\\.(?:[cm]?[jt]s|json)"
                  + "|\\.mocharc(?:\\.\\w+)?",
              "\\b(?:testMatch|testRegex|testPathIgnorePatterns|testNamePattern|passWithNoTests|exclude|include|roots|projects|bail|shard|spec|ignore|grep|invert|allowOnly|files|dangerouslyIgnoreUnhandledErrors|retry|reporters?|runner|testRunner)\\b[\"']?\\s*:\\s*(?:\\[[^\\]]*\\]|[^,}\\n"
                  + "]*)"),
          kind(
              "pom\\.xml",
              "<(skipTests|skip|skipITs|skipExec|maven\\.test\\.[\\w.]+|testFailureIgnore"
                  + "|failIfNoTests|failIfNoSpecifiedTests|excludes?|includes?|groups|excludedGroups"
                  + "|test|surefire\\.[\\w.]+|testSourceDirectory|testClassesDirectory"
                  + "|excludesFile|phase)>[^<]*"),
          kind("(?:maven|jvm)\\.config", "\\S*(?:skip|test)\\S*"),
          kind("junit-platform\\.properties|surefire\\.properties", "(?m)^.+$"),
          kind(
              "build\\.gradle(?:\\.kts)?",
              "\\b(?:enabled|onlyIf|ignoreFailures|isIgnoreFailures|exclude\\w*|filter|includeTags"
                  + "|excludeTags|failOnNoDiscoveredTests|isFailOnNoMatchingTests)\\b[^\\n]*"),
          kind("Cargo\\.toml", "(?m)^\\s*(?:test|harness|doctest|autotests)\\s*=[^\\n]*"));

  private RunnerConfig() {}

  private static Kind kind(String name, String decides) {
    return new Kind(Pattern.compile("(?:.*/)?(?:" + name + ")"), Pattern.compile(decides));
  }

  static boolean is(String path) {
    return PACKAGE.path.matcher(path).matches()
        || KINDS.stream().anyMatch(kind -> kind.path.matcher(path).matches());
  }

  /** Whether a change says other things than before of which tests run. */
  static boolean decidesMore(String path, String before, String after) {
    if (PACKAGE.path.matcher(path).matches()) {
      return more(PACKAGE, ofRunners(before), ofRunners(after));
    }
    return KINDS.stream()
        .filter(kind -> kind.path.matcher(path).matches())
        .anyMatch(kind -> more(kind, before, after));
  }

  private static boolean more(Kind kind, String before, String after) {
    List<String> said = new ArrayList<>(words(kind, after));
    words(kind, before).forEach(said::remove);
    return !said.isEmpty();
  }

  private static List<String> words(Kind kind, String text) {
    return kind.decides
        .matcher(text)
        .results()
        .map(MatchResult::group)
        .map(word -> word.replaceAll("\\s+", " ").strip())
        .toList();
  }

  /** The members of a manifest that runners read. */
  private static String ofRunners(String manifest) {
    StringBuilder text = new StringBuilder();
    try {
      JsonNode json = Json.MAPPER.readTree(manifest);
      for (String runner : List.of("jest", "mocha", "vitest", "ava")) {
        text.append(json.path(runner)).append('\n');
      }
    } catch (JsonProcessingException e) {
      // The next build tells what is wrong with it.
    }
    return text.toString();
  }
}

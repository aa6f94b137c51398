package ai.bharatbuild.agents.author;

import ai.bharatbuild.agents.plan.TestCommand;
import ai.bharatbuild.json.Json;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.regex.Pattern;

/** Which files are tests, and whether somebody took something away from them. */
final class TestFiles {
  private static final Pattern PATH =
      Pattern.compile(
          "(?:^|.*/)(?:tests?|__tests__|spec)/.*"
              + "|(?:.*/)?(?:[^/]+[._-](?:test|spec)\\.[^/]+|test_[^/]+\\.py|[^/]+_test\\.(?:go|py|rb)"
              + "|[^/]+(?:Test|Tests|IT)\\.(?:java|kt)|conftest\\.py)");

  private static final Pattern CASE =
      Pattern.compile(
          "\\b(?:it|test)(?:\\.each[^(\\n"
              + "]{0,80})?\\s*\\(|\\bdef test|@Test\\b|@ParameterizedTest\\b|\\bfunc"
              + " Test\\w|#\\[test]");
  private static final Pattern ASSERTION =
      Pattern.compile(
          "\\bassert|\\bexpect\\s*\\(|\\bt\\.(?:Error|Fatal|Fail)|\\brequire\\.\\w+\\(|\\.should\\b"
              + "|#expect");
  private static final Pattern SKIP =
      Pattern.compile(
          "\\.(?:skip|todo|only|skipIf|failing)\\b|\\b(?:xit|xtest|xdescribe|fit|fdescribe)\\s*\\("
              + "|@Disabled|@Ignore|pytest\\.(?:mark\\.)?(?:skip|xfail)|unittest\\.skip|\\bt\\.Skip"
              + "|#\\[ignore");

  private static final String PACKAGE = "package.json";

  private TestFiles() {}

  /** Whether a file can say how tests are run. */
  static boolean saysHow(String path) {
    return RunnerConfig.is(path) || path.equals("Makefile") || path.endsWith("/Makefile");
  }

  static boolean isTest(String path) {
    return PATH.matcher(path).matches();
  }

  /**
   * What a change takes away from tests, as a sentence about the file; null where nothing is seen
   * to be taken. It counts cases, assertions and skips, and knows nothing of what they mean.
   *
   * @param before null where there was no such file
   * @param after null where it is gone
   */
  static String taken(String path, String before, String after) {
    String old = before == null ? "" : before;
    if (after != null && RunnerConfig.decidesMore(path, old, after)) {
      return "it says which tests run, or whether they may fail";
    }
    if (path.equals(PACKAGE) || path.endsWith("/" + PACKAGE)) {
      return script(old, after);
    }
    if (before == null) {
      return null;
    }
    if (!isTest(path)) {
      return null;
    }
    if (after == null) {
      return "it is deleted";
    }
    if (count(SKIP, after) > count(SKIP, before)) {
      return "it skips more";
    }
    if (count(CASE, after) < count(CASE, before)) {
      return "it has fewer tests";
    }
    return count(ASSERTION, after) < count(ASSERTION, before) ? "it has fewer assertions" : null;
  }

  private static String script(String before, String after) {
    String now = testScript(after);
    String fault = now.equals(testScript(before)) ? null : TestCommand.fault(now);
    return fault == null ? null : "its test script " + fault;
  }

  /** Empty where there is none. */
  private static String testScript(String manifest) {
    try {
      return manifest == null || manifest.isBlank()
          ? ""
          : Json.MAPPER.readTree(manifest).path("scripts").path("test").asText();
    } catch (JsonProcessingException e) {
      // The next build tells what is wrong with it.
      return "unreadable";
    }
  }

  private static long count(Pattern pattern, String text) {
    return pattern.matcher(text).results().count();
  }
}

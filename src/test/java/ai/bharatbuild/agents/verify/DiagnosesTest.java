package ai.bharatbuild.agents.verify;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.agents.verify.Diagnosis.Place;
import ai.bharatbuild.agents.verify.Evidence.ProbeResult;
import ai.bharatbuild.agents.verify.Evidence.Step;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiagnosesTest {
  static Diagnosis diagnose(String step, String output, int exitCode) {
    Step seen =
        new Step(
            step,
            "it",
            "e1",
            false,
            exitCode,
            "exited",
            5,
            step.equals("test") ? TestOutput.count(output, false) : null,
            output);
    return Diagnoses.of(new Failure(step, seen, output, null, Set.of()));
  }

  private static Diagnosis ended(String step, String cause, String output) {
    Step seen = new Step(step, "it", "e1", false, null, cause, 180_000, null, output);
    return Diagnoses.of(new Failure(step, seen, output, null, Set.of()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "npm-404         | install | DEPENDENCY  | left-paddingx-nope                  |",
        "npm-etarget     | install | DEPENDENCY  | No matching version found           |",
        "npm-eresolve    | install | DEPENDENCY  | unable to resolve dependency tree   |",
        "npm-json        | install | SYNTAX      | Invalid package.json                |",
        "npm-script      | build   | DEPENDENCY  | Missing script: \"build\"           |",
        "npm-offline     | install | ENVIRONMENT | ENOTFOUND                           |",
        "tsc-type        | build   | TYPE        | not assignable to type 'string'     |"
            + " ts/price.ts:2",
        "tsc-syntax      | build   | SYNTAX      | ',' expected                        |"
            + " ts/syntax.ts:1",
        "vite-import     | build   | DEPENDENCY  | Could not resolve './gone.jsx'      |"
            + " vb/main.jsx:1",
        "vite-package    | build   | DEPENDENCY  | failed to resolve import \"left-pad |",
        "vite-syntax     | build   | SYNTAX      | Unexpected token                    |"
            + " vb2/main.jsx:3",
        "eslint          | build   | TYPE        | 'unused' is assigned a value        |"
            + " es/bad.js:1",
        "node-missing    | run     | DEPENDENCY  | Cannot find package 'left-padding'  |",
        "node-relative   | run     | DEPENDENCY  | Cannot find module 'rt/helper.js'   |",
        "node-reference  | run     | RUNTIME     | items is not defined                |"
            + " rt/reference.js:1",
        "node-type       | run     | RUNTIME     | Cannot read properties of null      |"
            + " rt/type.js:2",
        "node-syntax     | run     | SYNTAX      | Unexpected end of input             |"
            + " rt/syntax.js:2",
        "node-require    | run     | SYNTAX      | require is not defined in ES module |"
            + " rt/require.js:1",
        "node-import     | run     | SYNTAX      | Cannot use import statement         |"
            + " rt/import.cjs:1",
        "node-export     | run     | SYNTAX      | export named 'readNope'             |"
            + " rt/export.js:1",
        "node-port       | run     | PORT        | EADDRINUSE                          |"
            + " rt/port.js:2",
        "vitest-fail     | test    | TEST        | 1 of 3 tests failed: AssertionError |"
            + " vt/bad.test.js:3",
        "vitest-import   | test    | DEPENDENCY  | Cannot find module './nowhere.js'   |"
            + " vt/import.test.js:1",
        "vitest-none     | test    | TEST        | No test ran                         |",
        "jest-fail       | test    | TEST        | 1 of 3 tests failed                 |"
            + " jt/bad.spec.cjs:2",
        "mocha-fail      | test    | TEST        | 7 == 6                              |"
            + " mt/bad.mjs:2",
        "mocha-none      | test    | TEST        | No test ran                         |",
        "node-test-fail  | test    | TEST        | 1 of 3 tests failed                 |"
            + " nt/bad.test.js:4",
        "pytest-fail     | test    | TEST        | 1 of 4 tests failed: E       assert |"
            + " tests/test_bad.py:5",
        "pytest-none     | test    | TEST        | No test ran                         |",
        "pytest-collect  | test    | DEPENDENCY  | No module named 'falsk'             |"
            + " tests/test_import.py:1",
        "unittest-fail   | test    | TEST        | AssertionError: 6 != 9              |"
            + " tests/unit_mixed.py:8",
        "python-syntax   | run     | SYNTAX      | SyntaxError: invalid syntax         |"
            + " syntax.py:1",
        "python-compileall | build | SYNTAX      | SyntaxError: invalid syntax         |"
            + " syntax.py:1",
        "python-tabs     | run     | SYNTAX      | TabError                            | tabs.py:4",
        "python-missing  | run     | DEPENDENCY  | No module named 'falsk'             |"
            + " missing.py:1",
        "python-type     | run     | RUNTIME     | TypeError: unsupported operand      |"
            + " typeerr.py:2",
        "python-port     | run     | PORT        | Address already in use              | port.py:3",
        "pip-version     | install | DEPENDENCY  | satisfies the requirement flask==99 |",
        "pip-offline     | install | ENVIRONMENT | NewConnectionError                  |",
        "maven-fail      | test    | TEST        | 6 of 24 tests failed                |",
        "maven-none      | test    | TEST        | No test ran                         |",
        "maven-type      | build   | DEPENDENCY      | com.nope does not exist             |"
            + " src/main/java/com/example/units/Extra.java:2",
        "maven-syntax    | build   | SYNTAX      | illegal start of type               |"
            + " src/main/java/com/example/units/Extra.java:2",
        "maven-dep       | build   | DEPENDENCY  | Could not find artifact com.nope    |",
        "javac-type      | build   | TYPE        | String cannot be converted to int   |"
            + " Main.java:3",
        "java-npe        | run     | RUNTIME     | NullPointerException                |"
            + " Main.java:4",
        "go-build        | build   | TYPE        | imported and not used: \"os\"       |"
            + " broken/main.go:5",
        "go-unused       | build   | TYPE        | imported and not used               |"
            + " none/main.go:5",
        "go-vet          | test    | TYPE        | has arg \"x\" of wrong type         |"
            + " vet/vet.go:5",
        "go-dep          | build   | DEPENDENCY  | github.com/gorilla/mux              |"
            + " dep/dep.go:3",
        "go-nomod        | build   | DEPENDENCY  | go.mod file not found               |",
        "go-syntax       | build   | SYNTAX      | syntax error: unexpected {          |"
            + " syn/syn.go:3",
        "go-panic        | run     | RUNTIME     | assignment to entry in nil map      |"
            + " panics/main.go:5",
        "go-test-fail    | test    | TEST        | 1 of 2 tests failed                 |"
            + " web_test.go:8",
        "go-test-none    | test    | TEST        | No test ran                         |",
        "cargo-type      | build   | TYPE        | mismatched types                    |"
            + " src/lib.rs:2",
        "cargo-syntax    | build   | SYNTAX      | unclosed delimiter                  |"
            + " src/lib.rs:1",
        "cargo-test-fail | test    | TEST        | 1 of 1 test failed                  |"
            + " src/lib.rs:11",
        "cargo-dep       | build   | ENVIRONMENT | failed to resolve address           |",
        "composer-dep    | install | ENVIRONMENT | curl error 6                        |",
        "php-syntax      | build   | SYNTAX      | unexpected token                    |"
            + " syntax.php:2",
        "php-runtime     | run     | RUNTIME     | undefined function nope             |"
            + " runtime.php:2",
        "php-vendor      | run     | DEPENDENCY  | vendor/autoload.php                 |"
            + " vendor.php:2",
        "phpunit-fail    | test    | TEST        | 6 is identical to 7                 |"
            + " MixedTest.php:5",
        "minitest-fail   | test    | TEST        | 1 of 2 tests failed                 |"
            + " fail_test.rb:4",
        "rspec-fail      | test    | TEST        | 1 of 2 tests failed                 |"
            + " mixed_spec.rb:3",
        "ruby-syntax     | run     | SYNTAX      | unexpected integer literal          |"
            + " syntax.rb:2",
        "ruby-missing    | run     | DEPENDENCY  | cannot load such file -- sinatra    |"
            + " missing.rb:1",
        "ruby-runtime    | run     | RUNTIME     | undefined method `size' for nil     |"
            + " runtime.rb:1"
      },
      quoteCharacter = '~')
  void knowsWhatToolsSay(String sample, String step, FailureKind kind, String says, String place) {
    String output = Samples.of(sample);

    Diagnosis found = diagnose(step, output, 1);

    assertThat(found.kind()).as(found.toString()).isEqualTo(kind);
    assertThat(found.headline()).contains(says);
    assertThat(found.signature()).startsWith(step + "/");
    assertThat(found.excerpt()).isNotBlank().doesNotContain("\u001b", "/workspace/");
    assertThat(found.excerpt().length()).isLessThanOrEqualTo(Excerpt.MOST);
    if (place == null) {
      assertThat(found.places()).noneMatch(some -> some.path().startsWith("/"));
    } else {
      int colon = place.lastIndexOf(':');
      assertThat(found.places().getFirst())
          .isEqualTo(
              new Place(place.substring(0, colon), Integer.parseInt(place.substring(colon + 1))));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "install, timeout, ENVIRONMENT",
    "build, timeout, ENVIRONMENT",
    "test, timeout, TEST",
    "build, oom, ENVIRONMENT",
    "test, disk_limit, ENVIRONMENT",
    "test, pids_limit, ENVIRONMENT",
    "build, output_limit, RUNTIME",
    "build, lost, INFRASTRUCTURE",
    "build, cancelled, INFRASTRUCTURE"
  })
  void goesByHowACommandEnded(String step, String cause, FailureKind kind) {
    Diagnosis found = ended(step, cause, "TypeError: whatever it said before");

    assertThat(found.kind()).isEqualTo(kind);
    assertThat(found.headline()).startsWith("The command to " + step);
    assertThat(found.excerpt()).contains("whatever it said");
  }

  @Test
  void takesABuildThatWatchesForADefect() {
    Diagnosis found = ended("build", "timeout", "[11:02] Watching for file changes.");

    assertThat(found.kind()).isEqualTo(FailureKind.RUNTIME);
  }

  @ParameterizedTest
  @CsvSource({
    "'sh: 1: vite: not found', DEPENDENCY",
    "'sh: 1: mvn: not found', ENVIRONMENT",
    "'bash: line 1: python3: command not found', ENVIRONMENT",
    "'sh: 1: ./mvnw: Permission denied', RUNTIME",
    "'npm ERR! code ENOSPC', ENVIRONMENT"
  })
  void tellsMissingToolsFromMissingPackages(String output, FailureKind kind) {
    assertThat(diagnose("build", output, 127).kind()).isEqualTo(kind);
  }

  @ParameterizedTest
  @CsvSource({
    ", PORT, nothing answers on port 3000 for /health",
    "404, PORT, 'It answers 404, not 200, on port 3000 for /health'",
    "500, RUNTIME, 'It answers 500, not 200'"
  })
  void saysHowItAnswers(Integer status, FailureKind kind, String says) {
    ProbeResult probe = new ProbeResult(3000, "/health", 200, status, null, 900);
    Step seen = new Step("run", "npm start", "e1", false, null, "serving", 900, null, "");

    Diagnosis found =
        Diagnoses.of(new Failure("probe", seen, "Listening on 3001", probe, Set.of()));

    assertThat(found.kind()).isEqualTo(kind);
    assertThat(found.headline()).contains(says);
    assertThat(found.excerpt()).contains("Listening on 3001");
  }

  @Test
  void saysThatWhatServesEndedByItself() {
    Diagnosis found = diagnose("run", "all is well\n", 0);

    assertThat(found.kind()).isEqualTo(FailureKind.RUNTIME);
    assertThat(found.headline()).contains("ended by itself").contains("all is well");
  }

  @Test
  void completesNamesFromTheProjectsFiles() {
    String output = Samples.of("go-test-fail");
    Step seen = new Step("test", "go test", "e", false, 1, "exited", 5, null, output);
    Set<String> files = Set.of("web/web_test.go", "price/price_test.go", "go.mod");

    Diagnosis found = Diagnoses.of(new Failure("test", seen, output, null, files));

    assertThat(found.places())
        .containsExactly(new Place("web/web_test.go", 8), new Place("price/price_test.go", 11));
  }

  @Test
  void keepsTheFirstErrorAndTheEndOfALongOutput() {
    String noise = "building a module of the project\n".repeat(2000);
    String output =
        noise + "src/a.ts(3,1): error TS2304: Cannot find name 'x'.\n" + noise + "the end";

    Diagnosis found = diagnose("build", output, 2);

    assertThat(found.excerpt()).contains("TS2304").endsWith("the end");
    assertThat(found.excerpt().length()).isLessThanOrEqualTo(Excerpt.MOST);
  }
}

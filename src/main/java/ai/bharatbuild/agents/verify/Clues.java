package ai.bharatbuild.agents.verify;

import static ai.bharatbuild.agents.verify.Clue.cause;
import static ai.bharatbuild.agents.verify.Clue.error;
import static ai.bharatbuild.agents.verify.Clue.summary;
import static ai.bharatbuild.agents.verify.FailureKind.DEPENDENCY;
import static ai.bharatbuild.agents.verify.FailureKind.ENVIRONMENT;
import static ai.bharatbuild.agents.verify.FailureKind.PORT;
import static ai.bharatbuild.agents.verify.FailureKind.RUNTIME;
import static ai.bharatbuild.agents.verify.FailureKind.SYNTAX;
import static ai.bharatbuild.agents.verify.FailureKind.TEST;
import static ai.bharatbuild.agents.verify.FailureKind.TYPE;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The lines by which the failures of many tools are known. */
final class Clues {
  /** No change of a project helps against these. */
  private static final List<Clue> SANDBOX =
      List.of(
          cause(ENVIRONMENT, "ENOSPC|[Nn]o space left on device|Disk quota exceeded|EDQUOT"),
          cause(ENVIRONMENT, "JavaScript heap out of memory|java\\.lang\\.OutOfMemoryError"),
          cause(
              ENVIRONMENT, "^npm (?:error|ERR!) .*(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT)"),
          cause(ENVIRONMENT, "^npm (?:error|ERR!) code (?:ECONNRESET|ERR_SOCKET_TIMEOUT|E5\\d\\d)"),
          cause(ENVIRONMENT, "NewConnectionError.*Failed to establish a new connection"),
          cause(ENVIRONMENT, "curl error \\d+ while downloading|curl: \\(6\\)"),
          cause(ENVIRONMENT, "Could not (?:transfer artifact|resolve host)|Unknown host "),
          cause(ENVIRONMENT, "failed to resolve address for|spurious network error"),
          cause(ENVIRONMENT, "^go: .*dial tcp.*(?:lookup|connect|i/o timeout)"),
          cause(ENVIRONMENT, "Temporary failure in name resolution.*(?:pip|urllib3|index)"),
          cause(ENVIRONMENT, "Gem::RemoteFetcher::FetchError|Could not fetch specs from"),
          cause(PORT, "EADDRINUSE|[Aa]ddress already in use"));

  private static final List<Clue> NODE =
      List.of(
          cause(DEPENDENCY, "^npm (?:error|ERR!) code (?:E404|ETARGET|ERESOLVE|EBADENGINE)"),
          cause(DEPENDENCY, "^npm (?:error|ERR!) Missing script:"),
          cause(DEPENDENCY, "^npm (?:error|ERR!) (?:enoent|Could not read package\\.json)"),
          cause(SYNTAX, "^npm (?:error|ERR!) code EJSONPARSE"),
          cause(DEPENDENCY, "(?<!TS\\d{4}: )Cannot find (?:module|package) '[^']+'"),
          cause(DEPENDENCY, "error TS\\d+: Cannot find module '[^'.]"),
          cause(DEPENDENCY, "UNRESOLVED_IMPORT|Could not resolve \"|failed to resolve import \""),
          cause(DEPENDENCY, "Failed to resolve import \""),
          cause(SYNTAX, "^ReferenceError: require is not defined in ES module scope"),
          cause(SYNTAX, "^SyntaxError: Cannot use import statement outside a module"),
          error(SYNTAX, "error TS1\\d{3}:"),
          error(TYPE, "error TS\\d+:"),
          error(SYNTAX, "^\\[(?:builtin:vite-transform|PARSE_ERROR)\\]|Transform failed with"),
          error(SYNTAX, "^\\s*\\d+:\\d+\\s+error\\s+Parsing error"),
          error(TYPE, "^\\s*\\d+:\\d+\\s+error\\s+.*"),
          error(SYNTAX, "^(?:\\[plugin [^\\]]+\\] )?(?:Uncaught )?SyntaxError\\b"),
          error(TEST, "^\\s*AssertionError\\b"),
          error(TEST, "^\\s+(?:Expected|Received):? "),
          error(
              RUNTIME,
              "^\\s*(?:Uncaught )?(?:Type|Reference|Range|URI|Eval)Error(?: \\[\\w+\\])?:"),
          error(RUNTIME, "^\\s*(?:Uncaught )?Error(?: \\[\\w+\\])?: "),
          summary(TEST, "^\\s*FAIL\\s+\\S|^\\s+\\d+\\) \\S|^not ok \\d+|^✖ "),
          summary(TEST, "^No tests? (?:files )?found"));

  private static final List<Clue> PYTHON =
      List.of(
          cause(DEPENDENCY, "^(?:E\\s+)?(?:ModuleNotFoundError|ImportError): "),
          cause(
              DEPENDENCY,
              "^ERROR: (?:No matching distribution|Could not find a version|Cannot install)"),
          cause(DEPENDENCY, "^ERROR: (?:Invalid requirement|Could not open requirements file)"),
          cause(DEPENDENCY, "No module named \\S+$"),
          error(SYNTAX, "^(?:E\\s+)?(?:SyntaxError|IndentationError|TabError)\\b"),
          error(TEST, "^(?:E\\s+)?AssertionError\\b|^E\\s+assert "),
          error(RUNTIME, "^(?:E\\s+)?(?:[A-Za-z_]\\w*\\.)*[A-Z]\\w*(?:Error|Exception)(?:: |$)"),
          summary(TEST, "^FAILED \\S+::|^ERROR \\S+(?:::| - )|^(?:FAIL|ERROR): \\w+ \\("),
          summary(TEST, "^(?:=+ )?no tests ran in |^Ran 0 tests|^NO TESTS RAN"));

  private static final List<Clue> JVM =
      List.of(
          cause(DEPENDENCY, "Could not resolve dependencies|Could not find artifact"),
          cause(DEPENDENCY, "\\[ERROR\\] Plugin \\S+ or one of its dependencies"),
          cause(DEPENDENCY, "Unable to access jarfile|no main manifest attribute"),
          cause(SYNTAX, "\\[(?:FATAL|ERROR)\\] Non-(?:parseable|readable) POM|Malformed POM"),
          error(DEPENDENCY, "package [\\w.]+ does not exist"),
          error(
              SYNTAX,
              "(?:\\.java:\\d+: error:|\\.java:\\[\\d+,\\d+\\]).*(?:expected|illegal start|"
                  + "reached end of file|unclosed|not a statement|class, interface)"),
          error(TYPE, "\\.java:\\d+: error:|\\.java:\\[\\d+,\\d+\\] "),
          error(RUNTIME, "^Exception in thread \"|^Error: Could not find or load main class"),
          error(TEST, "AssertionFailedError|^\\[ERROR\\]\\s+\\S+\\.\\w+:\\d+ expected"),
          error(TEST, "^\\[ERROR\\]\\s+\\w+Tests?\\.\\w+:\\d+"),
          error(RUNTIME, "^\\s*(?:Caused by: )?(?:[a-z]\\w*\\.)+[A-Z]\\w*(?:Exception|Error)\\b"),
          summary(TEST, "There are test failures|No tests to run"),
          summary(DEPENDENCY, "^\\[ERROR\\] No plugin found|Unknown lifecycle phase"));

  private static final List<Clue> GO =
      List.of(
          cause(DEPENDENCY, "no required module provides package|is not in GOROOT|is not in std"),
          cause(
              DEPENDENCY,
              "go\\.mod file not found|cannot find module providing|missing go\\.sum entry"),
          cause(DEPENDENCY, "^go: (?:errors parsing go\\.mod|updates to go\\.mod needed)"),
          error(SYNTAX, "\\.go:\\d+:\\d+: (?:syntax error|expected )"),
          error(TYPE, "\\.go:\\d+:\\d+: "),
          error(RUNTIME, "^panic: |^fatal error: "),
          error(TEST, "^\\s*--- FAIL: "),
          summary(
              TEST,
              "^FAIL\\t|^\\s+\\w+_test\\.go:\\d+: |\\[no test files\\]$|\\[no tests to run\\]$"));

  private static final List<Clue> RUST =
      List.of(
          cause(DEPENDENCY, "^error: (?:failed to (?:get|select)|no matching package)"),
          cause(DEPENDENCY, "^error\\[E043[23]\\]|use of undeclared crate"),
          error(TYPE, "^error\\[E\\d+\\]"),
          error(
              SYNTAX,
              "^error: (?:expected|this file contains|unexpected|mismatched|unknown start)"),
          error(TEST, "^thread '.*' (?:\\(\\d+\\) )?panicked at"),
          summary(TEST, "^test result: FAILED|^test \\S+ \\.\\.\\. FAILED"),
          summary(TYPE, "^error: (?:could not compile|aborting)"));

  private static final List<Clue> PHP_AND_RUBY =
      List.of(
          cause(DEPENDENCY, "Failed opening required '.*vendor/autoload\\.php'"),
          cause(DEPENDENCY, "Class \"[^\"]+\" not found|Your requirements could not be resolved"),
          cause(
              DEPENDENCY, "cannot load such file -- |Could not find (?:gem )?'?\\S+'? .*in any of"),
          error(SYNTAX, "^(?:PHP )?Parse error: |syntax error, unexpected|\\(SyntaxError\\)"),
          error(TYPE, "Uncaught TypeError:"),
          error(RUNTIME, "^(?:PHP )?Fatal error: |\\((?:\\w+::)*\\w*(?:Error|Exception)\\)$"),
          error(TEST, "^Failed asserting that|Failure/Error:|^Expected: "),
          summary(TEST, "^FAILURES!|^No tests executed!|^No examples found|^rspec \\./"));

  private static final List<Clue> SHELL =
      List.of(
          cause(SYNTAX, "(?:/bin/sh|/usr/bin/env|bad interpreter).*\\^M|env: '.*\\\\r'"),
          cause(RUNTIME, "^(?:/bin/)?(?:ba|da)?sh: .*: Permission denied$"),
          cause(
              ENVIRONMENT, toolMissing("node|npm|npx|python3?|pip3?|mvn|javac?|go|cargo|ruby|php")),
          cause(ENVIRONMENT, toolMissing("composer|bundle|gcc|make|docker|git|yarn|pnpm|bun|deno")),
          cause(DEPENDENCY, "^(?:/bin/)?(?:ba|da)?sh: .*: (?:command )?not found$"),
          error(SYNTAX, "^(?:/bin/)?(?:ba|da)?sh: .*[Ss]yntax error"),
          summary(TEST, "^FAIL(?:ED|URE)?\\b"));

  /** The heaviest first; of those that fit a line, the first counts. */
  static final List<Clue> ALL =
      Stream.of(SANDBOX, SHELL, JVM, GO, RUST, NODE, PYTHON, PHP_AND_RUBY)
          .flatMap(List::stream)
          .sorted(Comparator.comparingInt(Clue::weight).reversed())
          .toList();

  private Clues() {}

  private static String toolMissing(String tools) {
    return "^(?:/bin/)?(?:ba|da)?sh: (?:\\d+: |line \\d+: )?(?:"
        + tools
        + "): (?:command )?not found$";
  }
}

package ai.bharatbuild.sandbox.advice;

import ai.bharatbuild.sandbox.advice.Advice.Level;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** Other languages on the command line, where they start programs or run text. */
final class InlineCodeRule implements Rule {
  private static final Advice FOUND =
      new Advice("inline-code", Level.MODERATE, "Code on the command line starts other programs");

  /** Text, not tokens: these are other languages, and a hint is all that is given. */
  private static final Pattern STARTS =
      Pattern.compile(
          "\\b(exec|eval|system|popen|spawn|spawnSync|execSync|__import__)\\s*\\("
              + "|\\bsubprocess\\b|\\bchild_process\\b|\\brmtree\\s*\\(|\\bsystem\\s*[\"']");

  @Override
  public void check(Invocation program, Consumer<Advice> findings) {
    if (Interpreters.isLanguage(program)) {
      Interpreters.inline(program)
          .filter(code -> STARTS.matcher(code.plain()).find())
          .ifPresent(_ -> findings.accept(FOUND));
    }
  }
}

package ai.bharatbuild.sandbox.advice;

import ai.bharatbuild.sandbox.advice.Syntax.Function;
import ai.bharatbuild.sandbox.advice.Syntax.Group;
import ai.bharatbuild.sandbox.advice.Syntax.Node;
import ai.bharatbuild.sandbox.advice.Syntax.Pipeline;
import ai.bharatbuild.sandbox.advice.Syntax.Script;
import ai.bharatbuild.sandbox.advice.Syntax.Simple;

/** A function that starts itself more than once, or in the background. */
final class ForkBomb {
  static final Advice ADVICE =
      new Advice(
          "fork-bomb", Advice.Level.BLOCKED, "A function that starts itself again and again");

  private ForkBomb() {}

  static boolean isOne(Function function) {
    return calls(function.body(), function.name(), false) > 1;
  }

  /** Calls of the function; one in the background counts twice. */
  private static int calls(Node node, String name, boolean parallel) {
    return switch (node) {
      case Simple simple ->
          !simple.words().isEmpty() && ShellParser.plain(simple.words().getFirst()).equals(name)
              ? parallel ? 2 : 1
              : 0;
      case Group group -> calls(group.body(), name, parallel);
      case Function _ -> 0;
    };
  }

  private static int calls(Script script, String name, boolean parallel) {
    int calls = 0;
    for (Pipeline pipeline : script.pipelines()) {
      boolean forks = parallel || pipeline.background();
      for (Node stage : pipeline.stages()) {
        calls += calls(stage, name, forks);
      }
    }
    return calls;
  }
}

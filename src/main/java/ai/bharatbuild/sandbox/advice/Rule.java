package ai.bharatbuild.sandbox.advice;

import java.util.List;
import java.util.function.Consumer;

/** Looks at one program that a command would start. */
@FunctionalInterface
interface Rule {
  /** Where the original product's documents refuse something outright, so do these rules. */
  List<Rule> ALL =
      List.of(
          new ProgramRule(),
          new RemovalRule(),
          new PermissionRule(),
          new WriteRule(),
          new SecretRule(),
          new ForeignCodeRule(),
          new InlineCodeRule());

  void check(Invocation program, Consumer<Advice> findings);
}

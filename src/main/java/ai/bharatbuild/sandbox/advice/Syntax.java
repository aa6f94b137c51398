package ai.bharatbuild.sandbox.advice;

import java.util.List;

/** The parts of a shell command line, as far as the rules need them. */
final class Syntax {
  private Syntax() {}

  record Script(List<Pipeline> pipelines) {}

  record Pipeline(List<Node> stages, boolean background) {}

  /** One stage of a pipeline. */
  sealed interface Node {}

  record Simple(List<Assignment> assignments, List<Word> words, List<Redirect> redirects)
      implements Node {}

  /** Braces, a subshell, a loop or a condition. */
  record Group(Script body, List<Redirect> redirects, boolean subshell) implements Node {}

  record Function(String name, Node body) implements Node {}

  record Assignment(String name, Word value) {}

  record Word(List<Part> parts) {}

  /** A piece of a word. Quoted pieces are not split and hold no wildcards. */
  sealed interface Part {}

  record Literal(String text, boolean quoted) implements Part {}

  /** The leading {@code ~}. */
  record Home() implements Part {}

  /**
   * @param fallback what {@code ${name:-fallback}} gives, or null
   */
  record Variable(String name, Word fallback, boolean quoted) implements Part {}

  /** The output of a script. */
  record Substitution(Script script, boolean quoted) implements Part {}

  /** The name of a pipe to or from a script. */
  record ProcessSubstitution(Script script) implements Part {}

  /** A redirection; the body of a here-document becomes known after the rest of its line. */
  static final class Redirect {
    private final String operator;
    private final Word target;
    private String body;

    Redirect(String operator, Word target) {
      this.operator = operator;
      this.target = target;
    }

    String operator() {
      return operator;
    }

    Word target() {
      return target;
    }

    /** Text of the here-document, or null. */
    String body() {
      return body;
    }

    void body(String text) {
      body = text;
    }
  }
}

package ai.bharatbuild.agents.author;

import ai.bharatbuild.agents.llm.ModelException;
import ai.bharatbuild.agents.work.RunFailedException;

/** What the failure of a model means for a run. */
final class ModelFailures {
  static final String REFUSED = "refused";
  static final String CONTEXT_EXCEEDED = "context_exceeded";
  private static final int LONGEST = 600;

  private ModelFailures() {}

  static RunFailedException of(ModelException e) {
    String said = said(e.getMessage());
    return switch (e.kind()) {
      case BUDGET ->
          new RunFailedException(
              "budget_exhausted", said + " Raise the budget, or ask for less at once.");
      case AUTHENTICATION ->
          new RunFailedException(
              "model_rejected", "The provider does not take the key of the model: " + said);
      case BILLING ->
          new RunFailedException(
              "model_rejected", "The provider's account cannot pay for the model: " + said);
      case INVALID_REQUEST ->
          new RunFailedException("model_rejected", "The provider rejected the call: " + said);
      case TOO_LARGE -> contextExceeded(said);
      case REFUSED -> refused(said);
      case RATE_LIMITED, OVERLOADED, SERVER_ERROR, TIMEOUT, DROPPED, MALFORMED, CANCELLED ->
          new RunFailedException(
              "model_unavailable",
              "The model did not answer, also when asked again: "
                  + said
                  + " Resume the run later.");
    };
  }

  /** The model would not do it; its own words tell why. */
  static RunFailedException refused(String words) {
    String said = said(words);
    return new RunFailedException(
        REFUSED,
        said.isEmpty()
            ? "The model refused to answer and gave no reason. Ask for it in other words."
            : "The model refused: " + said);
  }

  static RunFailedException contextExceeded(String said) {
    return new RunFailedException(
        CONTEXT_EXCEEDED,
        "The conversation is longer than the model takes, also after what could be left out was."
            + " Ask for less at once. "
            + said);
  }

  private static String said(String words) {
    String text = words == null ? "" : Masking.text(words).strip();
    return text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
  }
}

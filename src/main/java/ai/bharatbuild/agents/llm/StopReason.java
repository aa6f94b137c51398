package ai.bharatbuild.agents.llm;

/** Why an answer ended. */
public enum StopReason {
  /** The model has said what it had to say. */
  END_TURN,
  /** The limit of the request or of the model was reached: the answer is cut off. */
  MAX_TOKENS,
  /** One of the request's stop sequences came. */
  STOP_SEQUENCE,
  /** The model waits for the results of its calls. */
  TOOL_USE,
  /** The provider made a pause; the same conversation with this answer goes on. */
  PAUSE_TURN,
  /** The model or its provider would not answer, or not to the end. */
  REFUSAL,
  /** The model's window is full: the answer is cut off. */
  CONTEXT_EXCEEDED;

  /** Whether what came is only the beginning of what was to come, and never a whole file. */
  public boolean truncated() {
    return this == MAX_TOKENS || this == CONTEXT_EXCEEDED || this == REFUSAL;
  }
}

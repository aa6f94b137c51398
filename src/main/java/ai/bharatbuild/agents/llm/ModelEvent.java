package ai.bharatbuild.agents.llm;

import com.fasterxml.jackson.databind.JsonNode;

/** What comes of an answer, in order. Tool calls are told apart by their index in the answer. */
public sealed interface ModelEvent {
  /** Whether it gave the caller a part of the answer itself. */
  default boolean output() {
    return true;
  }

  /**
   * The provider accepted the request.
   *
   * @param requestId by which the provider knows the call, or null
   * @param model as the provider names it
   */
  record Started(String requestId, String model) implements ModelEvent {
    @Override
    public boolean output() {
      return false;
    }
  }

  /** A piece of text; not empty. */
  record TextDelta(String text) implements ModelEvent {}

  /** A call begins; its arguments follow. */
  record ToolCallStarted(int index, String id, String name) implements ModelEvent {}

  /** A piece of a call's arguments, which is no JSON of its own. */
  record ToolArguments(int index, String json) implements ModelEvent {}

  /**
   * A call is complete.
   *
   * @param arguments an object
   * @param signature see {@link Block.ToolUse}, or null
   */
  record ToolCallCompleted(int index, String id, String name, JsonNode arguments, String signature)
      implements ModelEvent {}

  /**
   * A call whose arguments the end of the answer cut off; it cannot be made.
   *
   * @param json what came of them
   */
  record ToolCallTruncated(int index, String id, String name, String json) implements ModelEvent {}

  /** What was used up to now; each report replaces the one before. */
  record UsageReported(Usage usage) implements ModelEvent {
    @Override
    public boolean output() {
      return false;
    }
  }

  /**
   * The answer broke off and another begins: what came before is to be forgotten.
   *
   * @param cause why
   */
  record Restarted(ModelException cause) implements ModelEvent {
    @Override
    public boolean output() {
      return false;
    }
  }

  /**
   * The last event.
   *
   * @param usage of the whole answer; {@link Usage#NONE} where the provider did not say
   * @param requestId as in {@link Started}
   */
  record Finished(StopReason reason, Usage usage, String requestId) implements ModelEvent {
    @Override
    public boolean output() {
      return false;
    }
  }
}

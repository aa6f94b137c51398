package ai.bharatbuild.agents.llm;

import java.util.List;

/**
 * What a model is asked. Whether it can be sent is checked by the stream, not here.
 *
 * @param messages begin with the user's; each tool call is answered in the message after it
 * @param maxTokens most that the answer may have
 * @param temperature 0 to 1, or null for the provider's own
 * @param stopSequences texts at which the answer ends
 * @param restartable whether the caller can forget what it was given of an answer that broke off,
 *     and be given another from its beginning (after {@link ModelEvent.Restarted})
 */
public record ModelRequest(
    ModelRole role,
    List<SystemBlock> system,
    List<Message> messages,
    List<Tool> tools,
    int maxTokens,
    Double temperature,
    List<String> stopSequences,
    boolean restartable) {
  public ModelRequest {
    system = List.copyOf(system);
    messages = List.copyOf(messages);
    tools = List.copyOf(tools);
    stopSequences = List.copyOf(stopSequences);
  }

  /** One question without tools. */
  public static ModelRequest ask(ModelRole role, String system, String question, int maxTokens) {
    return new ModelRequest(
        role,
        List.of(new SystemBlock(system, false)),
        List.of(Message.user(question)),
        List.of(),
        maxTokens,
        null,
        List.of(),
        false);
  }

  /** How many tool calls the conversation has. */
  public long toolUses() {
    return messages.stream()
        .flatMap(message -> message.blocks().stream())
        .filter(Block.ToolUse.class::isInstance)
        .count();
  }

  /** The same conversation with tools. */
  public ModelRequest withTools(List<Tool> other) {
    return new ModelRequest(
        role, system, messages, other, maxTokens, temperature, stopSequences, restartable);
  }

  /** The same question with another conversation. */
  public ModelRequest withMessages(List<Message> other) {
    return new ModelRequest(
        role, system, other, tools, maxTokens, temperature, stopSequences, restartable);
  }

  /** The same question by a caller that can, or cannot, begin anew. */
  public ModelRequest restartable(boolean can) {
    return new ModelRequest(
        role, system, messages, tools, maxTokens, temperature, stopSequences, can);
  }
}

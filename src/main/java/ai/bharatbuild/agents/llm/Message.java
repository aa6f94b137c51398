package ai.bharatbuild.agents.llm;

import java.util.List;

/**
 * One turn of a conversation.
 *
 * @param cacheBreakpoint whether everything up to its end stays the same in the next calls
 */
public record Message(Speaker speaker, List<Block> blocks, boolean cacheBreakpoint) {
  /** Who speaks. */
  public enum Speaker {
    USER,
    ASSISTANT
  }

  public Message {
    blocks = List.copyOf(blocks);
  }

  /** What the user says. */
  public static Message user(String text) {
    return new Message(Speaker.USER, List.of(new Block.Text(text)), false);
  }

  /** What the model said. */
  public static Message assistant(String text) {
    return new Message(Speaker.ASSISTANT, List.of(new Block.Text(text)), false);
  }

  /** What the calls of the message before came to. */
  public static Message results(List<Block.ToolResult> results) {
    return new Message(Speaker.USER, List.copyOf(results), false);
  }
}

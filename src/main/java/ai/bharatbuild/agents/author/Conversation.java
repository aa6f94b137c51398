package ai.bharatbuild.agents.author;

import ai.bharatbuild.agents.llm.Block;
import ai.bharatbuild.agents.llm.Message;
import ai.bharatbuild.agents.llm.Message.Speaker;
import ai.bharatbuild.agents.llm.ModelAnswer;
import ai.bharatbuild.agents.llm.ModelRequest;
import ai.bharatbuild.agents.llm.ModelRole;
import ai.bharatbuild.agents.llm.SystemBlock;
import ai.bharatbuild.agents.llm.Tool;
import java.util.ArrayList;
import java.util.List;

/**
 * A conversation with a model as it grows. Of its at most four breakpoints one is at the end of the
 * instructions (those who make it set that one), one after the first message, and two at the last
 * messages that the model was sent, so that each call finds what the one before it left in the
 * cache.
 */
final class Conversation {
  /** From here on old results of tools are left out. */
  private static final int MOST_TOKENS = 120_000;

  /** Shorter results are worth their room. */
  private static final int SHORT_RESULT = 600;

  private static final String LEFT_OUT =
      "(left out to save room; call the tool again if you need it)";
  private static final int NEWEST_KEPT = 4;

  private final ModelRole role;
  private final List<SystemBlock> system;
  private final List<Tool> tools;
  private final int maxTokens;
  private final List<Message> messages = new ArrayList<>();

  Conversation(
      ModelRole role,
      List<SystemBlock> system,
      List<Tool> tools,
      int maxTokens,
      List<Block> first) {
    this.role = role;
    this.system = system;
    this.tools = tools;
    this.maxTokens = maxTokens;
    messages.add(new Message(Speaker.USER, first, true));
  }

  /** The next question. */
  ModelRequest request() {
    if (tokens() > MOST_TOKENS) {
      shorten();
    }
    List<Message> marked = new ArrayList<>(messages);
    int left = 2;
    for (int i = marked.size() - 1; i > 0 && left > 0; i--) {
      Message message = marked.get(i);
      if (message.speaker() == Speaker.USER) {
        marked.set(i, new Message(Speaker.USER, message.blocks(), true));
        left--;
      }
    }
    return new ModelRequest(
        role, system, marked, tools, maxTokens, null, List.of(), /* restartable= */ true);
  }

  /** Takes down what the model said; nothing at all is no message. */
  void add(ModelAnswer answer) {
    List<Block> blocks = new ArrayList<>();
    // Providers reject texts without a word, and some a last text that ends in space.
    String text = answer.text().stripTrailing();
    if (!text.isBlank()) {
      blocks.add(new Block.Text(text));
    }
    blocks.addAll(answer.calls());
    if (blocks.isEmpty() && !answer.truncatedCalls().isEmpty()) {
      blocks.add(
          new Block.Text(
              "(My call of %s was cut off.)".formatted(answer.truncatedCalls().getFirst().name())));
    }
    if (!blocks.isEmpty()) {
      messages.add(new Message(Speaker.ASSISTANT, blocks, false));
    }
  }

  /** Answers the model: results first, then what else is to be said. */
  void reply(List<Block.ToolResult> results, List<String> texts) {
    List<Block> blocks = new ArrayList<>(results);
    texts.forEach(text -> blocks.add(new Block.Text(text)));
    messages.add(new Message(Speaker.USER, blocks, false));
  }

  /**
   * Leaves out the longer results of tools but the newest ones.
   *
   * @return whether anything could be left out
   */
  boolean shorten() {
    boolean any = false;
    for (int i = 1; i < messages.size() - NEWEST_KEPT; i++) {
      List<Block> blocks = new ArrayList<>();
      for (Block block : messages.get(i).blocks()) {
        boolean cut =
            block instanceof Block.ToolResult result && result.content().length() > SHORT_RESULT;
        any |= cut;
        blocks.add(
            cut && block instanceof Block.ToolResult result
                ? new Block.ToolResult(result.toolUseId(), LEFT_OUT, result.error())
                : block);
      }
      messages.set(i, new Message(messages.get(i).speaker(), blocks, false));
    }
    return any;
  }

  private int tokens() {
    int sum = 0;
    for (Message message : messages) {
      for (Block block : message.blocks()) {
        sum +=
            switch (block) {
              case Block.Text text -> Tokens.of(text.text());
              case Block.ToolUse use -> Tokens.of(use.arguments().toString());
              case Block.ToolResult result -> Tokens.of(result.content());
              case Block.Image image -> 0;
            };
      }
    }
    return sum;
  }
}

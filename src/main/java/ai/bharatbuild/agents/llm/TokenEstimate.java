package ai.bharatbuild.agents.llm;

import java.nio.charset.StandardCharsets;

/** How many tokens a request may have, without asking anybody. */
final class TokenEstimate {
  /** What the protocol adds to each message, tool or block. */
  private static final long FRAME = 24;

  /** What providers add to a request that has tools. */
  private static final long PREAMBLE = 600;

  /** More than a picture of the largest size that is taken costs. */
  private static final long PICTURE = 5_000;

  private TokenEstimate() {}

  /** Never less than there are: no token is shorter than a byte. */
  static long most(ModelRequest request) {
    return overhead(request) + bytes(request);
  }

  /** Normally more than there are; texts and sources have three to four bytes for a token. */
  static long likely(ModelRequest request) {
    return overhead(request) + Math.ceilDiv(bytes(request), 2);
  }

  /** Normally more than there are. */
  static long ofText(long bytes) {
    return Math.ceilDiv(bytes, 2);
  }

  static long bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static long overhead(ModelRequest request) {
    long blocks = request.messages().stream().mapToLong(message -> message.blocks().size()).sum();
    long pictures =
        request.messages().stream()
            .flatMap(message -> message.blocks().stream())
            .filter(Block.Image.class::isInstance)
            .count();
    return PREAMBLE
        + FRAME * (request.system().size() + request.tools().size() + 2 * blocks)
        + PICTURE * pictures;
  }

  private static long bytes(ModelRequest request) {
    long sum = 0;
    for (SystemBlock block : request.system()) {
      sum += bytes(block.text());
    }
    for (Tool tool : request.tools()) {
      sum += bytes(tool.name()) + bytes(tool.description()) + bytes(tool.schema().toString());
    }
    for (Message message : request.messages()) {
      for (Block block : message.blocks()) {
        sum +=
            switch (block) {
              case Block.Text text -> bytes(text.text());
              case Block.ToolUse use ->
                  bytes(use.id()) + bytes(use.name()) + bytes(use.arguments().toString());
              case Block.ToolResult result -> bytes(result.toolUseId()) + bytes(result.content());
              case Block.Image image -> 0;
            };
      }
    }
    return sum;
  }
}

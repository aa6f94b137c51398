package ai.bharatbuild.agents.llm;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Finds what no provider would take, before anything is sent. */
public final class RequestCheck {
  private static final Pattern TOOL_NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final Set<String> PICTURES =
      Set.of("image/png", "image/jpeg", "image/gif", "image/webp");

  private RequestCheck() {}

  /** Throws {@link ModelException} of {@link ModelException.Kind#INVALID_REQUEST}. */
  public static void check(ModelRequest request) {
    require(request.maxTokens() > 0, "maxTokens must be positive");
    require(!request.messages().isEmpty(), "there is no message");
    require(
        request.messages().getFirst().speaker() == Message.Speaker.USER,
        "the first message must be the user's");
    checkTools(request.tools());
    Set<String> open = Set.of();
    Set<String> known = new HashSet<>();
    for (Message message : request.messages()) {
      require(!message.blocks().isEmpty(), "a message is empty");
      open = checkMessage(message, open, known);
    }
    require(open.isEmpty(), "tool calls without results: " + open);
  }

  private static void checkTools(List<Tool> tools) {
    Set<String> names = new HashSet<>();
    for (Tool tool : tools) {
      require(TOOL_NAME.matcher(tool.name()).matches(), "bad name of a tool: " + tool.name());
      require(names.add(tool.name()), "two tools are called " + tool.name());
      require(
          tool.schema() != null && tool.schema().isObject(),
          "the schema of tool " + tool.name() + " is not an object");
    }
  }

  /** Gives the calls that the next message has to answer. */
  private static Set<String> checkMessage(Message message, Set<String> open, Set<String> known) {
    boolean user = message.speaker() == Message.Speaker.USER;
    Set<String> unanswered = new LinkedHashSet<>(open);
    Set<String> calls = new LinkedHashSet<>();
    boolean otherBefore = false;
    for (Block block : message.blocks()) {
      switch (block) {
        case Block.ToolUse use -> {
          require(!user, "a user's message calls a tool");
          require(known.add(use.id()), "two tool calls have the id " + use.id());
          require(use.arguments().isObject(), "the arguments of a tool call are not an object");
          calls.add(use.id());
        }
        case Block.ToolResult result -> {
          require(user, "a model's message holds the result of a tool");
          require(!otherBefore, "results of tools come first in a message");
          require(
              unanswered.remove(result.toolUseId()),
              "no call of the message before has the id " + result.toolUseId());
        }
        case Block.Image image -> {
          require(user, "a model's message holds a picture");
          require(PICTURES.contains(image.mediaType()), "unknown picture: " + image.mediaType());
          otherBefore = true;
        }
        case Block.Text text -> {
          require(!text.text().isEmpty(), "a text is empty");
          otherBefore = true;
        }
      }
    }
    require(unanswered.isEmpty(), "tool calls without results: " + unanswered);
    return calls;
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new ModelException(ModelException.Kind.INVALID_REQUEST, what);
    }
  }
}

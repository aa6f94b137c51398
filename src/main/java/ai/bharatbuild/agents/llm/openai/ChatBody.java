package ai.bharatbuild.agents.llm.openai;

import ai.bharatbuild.agents.llm.Block;
import ai.bharatbuild.agents.llm.Message;
import ai.bharatbuild.agents.llm.ModelRequest;
import ai.bharatbuild.agents.llm.SystemBlock;
import ai.bharatbuild.agents.llm.Tool;
import ai.bharatbuild.json.Json;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/** Bodies of chat completions. Breakpoints are left out: these servers cache by themselves. */
final class ChatBody {
  private ChatBody() {}

  static ObjectNode of(String model, String limitField, ModelRequest request) {
    ObjectNode body = Json.MAPPER.createObjectNode().put("model", model);
    ArrayNode messages = body.putArray("messages");
    if (!request.system().isEmpty()) {
      messages
          .addObject()
          .put("role", "system")
          .put(
              "content",
              request.system().stream().map(SystemBlock::text).collect(Collectors.joining("\n\n")));
    }
    for (Message message : request.messages()) {
      if (message.speaker() == Message.Speaker.USER) {
        user(messages, message);
      } else {
        assistant(messages.addObject().put("role", "assistant"), message);
      }
    }
    if (!request.tools().isEmpty()) {
      ArrayNode tools = body.putArray("tools");
      request.tools().forEach(tool -> tool(tools.addObject(), tool));
    }
    body.put(limitField, request.maxTokens()).put("stream", true);
    body.putObject("stream_options").put("include_usage", true);
    if (request.temperature() != null) {
      body.put("temperature", request.temperature());
    }
    if (!request.stopSequences().isEmpty()) {
      request.stopSequences().forEach(body.putArray("stop")::add);
    }
    return body;
  }

  private static void tool(ObjectNode node, Tool tool) {
    node.put("type", "function")
        .putObject("function")
        .put("name", tool.name())
        .put("description", tool.description())
        .set("parameters", tool.schema());
  }

  /** Each result is a message of its own; the rest follows as one. */
  private static void user(ArrayNode messages, Message message) {
    for (Block block : message.blocks()) {
      if (block instanceof Block.ToolResult result) {
        messages
            .addObject()
            .put("role", "tool")
            .put("tool_call_id", result.toolUseId())
            .put("content", result.error() ? "Error: " + result.content() : result.content());
      }
    }
    List<Block> rest =
        message.blocks().stream().filter(block -> !(block instanceof Block.ToolResult)).toList();
    if (rest.isEmpty()) {
      return;
    }
    ObjectNode node = messages.addObject().put("role", "user");
    if (rest.size() == 1 && rest.getFirst() instanceof Block.Text text) {
      node.put("content", text.text());
      return;
    }
    ArrayNode content = node.putArray("content");
    for (Block block : rest) {
      if (block instanceof Block.Image image) {
        content
            .addObject()
            .put("type", "image_url")
            .putObject("image_url")
            .put("url", dataUrl(image));
      } else if (block instanceof Block.Text text) {
        content.addObject().put("type", "text").put("text", text.text());
      }
    }
  }

  private static String dataUrl(Block.Image image) {
    return "data:%s;base64,%s"
        .formatted(image.mediaType(), Base64.getEncoder().encodeToString(image.bytes().getBytes()));
  }

  private static void assistant(ObjectNode node, Message message) {
    String text =
        message.blocks().stream()
            .filter(Block.Text.class::isInstance)
            .map(block -> ((Block.Text) block).text())
            .collect(Collectors.joining());
    if (text.isEmpty()) {
      node.putNull("content");
    } else {
      node.put("content", text);
    }
    ArrayNode calls = Json.MAPPER.createArrayNode();
    for (Block block : message.blocks()) {
      if (block instanceof Block.ToolUse use) {
        calls
            .addObject()
            .put("id", use.id())
            .put("type", "function")
            .putObject("function")
            .put("name", use.name())
            .put("arguments", use.arguments().toString());
      }
    }
    if (!calls.isEmpty()) {
      node.set("tool_calls", calls);
    }
  }
}

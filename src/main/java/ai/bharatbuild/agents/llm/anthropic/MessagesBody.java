package ai.bharatbuild.agents.llm.anthropic;

import ai.bharatbuild.agents.llm.Block;
import ai.bharatbuild.agents.llm.Message;
import ai.bharatbuild.agents.llm.ModelRequest;
import ai.bharatbuild.agents.llm.SystemBlock;
import ai.bharatbuild.agents.llm.Tool;
import ai.bharatbuild.json.Json;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/** Bodies of the Messages API. */
final class MessagesBody {
  /** Most breakpoints that a request may have; the last ones cover the others. */
  private static final int BREAKPOINTS = 4;

  private MessagesBody() {}

  static ObjectNode answer(String model, ModelRequest request) {
    ObjectNode body = question(model, request);
    body.put("max_tokens", request.maxTokens()).put("stream", true);
    if (request.temperature() != null) {
      body.put("temperature", request.temperature());
    }
    if (!request.stopSequences().isEmpty()) {
      request.stopSequences().forEach(body.putArray("stop_sequences")::add);
    }
    return body;
  }

  /** What tokens are counted of. */
  static ObjectNode question(String model, ModelRequest request) {
    ObjectNode body = Json.MAPPER.createObjectNode().put("model", model);
    List<ObjectNode> breakpoints = new ArrayList<>();
    if (!request.tools().isEmpty()) {
      ArrayNode tools = body.putArray("tools");
      request.tools().forEach(tool -> tools.add(tool(tool)));
    }
    if (!request.system().isEmpty()) {
      ArrayNode system = body.putArray("system");
      for (SystemBlock block : request.system()) {
        ObjectNode text = system.addObject().put("type", "text").put("text", block.text());
        if (block.cacheBreakpoint()) {
          breakpoints.add(text);
        }
      }
    }
    ArrayNode messages = body.putArray("messages");
    for (Message message : request.messages()) {
      ObjectNode last = message(messages.addObject(), message);
      if (message.cacheBreakpoint()) {
        breakpoints.add(last);
      }
    }
    breakpoints
        .subList(Math.max(0, breakpoints.size() - BREAKPOINTS), breakpoints.size())
        .forEach(block -> block.putObject("cache_control").put("type", "ephemeral"));
    return body;
  }

  private static ObjectNode tool(Tool tool) {
    return Json.MAPPER
        .createObjectNode()
        .put("name", tool.name())
        .put("description", tool.description())
        .set("input_schema", tool.schema());
  }

  /** Gives the message's last block. */
  private static ObjectNode message(ObjectNode node, Message message) {
    node.put("role", message.speaker().name().toLowerCase(Locale.ROOT));
    ArrayNode content = node.putArray("content");
    ObjectNode last = null;
    for (Block block : message.blocks()) {
      last = block(content.addObject(), block);
    }
    return last;
  }

  private static ObjectNode block(ObjectNode node, Block block) {
    switch (block) {
      case Block.Text text -> node.put("type", "text").put("text", text.text());
      case Block.Image image ->
          node.put("type", "image")
              .putObject("source")
              .put("type", "base64")
              .put("media_type", image.mediaType())
              .put("data", Base64.getEncoder().encodeToString(image.bytes().getBytes()));
      case Block.ToolUse use ->
          node.put("type", "tool_use")
              .put("id", use.id())
              .put("name", use.name())
              .set("input", use.arguments());
      case Block.ToolResult result -> {
        node.put("type", "tool_result").put("tool_use_id", result.toolUseId());
        node.put("content", result.content());
        if (result.error()) {
          node.put("is_error", true);
        }
      }
    }
    return node;
  }
}

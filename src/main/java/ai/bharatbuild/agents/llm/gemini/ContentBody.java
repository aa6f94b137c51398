package ai.bharatbuild.agents.llm.gemini;

import ai.bharatbuild.agents.llm.Block;
import ai.bharatbuild.agents.llm.Message;
import ai.bharatbuild.agents.llm.ModelRequest;
import ai.bharatbuild.agents.llm.SystemBlock;
import ai.bharatbuild.agents.llm.Tool;
import ai.bharatbuild.json.Json;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/** Bodies of the Gemini API. Breakpoints are left out: the service caches prefixes by itself. */
final class ContentBody {
  private ContentBody() {}

  static ObjectNode answer(ModelRequest request) {
    ObjectNode body = content(Json.MAPPER.createObjectNode(), request);
    ObjectNode config = body.putObject("generationConfig");
    config.put("maxOutputTokens", request.maxTokens());
    if (request.temperature() != null) {
      config.put("temperature", request.temperature());
    }
    if (!request.stopSequences().isEmpty()) {
      request.stopSequences().forEach(config.putArray("stopSequences")::add);
    }
    return body;
  }

  static ObjectNode count(String model, ModelRequest request) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    content(body.putObject("generateContentRequest").put("model", model), request);
    return body;
  }

  private static ObjectNode content(ObjectNode body, ModelRequest request) {
    if (!request.system().isEmpty()) {
      ArrayNode parts = body.putObject("systemInstruction").putArray("parts");
      for (SystemBlock block : request.system()) {
        parts.addObject().put("text", block.text());
      }
    }
    if (!request.tools().isEmpty()) {
      ArrayNode tools = body.putArray("tools").addObject().putArray("functionDeclarations");
      for (Tool tool : request.tools()) {
        tools
            .addObject()
            .put("name", tool.name())
            .put("description", tool.description())
            .set("parametersJsonSchema", tool.schema());
      }
    }
    ArrayNode contents = body.putArray("contents");
    Map<String, String> tools = new HashMap<>();
    for (Message message : request.messages()) {
      ObjectNode content = contents.addObject();
      content.put("role", message.speaker() == Message.Speaker.USER ? "user" : "model");
      ArrayNode parts = content.putArray("parts");
      message.blocks().forEach(block -> part(parts.addObject(), block, tools));
    }
    return body;
  }

  /**
   * @param tools names of the tools by the ids of the calls so far; results are sent with the name
   */
  private static void part(ObjectNode part, Block block, Map<String, String> tools) {
    switch (block) {
      case Block.Text text -> part.put("text", text.text());
      case Block.Image image ->
          part.putObject("inlineData")
              .put("mimeType", image.mediaType())
              .put("data", Base64.getEncoder().encodeToString(image.bytes().getBytes()));
      case Block.ToolUse use -> {
        tools.put(use.id(), use.name());
        part.putObject("functionCall").put("name", use.name()).set("args", use.arguments());
        if (use.signature() != null) {
          part.put("thoughtSignature", use.signature());
        }
      }
      case Block.ToolResult result ->
          part.putObject("functionResponse")
              .put("name", tools.getOrDefault(result.toolUseId(), "unknown"))
              .putObject("response")
              .put(result.error() ? "error" : "output", result.content());
    }
  }
}

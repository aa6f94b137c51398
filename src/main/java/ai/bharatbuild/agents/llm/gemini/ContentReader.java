package ai.bharatbuild.agents.llm.gemini;

import ai.bharatbuild.agents.llm.ModelEvent;
import ai.bharatbuild.agents.llm.ModelException;
import ai.bharatbuild.agents.llm.ModelRequest;
import ai.bharatbuild.agents.llm.StopReason;
import ai.bharatbuild.agents.llm.Usage;
import ai.bharatbuild.agents.llm.wire.EventReader;
import ai.bharatbuild.agents.llm.wire.Failures;
import ai.bharatbuild.agents.llm.wire.ToolCalls;
import ai.bharatbuild.agents.llm.wire.WireHead;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.Consumer;

/**
 * Reads a stream of the Gemini API. There is no event for the end: an answer is complete when the
 * body ends after a reason was given.
 */
final class ContentReader extends EventReader {
  private final WireHead head;
  private final ToolCalls calls = new ToolCalls(this::give);
  private final long earlierCalls;
  private Usage usage = Usage.NONE;
  private StopReason reason;
  private boolean started;

  ContentReader(ModelRequest request, WireHead head, Consumer<ModelEvent> out) {
    super(out);
    this.head = head;
    this.earlierCalls = request.toolUses();
  }

  @Override
  public void event(String name, String data) {
    JsonNode chunk = json(data);
    if (chunk.hasNonNull("error")) {
      throw GeminiProtocol.failure(
          chunk.path("error"), data, ModelException.Kind.SERVER_ERROR, head);
    }
    if (!started) {
      started = true;
      give(new ModelEvent.Started(Failures.requestId(head), chunk.path("modelVersion").asText()));
    }
    JsonNode candidate = chunk.path("candidates").path(0);
    for (JsonNode part : candidate.path("content").path("parts")) {
      part(part);
    }
    report(chunk.path("usageMetadata"));
    if (candidate.path("finishReason").isTextual()) {
      reason = reason(candidate.path("finishReason").asText());
    }
    if (chunk.path("promptFeedback").path("blockReason").isTextual()) {
      reason = StopReason.REFUSAL;
    }
  }

  @Override
  public void end() {
    if (reason != null) {
      calls.end(reason);
      give(new ModelEvent.Finished(reason, usage, Failures.requestId(head)));
    }
    super.end();
  }

  private void part(JsonNode part) {
    JsonNode call = part.path("functionCall");
    if (call.isObject()) {
      // Ids are optional here and only ours; they must not come twice in a conversation.
      int key = calls.count();
      calls.start(key, "call-" + (earlierCalls + key + 1), call.path("name").asText());
      calls.append(key, call.path("args").isObject() ? call.path("args").toString() : "{}");
      JsonNode signature = part.path("thoughtSignature");
      calls.complete(key, signature.isTextual() ? signature.asText() : null);
    } else if (!part.path("thought").asBoolean()) {
      text(part.path("text").asText());
    }
  }

  private StopReason reason(String said) {
    return switch (said) {
      case "STOP" -> calls.count() > 0 ? StopReason.TOOL_USE : StopReason.END_TURN;
      case "MAX_TOKENS" -> StopReason.MAX_TOKENS;
      case "SAFETY",
          "RECITATION",
          "LANGUAGE",
          "BLOCKLIST",
          "PROHIBITED_CONTENT",
          "SPII",
          "IMAGE_SAFETY" ->
          StopReason.REFUSAL;
      case "MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL" ->
          throw malformed("a broken tool call (" + said + ")");
      default ->
          throw new ModelException(
              ModelException.Kind.SERVER_ERROR, "The answer ended with the reason " + said + ".");
    };
  }

  private void report(JsonNode said) {
    if (!said.isObject()) {
      return;
    }
    long cached = said.path("cachedContentTokenCount").asLong();
    long prompt =
        said.path("promptTokenCount").asLong() + said.path("toolUsePromptTokenCount").asLong();
    usage =
        new Usage(
            Math.max(0, prompt - cached),
            said.path("candidatesTokenCount").asLong() + said.path("thoughtsTokenCount").asLong(),
            0,
            cached);
    give(new ModelEvent.UsageReported(usage));
  }
}

package ai.bharatbuild.agents.llm.anthropic;

import ai.bharatbuild.agents.llm.ModelEvent;
import ai.bharatbuild.agents.llm.ModelException;
import ai.bharatbuild.agents.llm.StopReason;
import ai.bharatbuild.agents.llm.Usage;
import ai.bharatbuild.agents.llm.wire.EventReader;
import ai.bharatbuild.agents.llm.wire.Failures;
import ai.bharatbuild.agents.llm.wire.ToolCalls;
import ai.bharatbuild.agents.llm.wire.WireHead;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.Consumer;

/** Reads a stream of the Messages API. Events, blocks and deltas that it does not know it skips. */
final class MessagesReader extends EventReader {
  private final WireHead head;
  private final ToolCalls calls = new ToolCalls(this::give);
  private Usage usage = Usage.NONE;
  private StopReason reason;
  private boolean started;

  MessagesReader(WireHead head, Consumer<ModelEvent> out) {
    super(out);
    this.head = head;
  }

  @Override
  public void event(String name, String data) {
    JsonNode event = json(data);
    String type = event.path("type").asText();
    switch (type) {
      case "message_start" -> started(event.path("message"));
      case "content_block_start" -> blockStarted(index(event), event.path("content_block"));
      case "content_block_delta" -> delta(index(event), event.path("delta"));
      case "content_block_stop" -> calls.complete(index(event), null);
      case "message_delta" -> messageDelta(event);
      case "message_stop" -> stopped();
      case "error" ->
          throw AnthropicProtocol.failure(
              event.path("error"), data, ModelException.Kind.SERVER_ERROR, head);
      default -> {}
    }
  }

  private int index(JsonNode event) {
    if (!started) {
      throw malformed("a block before its beginning");
    }
    if (!event.path("index").isInt()) {
      throw malformed("a block without an index");
    }
    return event.path("index").intValue();
  }

  private void started(JsonNode message) {
    started = true;
    give(new ModelEvent.Started(Failures.requestId(head), message.path("model").asText()));
    report(message.path("usage"));
  }

  private void blockStarted(int index, JsonNode block) {
    switch (block.path("type").asText()) {
      case "text" -> text(block.path("text").asText());
      case "tool_use" -> {
        calls.start(index, block.path("id").asText(), block.path("name").asText());
        // Normally empty here; its pieces follow.
        if (block.path("input").size() > 0) {
          calls.append(index, block.path("input").toString());
        }
      }
      default -> {}
    }
  }

  private void delta(int index, JsonNode delta) {
    switch (delta.path("type").asText()) {
      case "text_delta" -> text(delta.path("text").asText());
      case "input_json_delta" -> {
        // Calls that the provider makes by itself have deltas of this type, too.
        if (calls.isOpen(index)) {
          calls.append(index, delta.path("partial_json").asText());
        }
      }
      default -> {}
    }
  }

  private void messageDelta(JsonNode event) {
    report(event.path("usage"));
    JsonNode said = event.path("delta").path("stop_reason");
    if (said.isTextual()) {
      reason = reason(said.asText());
    }
  }

  private static StopReason reason(String said) {
    return switch (said) {
      case "end_turn" -> StopReason.END_TURN;
      case "max_tokens" -> StopReason.MAX_TOKENS;
      case "stop_sequence" -> StopReason.STOP_SEQUENCE;
      case "tool_use" -> StopReason.TOOL_USE;
      case "pause_turn" -> StopReason.PAUSE_TURN;
      case "refusal" -> StopReason.REFUSAL;
      case "model_context_window_exceeded" -> StopReason.CONTEXT_EXCEEDED;
      default -> throw malformed("the unknown stop reason " + said);
    };
  }

  /** Reports are cumulative; a later one may leave out what has not changed. */
  private void report(JsonNode said) {
    if (!said.isObject()) {
      return;
    }
    usage =
        new Usage(
            said.path("input_tokens").asLong(usage.input()),
            said.path("output_tokens").asLong(usage.output()),
            said.path("cache_creation_input_tokens").asLong(usage.cacheWrite()),
            said.path("cache_read_input_tokens").asLong(usage.cacheRead()));
    give(new ModelEvent.UsageReported(usage));
  }

  private void stopped() {
    if (reason == null) {
      throw malformed("an end without a stop reason");
    }
    calls.end(reason);
    give(new ModelEvent.Finished(reason, usage, Failures.requestId(head)));
  }
}

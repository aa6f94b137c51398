package ai.bharatbuild.agents.llm.openai;

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
 * Reads a stream of chat completions. The usage comes after the reason of the end, so the answer is
 * complete with {@code [DONE]}, or with the end of the body where a server leaves that out.
 */
final class ChatReader extends EventReader {
  private static final String DONE = "[DONE]";

  private final WireHead head;
  private final ToolCalls calls = new ToolCalls(this::give);
  private final long earlierCalls;
  private Usage usage = Usage.NONE;
  private StopReason reason;
  private boolean started;
  private boolean refused;

  ChatReader(ModelRequest request, WireHead head, Consumer<ModelEvent> out) {
    super(out);
    this.head = head;
    this.earlierCalls = request.toolUses();
  }

  @Override
  public void event(String name, String data) {
    if (data.strip().equals(DONE)) {
      finish();
      return;
    }
    JsonNode chunk = json(data);
    if (chunk.hasNonNull("error")) {
      throw OpenAiProtocol.failure(
          chunk.path("error"), data, ModelException.Kind.SERVER_ERROR, head);
    }
    if (!started) {
      started = true;
      give(new ModelEvent.Started(Failures.requestId(head), chunk.path("model").asText()));
    }
    for (JsonNode choice : chunk.path("choices")) {
      if (choice.path("index").asInt() == 0) {
        delta(choice.path("delta"));
        reason(choice.path("finish_reason"));
      }
    }
    report(chunk.path("usage"));
  }

  @Override
  public void end() {
    if (!finished() && reason != null) {
      finish();
    }
    super.end();
  }

  private void delta(JsonNode delta) {
    text(string(delta.path("content")));
    String refusal = string(delta.path("refusal"));
    refused |= !refusal.isEmpty();
    text(refusal);
    for (JsonNode call : delta.path("tool_calls")) {
      call(call);
    }
  }

  private static String string(JsonNode node) {
    return node.isTextual() ? node.asText() : "";
  }

  private void call(JsonNode call) {
    JsonNode function = call.path("function");
    int key = call.path("index").asInt(0);
    String id = string(call.path("id"));
    if (!id.isEmpty() && !id.equals(calls.id(key))) {
      // Another call in the place of the last: some servers give whole calls, all without an index.
      calls.complete(key, null);
    }
    if (!calls.isOpen(key)) {
      // Some servers give no ids; ours must not come twice in a conversation.
      String named = id.isEmpty() ? "call-" + (earlierCalls + calls.count() + 1) : id;
      calls.start(key, named, string(function.path("name")));
    }
    calls.append(key, string(function.path("arguments")));
  }

  private void reason(JsonNode said) {
    if (!said.isTextual()) {
      return;
    }
    reason =
        switch (said.asText()) {
          case "stop" -> calls.count() > 0 ? StopReason.TOOL_USE : StopReason.END_TURN;
          case "length" -> StopReason.MAX_TOKENS;
          case "tool_calls", "function_call" -> StopReason.TOOL_USE;
          case "content_filter" -> StopReason.REFUSAL;
          default -> throw malformed("the unknown finish_reason " + said.asText());
        };
  }

  private void report(JsonNode said) {
    if (!said.isObject()) {
      return;
    }
    long cached = said.path("prompt_tokens_details").path("cached_tokens").asLong();
    usage =
        new Usage(
            Math.max(0, said.path("prompt_tokens").asLong() - cached),
            said.path("completion_tokens").asLong(),
            0,
            cached);
    give(new ModelEvent.UsageReported(usage));
  }

  private void finish() {
    if (reason == null) {
      throw malformed("an end without a finish_reason");
    }
    StopReason real = refused ? StopReason.REFUSAL : reason;
    calls.end(real);
    give(new ModelEvent.Finished(real, usage, Failures.requestId(head)));
  }
}

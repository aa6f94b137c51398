package ai.bharatbuild.harness;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.UUID;

/** Answers as the Messages API streams them. */
final class MessagesEvents {
  private static final int INPUT_TOKENS = 2_000;

  /** Pieces of a call's arguments, in characters. */
  private static final int PIECE = 400;

  private final Buffer out = Buffer.buffer();

  private MessagesEvents() {}

  static Buffer of(Reply reply, int outputTokens) {
    MessagesEvents events = new MessagesEvents();
    events.start();
    switch (reply) {
      case Reply.Text text -> events.text(text.text()).end("end_turn", outputTokens);
      case Reply.Refusal refusal -> events.text(refusal.text()).end("refusal", outputTokens);
      case Reply.Call call ->
          events.call(call.tool(), call.arguments().encode()).end("tool_use", outputTokens);
      case Reply.Cut cut -> events.call(cut.tool(), cut.json()).end("max_tokens", outputTokens);
      case Reply.Drop drop -> {
        String json = drop.of().arguments().encode();
        events.open(drop.of().tool(), json.substring(0, json.length() / 2));
      }
      case Reply.Hang hang -> events.event("ping", new JsonObject());
      case Reply.Failure failure -> throw new IllegalArgumentException("an error has no events");
    }
    return events.out;
  }

  private void start() {
    JsonObject usage = new JsonObject().put("input_tokens", INPUT_TOKENS).put("output_tokens", 1);
    JsonObject message =
        new JsonObject()
            .put("id", "msg_" + UUID.randomUUID())
            .put("type", "message")
            .put("role", "assistant")
            .put("model", "scripted")
            .put("content", new JsonArray())
            .put("usage", usage);
    event("message_start", new JsonObject().put("message", message));
  }

  private MessagesEvents text(String text) {
    begin(new JsonObject().put("type", "text").put("text", ""));
    delta(new JsonObject().put("type", "text_delta").put("text", text));
    return stop();
  }

  private MessagesEvents call(String tool, String json) {
    return open(tool, json).stop();
  }

  private MessagesEvents open(String tool, String json) {
    begin(
        new JsonObject()
            .put("type", "tool_use")
            .put("id", "toolu_" + UUID.randomUUID())
            .put("name", tool)
            .put("input", new JsonObject()));
    for (int at = 0; at < json.length(); at += PIECE) {
      String piece = json.substring(at, Math.min(json.length(), at + PIECE));
      delta(new JsonObject().put("type", "input_json_delta").put("partial_json", piece));
    }
    return this;
  }

  private void begin(JsonObject block) {
    event("content_block_start", new JsonObject().put("index", 0).put("content_block", block));
  }

  private void delta(JsonObject delta) {
    event("content_block_delta", new JsonObject().put("index", 0).put("delta", delta));
  }

  private MessagesEvents stop() {
    return event("content_block_stop", new JsonObject().put("index", 0));
  }

  private void end(String reason, int outputTokens) {
    event(
        "message_delta",
        new JsonObject()
            .put("delta", new JsonObject().put("stop_reason", reason))
            .put("usage", new JsonObject().put("output_tokens", outputTokens)));
    event("message_stop", new JsonObject());
  }

  private MessagesEvents event(String name, JsonObject data) {
    out.appendString("event: " + name + "\ndata: " + data.put("type", name).encode() + "\n\n");
    return this;
  }
}

package ai.bharatbuild.agents.llm;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.buffer.Buffer;

/** A part of a message. */
public sealed interface Block {
  /** Text; not empty. */
  record Text(String text) implements Block {}

  /**
   * A picture.
   *
   * @param mediaType such as {@code image/png}
   */
  record Image(String mediaType, Buffer bytes) implements Block {}

  /**
   * A call that the model made.
   *
   * @param arguments an object
   * @param signature what the provider wants back with the call, opaque, or null
   */
  record ToolUse(String id, String name, JsonNode arguments, String signature) implements Block {
    public ToolUse(String id, String name, JsonNode arguments) {
      this(id, name, arguments, null);
    }
  }

  /**
   * What came of a call.
   *
   * @param toolUseId of the call in the message before
   * @param error whether the tool failed; the content then says why
   */
  record ToolResult(String toolUseId, String content, boolean error) implements Block {}
}

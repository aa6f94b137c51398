package ai.bharatbuild.agents.llm.wire;

import ai.bharatbuild.json.Json;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.buffer.Buffer;
import java.util.Map;

/**
 * A POST of JSON.
 *
 * @param target path and query, below the provider's base URL; never holds a key
 * @param headers what is sent beside the key and the type, such as the protocol's version
 * @param stream whether events are to come, rather than one JSON text
 */
public record WireRequest(
    String target, Map<String, String> headers, JsonNode body, boolean stream) {
  /** The bytes of the body. */
  public Buffer bytes() {
    return Json.encode(body);
  }
}

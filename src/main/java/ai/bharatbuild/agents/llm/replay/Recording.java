package ai.bharatbuild.agents.llm.replay;

import ai.bharatbuild.agents.llm.ModelException;
import ai.bharatbuild.agents.llm.wire.WireHead;
import ai.bharatbuild.json.Json;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One exchange as it was.
 *
 * @param number its place among those of the recording, from 1
 * @param request in canonical form
 * @param head null when none came
 * @param pieces of the body, cut as they came
 * @param failure how it broke off, or null for an end
 */
record Recording(
    int number, JsonNode request, WireHead head, List<Buffer> pieces, ModelException failure) {
  private static final int FORMAT = 1;
  static final String SUFFIX = ".exchange.json";

  /** The name of its file; files are in the order of their names. */
  String fileName() {
    return "%05d-%s%s".formatted(number, hash().substring(0, 12), SUFFIX);
  }

  String hash() {
    return Canonical.hash(request);
  }

  ObjectNode toJson() {
    ObjectNode json = Json.MAPPER.createObjectNode().put("format", FORMAT).put("number", number);
    json.put("hash", hash()).set("request", request);
    if (head != null) {
      json.put("status", head.status());
      head.headers().forEach(json.putObject("headers")::put);
    }
    ArrayNode body = json.putArray("pieces");
    for (Buffer piece : pieces) {
      String text = text(piece);
      if (text == null) {
        body.addObject().put("base64", Base64.getEncoder().encodeToString(piece.getBytes()));
      } else {
        body.add(text);
      }
    }
    if (failure != null) {
      json.putObject("failure")
          .put("kind", failure.kind().name())
          .put("retryable", failure.retryable())
          .put("message", failure.getMessage());
    }
    return json;
  }

  /** Throws {@link IllegalArgumentException} when it is none, or of another format. */
  static Recording of(JsonNode json) {
    if (json.path("format").asInt() != FORMAT) {
      throw new IllegalArgumentException("not a recording of format " + FORMAT);
    }
    List<Buffer> pieces = new ArrayList<>();
    for (JsonNode piece : json.path("pieces")) {
      pieces.add(
          piece.isTextual()
              ? Buffer.buffer(piece.asText())
              : Buffer.buffer(Base64.getDecoder().decode(piece.path("base64").asText())));
    }
    return new Recording(
        json.path("number").asInt(), json.path("request"), head(json), pieces, failure(json));
  }

  private static WireHead head(JsonNode json) {
    if (!json.has("status")) {
      return null;
    }
    Map<String, String> headers = new HashMap<>();
    json.path("headers").properties().forEach(h -> headers.put(h.getKey(), h.getValue().asText()));
    return new WireHead(json.path("status").asInt(), Map.copyOf(headers));
  }

  private static ModelException failure(JsonNode json) {
    JsonNode failure = json.path("failure");
    return failure.isMissingNode()
        ? null
        : new ModelException(
            ModelException.Kind.valueOf(failure.path("kind").asText()),
            failure.path("retryable").asBoolean(),
            (Duration) null,
            null,
            failure.path("message").asText());
  }

  /** The piece as text, or null when it is not (a character may be cut in two). */
  private static String text(Buffer piece) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(piece.getBytes()))
          .toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}

package ai.bharatbuild.agents.llm.gemini;

import ai.bharatbuild.agents.llm.ModelEvent;
import ai.bharatbuild.agents.llm.ModelException;
import ai.bharatbuild.agents.llm.ModelException.Kind;
import ai.bharatbuild.agents.llm.ModelNames;
import ai.bharatbuild.agents.llm.ModelRequest;
import ai.bharatbuild.agents.llm.wire.EventReader;
import ai.bharatbuild.agents.llm.wire.Failures;
import ai.bharatbuild.agents.llm.wire.Protocol;
import ai.bharatbuild.agents.llm.wire.WireHead;
import ai.bharatbuild.agents.llm.wire.WireRequest;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

/** The Gemini API. Its key goes into the header {@link #KEY_HEADER}, never into the URL. */
public final class GeminiProtocol implements Protocol {
  public static final String NAME = "gemini";
  public static final String KEY_HEADER = "x-goog-api-key";

  private final ModelNames models;

  public GeminiProtocol(ModelNames models) {
    this.models = models;
  }

  @Override
  public String provider() {
    return NAME;
  }

  @Override
  public WireRequest answer(ModelRequest request) {
    return new WireRequest(
        path(request) + ":streamGenerateContent?alt=sse",
        Map.of(),
        ContentBody.answer(request),
        true);
  }

  @Override
  public EventReader reader(ModelRequest request, WireHead head, Consumer<ModelEvent> out) {
    return new ContentReader(request, head, out);
  }

  @Override
  public WireRequest count(ModelRequest request) {
    return new WireRequest(
        path(request) + ":countTokens",
        Map.of(),
        ContentBody.count("models/" + models.of(request.role()), request),
        false);
  }

  @Override
  public long counted(JsonNode answer) {
    JsonNode tokens = answer.path("totalTokens");
    if (!tokens.isIntegralNumber()) {
      throw new ModelException(Kind.MALFORMED, "The count of tokens has no totalTokens.");
    }
    return tokens.longValue();
  }

  @Override
  public ModelException failure(WireHead head, Buffer body) {
    JsonNode json = Failures.json(body);
    JsonNode error = (json.isArray() ? json.path(0) : json).path("error");
    return failure(error, body.toString(), Failures.ofStatus(head.status()), head);
  }

  private String path(ModelRequest request) {
    return "/v1beta/models/" + models.of(request.role());
  }

  /**
   * What an error means.
   *
   * @param said the whole text that it came in
   */
  static ModelException failure(JsonNode error, String said, Kind otherwise, WireHead head) {
    Duration wait = Failures.retryAfter(head);
    boolean badKey = false;
    for (JsonNode detail : error.path("details")) {
      String delay = detail.path("retryDelay").asText();
      if (delay.endsWith("s")) {
        wait = Failures.seconds(delay.substring(0, delay.length() - 1), 1);
      }
      badKey |= detail.path("reason").asText().equals("API_KEY_INVALID");
    }
    Kind kind =
        switch (error.path("status").asText()) {
          case "UNAUTHENTICATED", "PERMISSION_DENIED" -> Kind.AUTHENTICATION;
          case "RESOURCE_EXHAUSTED" -> Kind.RATE_LIMITED;
          case "INVALID_ARGUMENT" -> badKey ? Kind.AUTHENTICATION : Kind.INVALID_REQUEST;
          case "FAILED_PRECONDITION" -> Kind.BILLING;
          case "UNAVAILABLE" -> Kind.OVERLOADED;
          case "INTERNAL", "ABORTED" -> Kind.SERVER_ERROR;
          case "DEADLINE_EXCEEDED" -> Kind.TIMEOUT;
          default -> otherwise;
        };
    String message = error.path("message").asText();
    return Failures.of(
        kind,
        message.isEmpty() ? "The provider answered with status " + head.status() + "." : message,
        said,
        wait,
        head);
  }
}

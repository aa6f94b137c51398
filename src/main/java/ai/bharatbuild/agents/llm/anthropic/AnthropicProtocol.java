package ai.bharatbuild.agents.llm.anthropic;

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
import java.util.Map;
import java.util.function.Consumer;

/** The Messages API. Its key goes into the header {@link #KEY_HEADER}. */
public final class AnthropicProtocol implements Protocol {
  public static final String NAME = "anthropic";
  public static final String KEY_HEADER = "x-api-key";
  private static final Map<String, String> VERSION = Map.of("anthropic-version", "2023-06-01");

  private final ModelNames models;

  public AnthropicProtocol(ModelNames models) {
    this.models = models;
  }

  @Override
  public String provider() {
    return NAME;
  }

  @Override
  public WireRequest answer(ModelRequest request) {
    return new WireRequest(
        "/v1/messages", VERSION, MessagesBody.answer(models.of(request.role()), request), true);
  }

  @Override
  public EventReader reader(ModelRequest request, WireHead head, Consumer<ModelEvent> out) {
    return new MessagesReader(head, out);
  }

  @Override
  public WireRequest count(ModelRequest request) {
    return new WireRequest(
        "/v1/messages/count_tokens",
        VERSION,
        MessagesBody.question(models.of(request.role()), request),
        false);
  }

  @Override
  public long counted(JsonNode answer) {
    JsonNode tokens = answer.path("input_tokens");
    if (!tokens.isIntegralNumber()) {
      throw new ModelException(Kind.MALFORMED, "The count of tokens has no input_tokens.");
    }
    return tokens.longValue();
  }

  @Override
  public ModelException failure(WireHead head, Buffer body) {
    JsonNode error = Failures.json(body).path("error");
    return failure(error, body.toString(), Failures.ofStatus(head.status()), head);
  }

  /**
   * What an error means.
   *
   * @param said the whole text that it came in
   * @param otherwise the kind when its type is unknown
   */
  static ModelException failure(JsonNode error, String said, Kind otherwise, WireHead head) {
    Kind kind =
        switch (error.path("type").asText()) {
          case "authentication_error", "permission_error" -> Kind.AUTHENTICATION;
          case "billing_error" -> Kind.BILLING;
          case "rate_limit_error" -> Kind.RATE_LIMITED;
          case "overloaded_error" -> Kind.OVERLOADED;
          case "invalid_request_error" ->
              otherwise == Kind.TOO_LARGE ? otherwise : Kind.INVALID_REQUEST;
          case "not_found_error" -> Kind.INVALID_REQUEST;
          case "request_too_large" -> Kind.TOO_LARGE;
          case "timeout_error" -> Kind.TIMEOUT;
          case "api_error" -> Kind.SERVER_ERROR;
          default -> otherwise;
        };
    String message = error.path("message").asText();
    return Failures.of(
        kind,
        message.isEmpty() ? "The provider answered with status " + head.status() + "." : message,
        said,
        Failures.retryAfter(head),
        head);
  }
}

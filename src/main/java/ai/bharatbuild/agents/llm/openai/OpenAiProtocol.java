package ai.bharatbuild.agents.llm.openai;

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

/**
 * Chat completions, of OpenAI or any server compatible with them. The key goes into the header
 * {@link #KEY_HEADER}, after {@link #KEY_PREFIX}.
 */
public final class OpenAiProtocol implements Protocol {
  public static final String NAME = "openai";
  public static final String KEY_HEADER = "authorization";
  public static final String KEY_PREFIX = "Bearer ";

  private final ModelNames models;
  private final String limitField;

  /**
   * @param original whether the server is OpenAI's own, whose newer models want the limit of output
   *     under another name than the servers that are compatible know
   */
  public OpenAiProtocol(ModelNames models, boolean original) {
    this.models = models;
    this.limitField = original ? "max_completion_tokens" : "max_tokens";
  }

  @Override
  public String provider() {
    return NAME;
  }

  @Override
  public WireRequest answer(ModelRequest request) {
    return new WireRequest(
        "/chat/completions",
        Map.of(),
        ChatBody.of(models.of(request.role()), limitField, request),
        true);
  }

  @Override
  public EventReader reader(ModelRequest request, WireHead head, Consumer<ModelEvent> out) {
    return new ChatReader(request, head, out);
  }

  @Override
  public WireRequest count(ModelRequest request) {
    return null;
  }

  @Override
  public long counted(JsonNode answer) {
    throw new UnsupportedOperationException("this protocol does not count tokens");
  }

  @Override
  public ModelException failure(WireHead head, Buffer body) {
    JsonNode error = Failures.json(body).path("error");
    return failure(error, body.toString(), Failures.ofStatus(head.status()), head);
  }

  /**
   * What an error means; codes say more than statuses.
   *
   * @param said the whole text that it came in
   */
  static ModelException failure(JsonNode error, String said, Kind otherwise, WireHead head) {
    // Compatible servers put a status there.
    boolean status = error.path("code").isInt();
    String code = status ? "" : error.path("code").asText("");
    Kind byStatus = status ? Failures.ofStatus(error.path("code").intValue()) : otherwise;
    Kind kind =
        switch (code.isEmpty() || code.equals("null") ? type(error) : code) {
          case "invalid_api_key" -> Kind.AUTHENTICATION;
          case "insufficient_quota", "billing_hard_limit_reached", "billing_not_active" ->
              Kind.BILLING;
          case "context_length_exceeded" -> Kind.TOO_LARGE;
          case "content_filter", "content_policy_violation" -> Kind.REFUSED;
          case "rate_limit_exceeded" -> Kind.RATE_LIMITED;
          case "server_error" -> Kind.SERVER_ERROR;
          default -> byStatus;
        };
    String message = error.isTextual() ? error.asText() : error.path("message").asText();
    return Failures.of(
        kind,
        message.isEmpty() ? "The provider answered with status " + head.status() + "." : message,
        said,
        Failures.retryAfter(head),
        head);
  }

  private static String type(JsonNode error) {
    return error.path("type").asText();
  }
}

package ai.bharatbuild.agents.llm;

import static ai.bharatbuild.agents.llm.Dialect.quoted;
import static ai.bharatbuild.agents.llm.ScriptedServer.await;
import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.agents.llm.ModelException.Kind;
import ai.bharatbuild.agents.llm.ScriptedServer.Answer;
import ai.bharatbuild.agents.llm.anthropic.AnthropicProtocol;
import ai.bharatbuild.agents.llm.wire.Protocol;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnthropicModelTest extends LanguageModelContract {
  @Override
  Dialect dialect() {
    return new Messages();
  }

  @Test
  void breakpointsAreThoseOfTheRequestAndAtMostFour() {
    server.then(text("x"));
    ModelRequest request =
        new ModelRequest(
            ModelRole.LARGE,
            List.of(new SystemBlock("rules", true), new SystemBlock("project", true)),
            List.of(
                new Message(Message.Speaker.USER, List.of(new Block.Text("1")), true),
                new Message(Message.Speaker.ASSISTANT, List.of(new Block.Text("2")), true),
                new Message(Message.Speaker.USER, List.of(new Block.Text("3")), true)),
            List.of(TOOL),
            50,
            0.5,
            List.of("END"),
            false);

    await(ModelAnswer.collect(model.stream(request)));

    JsonNode body = json(server.received().getFirst().body());
    assertThat(body.findValues("cache_control")).hasSize(4);
    assertThat(body.path("system").path(0).has("cache_control")).isFalse();
    assertThat(body.path("system").path(1).path("cache_control").path("type").asText())
        .isEqualTo("ephemeral");
    assertThat(body.path("tools").path(0).path("input_schema").path("type").asText())
        .isEqualTo("object");
    assertThat(body.path("temperature").asDouble()).isEqualTo(0.5);
    assertThat(body.path("stop_sequences").path(0).asText()).isEqualTo("END");
    assertThat(server.received().getFirst().headers())
        .containsEntry("anthropic-version", "2023-06-01");
  }

  @Test
  void theUsageOfCachesIsToldAndLaterReportsReplaceEarlierOnes() {
    Usage usage = new Usage(5, 900, 1200, 3400);
    server.then(
        Answer.events(dialect.answer(List.of("a", "b"), List.of(), StopReason.END_TURN, usage)));

    assertThat(await(ModelAnswer.collect(model.stream(request()))).usage()).isEqualTo(usage);
  }

  @Test
  void tokensAreCounted() {
    server.then(Answer.json(200, "{\"input_tokens\": 321}"));

    assertThat(await(model.countTokens(request()).tokens())).isEqualTo(321);
    JsonNode body = json(server.received().getFirst().body());
    assertThat(server.received().getFirst().uri()).isEqualTo("/v1/messages/count_tokens");
    assertThat(body.has("max_tokens")).isFalse();
    assertThat(body.path("model").asText()).isEqualTo("big-1");
  }

  @ParameterizedTest
  @CsvSource({
    "authentication_error, AUTHENTICATION, false",
    "permission_error, AUTHENTICATION, false",
    "billing_error, BILLING, false",
    "not_found_error, INVALID_REQUEST, false",
    "request_too_large, TOO_LARGE, false",
    "rate_limit_error, RATE_LIMITED, false",
    "timeout_error, TIMEOUT, true",
    "api_error, SERVER_ERROR, true",
    "overloaded_error, OVERLOADED, true",
    "a_new_error, SERVER_ERROR, true"
  })
  void everyKindOfErrorInTheStreamIsKnown(String type, Kind kind, boolean retryable) {
    String event =
        "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"%s\",\"message\":\"m\"}}\n\n"
            .formatted(type);

    assertThat(failure(Answer.events(List.of(event))))
        .returns(kind, ModelException::kind)
        .returns(retryable, ModelException::retryable);
  }

  @ParameterizedTest
  @CsvSource({
    "end_turn, END_TURN",
    "max_tokens, MAX_TOKENS",
    "stop_sequence, STOP_SEQUENCE",
    "tool_use, TOOL_USE",
    "pause_turn, PAUSE_TURN",
    "refusal, REFUSAL",
    "model_context_window_exceeded, CONTEXT_EXCEEDED"
  })
  void everyStopReasonIsKnown(String said, StopReason reason) {
    server.then(Answer.events(Messages.events(List.of("x"), List.of(), said, USAGE)));

    assertThat(await(ModelAnswer.collect(model.stream(request()))).reason()).isEqualTo(reason);
  }

  /** The provider's side of the Messages API, with the events that a client must skip. */
  static final class Messages implements Dialect {
    private static final String PING = event("ping", "{\"type\":\"ping\"}");

    private static String event(String name, String json) {
      return "event: " + name + "\ndata: " + json + "\n\n";
    }

    @Override
    public Protocol protocol(ModelNames names) {
      return new AnthropicProtocol(names);
    }

    @Override
    public String keyHeader() {
      return AnthropicProtocol.KEY_HEADER;
    }

    @Override
    public String keyPrefix() {
      return "";
    }

    @Override
    public String target(String model) {
      return "/v1/messages";
    }

    @Override
    public List<String> answer(
        List<String> texts, List<Call> calls, StopReason reason, Usage usage) {
      return events(
          texts, calls, reason == null ? null : reason.name().toLowerCase(Locale.ROOT), usage);
    }

    static List<String> events(List<String> texts, List<Call> calls, String reason, Usage usage) {
      List<String> events = new ArrayList<>();
      events.add(
          event(
              "message_start",
              ("{\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"model\":\"big-1-2026\","
                      + "\"role\":\"assistant\",\"content\":[],\"usage\":{\"input_tokens\":%d,"
                      + "\"cache_creation_input_tokens\":%d,\"cache_read_input_tokens\":%d,"
                      + "\"output_tokens\":1}}}")
                  .formatted(usage.input(), usage.cacheWrite(), usage.cacheRead())));
      events.add(PING);
      events.addAll(
          block(
              0,
              "{\"type\":\"thinking\",\"thinking\":\"\"}",
              List.of(
                  "{\"type\":\"thinking_delta\",\"thinking\":\"hmm\"}",
                  "{\"type\":\"signature_delta\",\"signature\":\"abc\"}")));
      int index = 1;
      if (!texts.isEmpty()) {
        events.addAll(
            block(
                index++,
                "{\"type\":\"text\",\"text\":\"\"}",
                texts.stream()
                    .map(text -> "{\"type\":\"text_delta\",\"text\":" + quoted(text) + "}")
                    .toList()));
      }
      events.add(event("brand_new_event", "{\"type\":\"brand_new_event\",\"x\":[1]}"));
      for (Call call : calls) {
        events.addAll(tool(index++, call));
      }
      if (reason != null) {
        events.add(end(reason, usage.output()));
        events.add(event("message_stop", "{\"type\":\"message_stop\"}"));
      }
      return events;
    }

    private static String end(String reason, long output) {
      return event(
          "message_delta",
          ("{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"%s\",\"stop_sequence\":null},"
                  + "\"usage\":{\"output_tokens\":%d}}")
              .formatted(reason, output));
    }

    private static List<String> tool(int index, Call call) {
      return block(
          index,
          "{\"type\":\"tool_use\",\"id\":\"%s\",\"name\":\"%s\",\"input\":{}}"
              .formatted(call.id(), call.name()),
          call.arguments().stream()
              .map(
                  piece -> "{\"type\":\"input_json_delta\",\"partial_json\":" + quoted(piece) + "}")
              .toList());
    }

    private static List<String> block(int index, String start, List<String> deltas) {
      List<String> events = new ArrayList<>();
      events.add(
          event(
              "content_block_start",
              "{\"type\":\"content_block_start\",\"index\":%d,\"content_block\":%s}"
                  .formatted(index, start)));
      for (String delta : deltas) {
        events.add(
            event(
                "content_block_delta",
                "{\"type\":\"content_block_delta\",\"index\":%d,\"delta\":%s}"
                    .formatted(index, delta)));
      }
      events.add(
          event(
              "content_block_stop",
              "{\"type\":\"content_block_stop\",\"index\":%d}".formatted(index)));
      return events;
    }

    @Override
    public List<String> refusal() {
      return answer(List.of("I"), List.of(), StopReason.REFUSAL, USAGE);
    }

    @Override
    public List<String> cutCall(Call call) {
      return answer(List.of(), List.of(call), StopReason.MAX_TOKENS, USAGE);
    }

    @Override
    public String errorEvent() {
      return event(
          "error",
          "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"busy\"}}");
    }

    @Override
    public String error(int status, String message) {
      String type =
          switch (status) {
            case 400 -> "invalid_request_error";
            case 401 -> "authentication_error";
            case 402 -> "billing_error";
            case 413 -> "request_too_large";
            case 429 -> "rate_limit_error";
            case 504 -> "timeout_error";
            case 529 -> "overloaded_error";
            default -> "api_error";
          };
      return "{\"type\":\"error\",\"error\":{\"type\":\"%s\",\"message\":%s},\"request_id\":\"r\"}"
          .formatted(type, quoted(message));
    }
  }
}

package ai.bharatbuild.agents.llm;

import static ai.bharatbuild.agents.llm.Dialect.data;
import static ai.bharatbuild.agents.llm.Dialect.quoted;
import static ai.bharatbuild.agents.llm.ScriptedServer.await;
import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.agents.llm.ModelException.Kind;
import ai.bharatbuild.agents.llm.ScriptedServer.Answer;
import ai.bharatbuild.agents.llm.gemini.GeminiProtocol;
import ai.bharatbuild.agents.llm.wire.Protocol;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GeminiModelTest extends LanguageModelContract {
  @Override
  Dialect dialect() {
    return new Content();
  }

  @Test
  void tokensAreCounted() {
    server.then(Answer.json(200, "{\"totalTokens\": 77}"));

    assertThat(await(model.countTokens(request()).tokens())).isEqualTo(77);
    assertThat(server.received().getFirst().uri()).isEqualTo("/v1beta/models/big-1:countTokens");
  }

  @Test
  void theTimeToWaitMayBeInTheDetails() {
    ModelException failure =
        failure(
            Answer.json(
                429,
                "{\"error\":{\"code\":429,\"message\":\"m\",\"status\":\"RESOURCE_EXHAUSTED\","
                    + "\"details\":[{\"@type\":\"type.googleapis.com/google.rpc.RetryInfo\","
                    + "\"retryDelay\":\"1.5s\"}]}}"));

    assertThat(failure.retryable()).isTrue();
    assertThat(failure.retryAfter()).isEqualTo(Duration.ofMillis(1500));
  }

  @Test
  void aBadKeyIsKnownThoughItsStatusIs400() {
    ModelException failure =
        failure(
            Answer.json(
                400,
                "[{\"error\":{\"code\":400,\"message\":\"m\",\"status\":\"INVALID_ARGUMENT\","
                    + "\"details\":[{\"reason\":\"API_KEY_INVALID\"}]}}]"));

    assertThat(failure.kind()).isEqualTo(Kind.AUTHENTICATION);
  }

  @Test
  void aBlockedPromptIsARefusal() {
    server.then(Answer.events(List.of(data("{\"promptFeedback\":{\"blockReason\":\"SAFETY\"}}"))));

    assertThat(await(ModelAnswer.collect(model.stream(request()))).reason())
        .isEqualTo(StopReason.REFUSAL);
  }

  @Test
  void aBrokenToolCallOfTheModelIsWorthAnotherTry() {
    assertThat(
            failure(
                Answer.events(
                    List.of(
                        data(
                            "{\"candidates\":[{\"finishReason\":\"MALFORMED_FUNCTION_CALL\"}]}")))))
        .returns(Kind.MALFORMED, ModelException::kind)
        .returns(true, ModelException::retryable);
  }

  @Test
  void theSignatureOfACallGoesBackWithItsResult() {
    server
        .then(
            Answer.events(
                List.of(
                    data(
                        "{\"candidates\":[{\"content\":{\"parts\":[{\"functionCall\":{\"name\":"
                            + "\"read_file\",\"args\":{}},\"thoughtSignature\":\"sig\"}]},"
                            + "\"finishReason\":\"STOP\"}]}"))))
        .then(text("done"));
    ModelAnswer answer = await(ModelAnswer.collect(model.stream(request())));
    Block.ToolUse call = answer.calls().getFirst();

    await(
        ModelAnswer.collect(
            model.stream(
                request()
                    .withMessages(
                        List.of(
                            Message.user("q"),
                            answer.message(),
                            Message.results(
                                List.of(new Block.ToolResult(call.id(), "content", false))))))));

    JsonNode contents = json(server.received().getLast().body()).path("contents");
    assertThat(contents.path(1).path("parts").path(0).path("thoughtSignature").asText())
        .isEqualTo("sig");
    assertThat(
            contents.path(2).path("parts").path(0).path("functionResponse").path("name").asText())
        .isEqualTo("read_file");
  }

  /** The provider's side of the Gemini API. */
  static final class Content implements Dialect {
    @Override
    public Protocol protocol(ModelNames names) {
      return new GeminiProtocol(names);
    }

    @Override
    public String keyHeader() {
      return GeminiProtocol.KEY_HEADER;
    }

    @Override
    public String keyPrefix() {
      return "";
    }

    @Override
    public String target(String model) {
      return "/v1beta/models/" + model + ":streamGenerateContent?alt=sse";
    }

    private static String parts(String parts) {
      return data(
          "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[%s]},\"index\":0}],\"modelVersion\":\"big-1\"}"
              .formatted(parts));
    }

    @Override
    public List<String> answer(
        List<String> texts, List<Call> calls, StopReason reason, Usage usage) {
      List<String> events = new ArrayList<>();
      events.add(parts("{\"text\":\"hmm\",\"thought\":true}"));
      for (String text : texts) {
        events.add(parts("{\"text\":" + quoted(text) + "}"));
      }
      for (Call call : calls) {
        String arguments = String.join("", call.arguments());
        events.add(
            parts(
                "{\"functionCall\":{\"name\":\"%s\",\"args\":%s}}"
                    .formatted(call.name(), arguments.isEmpty() ? "{}" : arguments)));
      }
      if (reason != null) {
        String said =
            switch (reason) {
              case MAX_TOKENS -> "MAX_TOKENS";
              case REFUSAL -> "SAFETY";
              default -> "STOP";
            };
        events.add(
            data(
                ("{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"\"}]},\"finishReason\":\"%s\"}],"
                     + "\"usageMetadata\":{\"promptTokenCount\":%d,\"candidatesTokenCount\":%d,"
                     + "\"thoughtsTokenCount\":1,\"cachedContentTokenCount\":%d}}")
                    .formatted(said, usage.totalInput(), usage.output() - 1, usage.cacheRead())));
      }
      return events;
    }

    @Override
    public List<String> refusal() {
      return answer(List.of("I"), List.of(), StopReason.REFUSAL, USAGE);
    }

    @Override
    public List<String> cutCall(Call call) {
      return null;
    }

    @Override
    public String errorEvent() {
      return data("{\"error\":{\"code\":503,\"message\":\"busy\",\"status\":\"UNAVAILABLE\"}}");
    }

    @Override
    public String error(int status, String message) {
      String named =
          switch (status) {
            case 400 -> "INVALID_ARGUMENT";
            case 401 -> "UNAUTHENTICATED";
            case 429 -> "RESOURCE_EXHAUSTED";
            case 500 -> "INTERNAL";
            case 504 -> "DEADLINE_EXCEEDED";
            default -> "UNKNOWN";
          };
      return "{\"error\":{\"code\":%d,\"message\":%s,\"status\":\"%s\"}}"
          .formatted(status, quoted(message), named);
    }
  }
}

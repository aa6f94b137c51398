package ai.bharatbuild.agents.llm;

import static ai.bharatbuild.agents.llm.Dialect.data;
import static ai.bharatbuild.agents.llm.Dialect.quoted;
import static ai.bharatbuild.agents.llm.ScriptedServer.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bharatbuild.agents.llm.ModelException.Kind;
import ai.bharatbuild.agents.llm.ScriptedServer.Answer;
import ai.bharatbuild.agents.llm.openai.OpenAiProtocol;
import ai.bharatbuild.agents.llm.wire.Protocol;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpenAiModelTest extends LanguageModelContract {
  @Override
  Dialect dialect() {
    return new Chat();
  }

  @Test
  void usageIsAskedForAndTheLimitHasTheNameThatCompatibleServersKnow() {
    server.then(text("x"));
    await(ModelAnswer.collect(model.stream(request())));

    JsonNode body = json(server.received().getFirst().body());
    assertThat(body.path("stream_options").path("include_usage").asBoolean()).isTrue();
    assertThat(body.path("max_tokens").asInt()).isEqualTo(500);
    assertThat(body.path("messages").path(0).path("role").asText()).isEqualTo("system");
  }

  @Test
  void theOriginalServerIsAskedByTheNewerName() {
    JsonNode body = new OpenAiProtocol(NAMES, true).answer(request()).body();

    assertThat(body.path("max_completion_tokens").asInt()).isEqualTo(500);
    assertThat(body.has("max_tokens")).isFalse();
  }

  @Test
  void serversThatGiveNoIdsAndNoUsageAndNoEndMarkAreUnderstood() {
    server.then(
        Answer.events(
            List.of(
                data(
                    "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"function\":{\"name\":\"read_file\","
                        + "\"arguments\":\"{}\"}}]}}]}"),
                data("{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}"))));

    ModelAnswer answer = await(ModelAnswer.collect(model.stream(request())));

    assertThat(answer.reason()).isEqualTo(StopReason.TOOL_USE);
    assertThat(answer.calls().getFirst().id()).isNotEmpty();
    assertThat(answer.usage()).isEqualTo(Usage.NONE);
  }

  @Test
  void wholeCallsWithoutAnIndexAreToldApartByTheirIds() {
    String call =
        "{\"id\":\"%s\",\"function\":{\"name\":\"read_file\",\"arguments\":\"{\\\"n\\\":%d}\"}}";
    server.then(
        Answer.events(
            List.of(
                data(
                    "{\"choices\":[{\"delta\":{\"tool_calls\":[%s,%s]},\"finish_reason\":\"stop\"}]}"
                        .formatted(call.formatted("a", 1), call.formatted("b", 2))),
                data("[DONE]"))));

    ModelAnswer answer = await(ModelAnswer.collect(model.stream(request())));

    assertThat(answer.calls().stream().map(it -> it.id() + it.arguments().path("n").asInt()))
        .containsExactly("a1", "b2");
  }

  @Test
  void anExhaustedQuotaIsBillingThoughItsStatusIs429() {
    ModelException failure =
        failure(
            Answer.json(
                    429,
                    "{\"error\":{\"message\":\"m\",\"type\":\"insufficient_quota\","
                        + "\"code\":\"insufficient_quota\"}}")
                .header("retry-after", "1"));

    assertThat(failure.kind()).isEqualTo(Kind.BILLING);
    assertThat(failure.retryable()).isFalse();
  }

  @Test
  void aConversationThatIsTooLongAndAFilteredOneAreKnown() {
    assertThat(
            failure(
                    Answer.json(
                        400,
                        "{\"error\":{\"message\":\"m\",\"code\":\"context_length_exceeded\"}}"))
                .kind())
        .isEqualTo(Kind.TOO_LARGE);
    assertThat(
            failure(Answer.json(400, "{\"error\":{\"message\":\"m\",\"code\":\"content_filter\"}}"))
                .kind())
        .isEqualTo(Kind.REFUSED);
  }

  @Test
  void tokensCannotBeCounted() {
    assertThatThrownBy(() -> await(model.countTokens(request()).tokens()))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  /** The provider's side of chat completions. */
  static final class Chat implements Dialect {
    @Override
    public Protocol protocol(ModelNames names) {
      return new OpenAiProtocol(names, false);
    }

    @Override
    public String keyHeader() {
      return OpenAiProtocol.KEY_HEADER;
    }

    @Override
    public String keyPrefix() {
      return OpenAiProtocol.KEY_PREFIX;
    }

    @Override
    public String target(String model) {
      return "/chat/completions";
    }

    private static String chunk(String delta, String reason) {
      return data(
          ("{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"model\":\"big-1\",\"choices\":"
                  + "[{\"index\":0,\"delta\":%s,\"finish_reason\":%s}],\"usage\":null}")
              .formatted(delta, reason == null ? "null" : quoted(reason)));
    }

    @Override
    public List<String> answer(
        List<String> texts, List<Call> calls, StopReason reason, Usage usage) {
      List<String> events = new ArrayList<>();
      events.add(": a comment\n\n");
      events.add(chunk("{\"role\":\"assistant\",\"content\":\"\"}", null));
      for (String text : texts) {
        events.add(chunk("{\"content\":" + quoted(text) + "}", null));
      }
      for (int i = 0; i < calls.size(); i++) {
        calls(events, i, calls.get(i));
      }
      if (reason != null) {
        String said =
            switch (reason) {
              case MAX_TOKENS -> "length";
              case TOOL_USE -> "tool_calls";
              case REFUSAL -> "content_filter";
              default -> "stop";
            };
        events.add(chunk("{}", said));
        events.add(
            data(
                ("{\"id\":\"c\",\"choices\":[],\"usage\":{\"prompt_tokens\":%d,"
                     + "\"completion_tokens\":%d,\"prompt_tokens_details\":{\"cached_tokens\":%d}}}")
                    .formatted(usage.totalInput(), usage.output(), usage.cacheRead())));
        events.add(data("[DONE]"));
      }
      return events;
    }

    private static void calls(List<String> events, int index, Call call) {
      events.add(
          chunk(
              ("{\"tool_calls\":[{\"index\":%d,\"id\":\"%s\",\"type\":\"function\",\"function\":"
                      + "{\"name\":\"%s\",\"arguments\":\"\"}}]}")
                  .formatted(index, call.id(), call.name()),
              null));
      for (String piece : call.arguments()) {
        events.add(
            chunk(
                "{\"tool_calls\":[{\"index\":%d,\"function\":{\"arguments\":%s}}]}"
                    .formatted(index, quoted(piece)),
                null));
      }
    }

    @Override
    public List<String> refusal() {
      List<String> events = new ArrayList<>();
      events.add(chunk("{\"role\":\"assistant\",\"content\":null}", null));
      events.add(chunk("{\"refusal\":\"I cannot help.\"}", null));
      events.add(chunk("{}", "stop"));
      events.add(data("[DONE]"));
      return events;
    }

    @Override
    public List<String> cutCall(Call call) {
      return answer(List.of(), List.of(call), StopReason.MAX_TOKENS, USAGE);
    }

    @Override
    public String errorEvent() {
      return data("{\"error\":{\"message\":\"busy\",\"type\":\"overloaded\",\"code\":503}}");
    }

    @Override
    public String error(int status, String message) {
      return "{\"error\":{\"message\":%s,\"type\":\"x\",\"param\":null,\"code\":null}}"
          .formatted(quoted(message));
    }
  }
}

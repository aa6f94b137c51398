package ai.bharatbuild.agents.llm;

import static ai.bharatbuild.agents.llm.ScriptedServer.await;
import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.agents.llm.ModelException.Kind;
import ai.bharatbuild.agents.llm.ScriptedServer.Answer;
import ai.bharatbuild.json.Json;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What every adapter must make of answers and requests. */
abstract class LanguageModelContractAnswers extends LanguageModelHarness {
  @Test
  void aTextComesInPiecesWithUsageAndReason() {
    server.then(text("Hel", "lo ", "you").header("request-id", "req-1"));
    List<ModelEvent> events = new ArrayList<>();

    ModelAnswer answer = await(ModelAnswer.collect(model.stream(request()), events::add));

    assertThat(answer.text()).isEqualTo("Hello you");
    assertThat(answer.reason()).isEqualTo(StopReason.END_TURN);
    assertThat(answer.usage()).isEqualTo(dialect.told(USAGE));
    assertThat(answer.requestId()).isEqualTo("req-1");
    assertThat(events.getFirst()).isInstanceOf(ModelEvent.Started.class);
    assertThat(events.stream().filter(ModelEvent.TextDelta.class::isInstance)).hasSize(3);
    assertThat(events.getLast()).isInstanceOf(ModelEvent.Finished.class);
  }

  @Test
  void theRequestHasTheKeyInItsHeaderAndTheModelsName() {
    server.then(text("x")).then(text("x"));
    await(ModelAnswer.collect(model.stream(request())));
    await(ModelAnswer.collect(model.stream(ModelRequest.ask(ModelRole.SMALL, "s", "q", 5))));

    ScriptedServer.Received large = server.received().getFirst();
    assertThat(large.uri()).isEqualTo(dialect.target("big-1")).doesNotContain(KEY);
    assertThat(large.headers()).containsEntry(dialect.keyHeader(), dialect.keyPrefix() + KEY);
    assertThat(large.body()).contains("Be brief.", "Hello?", "500").doesNotContain(KEY);
    ScriptedServer.Received small = server.received().getLast();
    assertThat(small.uri() + small.body()).contains("small-1");
  }

  @Test
  void oneConnectionServesOneCallAfterAnother() {
    for (int i = 0; i < 3; i++) {
      server.then(text("x"));
      await(ModelAnswer.collect(model.stream(request())));
    }
    assertThat(server.connections()).isEqualTo(1);
  }

  @Test
  void anyCutOfTheBytesIsRead() {
    String said = "नमस्ते 🚀 \u0085\u2028 data: [DONE] {\"x\":1}";
    server.then(text("a", said).byteByByte());

    assertThat(await(ModelAnswer.collect(model.stream(request()))).text()).isEqualTo("a" + said);
  }

  @Test
  void linesMayEndWithCarriageReturns() {
    for (String end : List.of("\r\n", "\r")) {
      List<String> events =
          dialect.answer(List.of("one", "two"), List.of(), StopReason.END_TURN, USAGE).stream()
              .map(event -> event.replace("\n", end))
              .toList();
      server.then(Answer.events(events)).then(Answer.events(events).byteByByte());
      for (int i = 0; i < 2; i++) {
        ModelAnswer answer = await(ModelAnswer.collect(model.stream(request())));
        assertThat(answer.text()).isEqualTo("onetwo");
      }
    }
  }

  @Test
  void aToolCallComesWithItsArguments() {
    Dialect.Call call = new Dialect.Call("t1", "read_file", List.of("{\"pa", "th\":\"a.txt\"}"));
    server.then(
        Answer.events(
            dialect.answer(List.of("I look."), List.of(call), StopReason.TOOL_USE, USAGE)));
    List<ModelEvent> events = new ArrayList<>();

    ModelAnswer answer =
        await(ModelAnswer.collect(model.stream(request().withTools(List.of(TOOL))), events::add));

    assertThat(answer.reason()).isEqualTo(StopReason.TOOL_USE);
    assertThat(answer.text()).isEqualTo("I look.");
    assertThat(answer.calls()).hasSize(1);
    assertThat(answer.calls().getFirst().name()).isEqualTo("read_file");
    assertThat(answer.calls().getFirst().arguments().path("path").asText()).isEqualTo("a.txt");
    String arguments =
        events.stream()
            .filter(ModelEvent.ToolArguments.class::isInstance)
            .map(event -> ((ModelEvent.ToolArguments) event).json())
            .collect(Collectors.joining());
    assertThat(json(arguments).path("path").asText()).isEqualTo("a.txt");
  }

  @Test
  void parallelToolCallsAreToldApart() {
    List<Dialect.Call> calls =
        List.of(
            new Dialect.Call("t1", "read_file", List.of("{\"path\":", "\"a\"}")),
            new Dialect.Call("t2", "read_file", List.of("{\"path\":", "\"b\"}")),
            new Dialect.Call("t3", "read_file", List.of()));
    server.then(Answer.events(dialect.answer(List.of(), calls, StopReason.TOOL_USE, USAGE)));

    ModelAnswer answer =
        await(ModelAnswer.collect(model.stream(request().withTools(List.of(TOOL)))));

    assertThat(answer.calls().stream().map(call -> call.arguments().path("path").asText()))
        .containsExactly("a", "b", "");
    assertThat(answer.calls().stream().map(Block.ToolUse::id).distinct()).hasSize(3);
  }

  @Test
  void resultsOfToolsGoBackWithTheConversation() {
    JsonNode arguments = Json.MAPPER.createObjectNode().put("path", "a.txt");
    server.then(text("done"));
    ModelRequest request =
        request()
            .withTools(List.of(TOOL))
            .withMessages(
                List.of(
                    Message.user("Read a.txt"),
                    new Message(
                        Message.Speaker.ASSISTANT,
                        List.of(new Block.ToolUse("t1", "read_file", arguments)),
                        false),
                    Message.results(List.of(new Block.ToolResult("t1", "no such file", true)))));

    await(ModelAnswer.collect(model.stream(request)));

    assertThat(server.received().getFirst().body())
        .contains("read_file", "a.txt", "no such file", "additionalProperties");
  }

  @Test
  void aConversationWithAnUnansweredCallIsNotSent() {
    ModelRequest request =
        request()
            .withMessages(
                List.of(
                    Message.user("x"),
                    new Message(
                        Message.Speaker.ASSISTANT,
                        List.of(new Block.ToolUse("t1", "a", Json.MAPPER.createObjectNode())),
                        false),
                    Message.user("never mind")));

    assertThat(failure(model, request).kind()).isEqualTo(Kind.INVALID_REQUEST);
    assertThat(server.received()).isEmpty();
  }

  @Test
  void aPictureIsSent() {
    server.then(text("a cat"));
    Message message =
        new Message(
            Message.Speaker.USER,
            List.of(
                new Block.Image("image/png", Buffer.buffer("png-bytes")),
                new Block.Text("What is it?")),
            false);

    await(ModelAnswer.collect(model.stream(request().withMessages(List.of(message)))));

    assertThat(server.received().getFirst().body()).contains("cG5nLWJ5dGVz", "image/png");
  }
}

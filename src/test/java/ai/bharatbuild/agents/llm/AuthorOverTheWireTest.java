package ai.bharatbuild.agents.llm;

import static ai.bharatbuild.agents.llm.ScriptedServer.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bharatbuild.agents.author.MemoryWorkspace;
import ai.bharatbuild.agents.author.ModelAuthor;
import ai.bharatbuild.agents.llm.ScriptedServer.Answer;
import ai.bharatbuild.agents.llm.ScriptedServer.Ending;
import ai.bharatbuild.agents.llm.wire.Endpoint;
import ai.bharatbuild.agents.llm.wire.HttpTransport;
import ai.bharatbuild.agents.llm.wire.Secret;
import ai.bharatbuild.agents.llm.wire.WireModel;
import ai.bharatbuild.agents.plan.Plan;
import ai.bharatbuild.agents.plan.PlanJson;
import ai.bharatbuild.agents.verify.Diagnosis;
import ai.bharatbuild.agents.verify.FailureKind;
import ai.bharatbuild.agents.work.Brief;
import ai.bharatbuild.agents.work.Repair;
import ai.bharatbuild.agents.work.RunFailedException;
import ai.bharatbuild.agents.work.RunScope;
import ai.bharatbuild.agents.work.Workspace;
import ai.bharatbuild.json.Json;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Plans, writes and repairs through real adapters, against a server that speaks their protocols.
 */
class AuthorOverTheWireTest {
  private static final Usage USAGE = new Usage(100, 20, 0, 0);
  private static final Set<String> STACKS = Set.of("node", "python");

  /** The protocols. */
  enum Wire {
    ANTHROPIC(new AnthropicModelTest.Messages()),
    OPENAI(new OpenAiModelTest.Chat()),
    GEMINI(new GeminiModelTest.Content());

    private final Dialect dialect;

    Wire(Dialect dialect) {
      this.dialect = dialect;
    }
  }

  private final Vertx vertx = Vertx.vertx();
  private final ScriptedServer server = new ScriptedServer(vertx);
  private final MemoryWorkspace workspace = new MemoryWorkspace();
  private final ModelAuthor author = new ModelAuthor("wire", STACKS);
  private final Brief brief = new Brief("sums", null, false, List.of(), List.of(), List.of());
  private final Plan plan =
      new Plan(
          "sums",
          "Adds",
          "node",
          List.of(new Plan.Task("t", "All", List.of())),
          List.of(
              new Plan.PlannedFile("sum.js", "adds", "t", List.of(), List.of("sum")),
              new Plan.PlannedFile("main.js", "prints", "t", List.of("sum.js"), List.of())),
          new Plan.Commands(null, null, "node --test", null),
          null);
  private int calls;

  @AfterEach
  void stop() {
    await(vertx.close());
  }

  /** A run that asks through retries and an adapter. */
  private final class Scope implements RunScope {
    private final LanguageModel model;

    Scope(Dialect dialect) {
      Secret key = new Secret("k");
      Endpoint endpoint = server.endpoint(dialect, key, ScriptedServer.SILENCE);
      this.model =
          new Retrying(
              vertx,
              new WireModel(
                  vertx,
                  dialect.protocol(LanguageModelHarness.NAMES),
                  new HttpTransport(vertx, endpoint),
                  key),
              new RetryPolicy(4, Duration.ofMillis(4), Duration.ofSeconds(2)),
              new Random(1));
    }

    @Override
    public Workspace workspace() {
      return workspace;
    }

    @Override
    public ModelAnswer ask(String stage, ModelRequest request) {
      return await(ModelAnswer.collect(model.stream(request)));
    }

    @Override
    public boolean takesPictures() {
      return false;
    }

    @Override
    public int maxOutputTokens() {
      return 4_000;
    }

    @Override
    public void tell(String type, Map<String, ?> data) {}

    @Override
    public void check() {}
  }

  private Dialect.Call call(String tool, Object... arguments) {
    var node = Json.MAPPER.createObjectNode();
    for (int i = 0; i < arguments.length; i += 2) {
      node.set((String) arguments[i], Json.MAPPER.valueToTree(arguments[i + 1]));
    }
    return new Dialect.Call("call_" + ++calls, tool, List.of(node.toString()));
  }

  private static Answer calling(Dialect dialect, Dialect.Call... calls) {
    return Answer.events(dialect.answer(List.of(), List.of(calls), StopReason.TOOL_USE, USAGE));
  }

  private static Answer saying(Dialect dialect, String text) {
    return Answer.events(dialect.answer(List.of(text), List.of(), StopReason.END_TURN, USAGE));
  }

  private static Answer dropped(Answer whole) {
    List<io.vertx.core.buffer.Buffer> begun =
        new ArrayList<>(whole.pieces().subList(0, whole.pieces().size() - 1));
    return new Answer(whole.status(), whole.headers(), begun, Ending.DROP);
  }

  @ParameterizedTest
  @EnumSource
  void aProjectIsPlannedWrittenAndRepaired(Wire wire) throws Exception {
    Dialect dialect = wire.dialect;
    Scope scope = new Scope(dialect);
    JsonNode json = Json.MAPPER.readTree(PlanJson.write(plan));
    Dialect.Call submit = new Dialect.Call("p1", "submit_plan", List.of(json.toString()));
    Dialect.Call sum = call("write_file", "path", "sum.js", "content", "export const sum = 1;\n");
    server
        .then(Answer.json(503, dialect.error(503, "busy")))
        .then(calling(dialect, submit))
        .then(dropped(calling(dialect, sum)))
        .then(calling(dialect, sum))
        .then(calling(dialect, call("write_file", "path", "main.js", "content", "1\n")));

    Plan planned = author.plan(scope, brief);
    List<String> written = new ArrayList<>();
    author.write(scope, brief, planned, Set.of(), written::add);

    assertThat(planned).isEqualTo(plan);
    assertThat(written).containsExactly("sum.js", "main.js");
    assertThat(workspace.text("sum.js")).isEqualTo("export const sum = 1;\n");
    assertThat(server.received()).hasSize(5);

    server
        .then(
            calling(
                dialect,
                call(
                    "edit_file",
                    "path",
                    "sum.js",
                    "edits",
                    List.of(
                        Map.of(
                            "search",
                            "export const sum = 1;",
                            "replace",
                            "export const sum = (a, b) => a + b;")))))
        .then(saying(dialect, "It is a function now."));
    Diagnosis wrong =
        new Diagnosis(
            FailureKind.TEST,
            "test",
            "s",
            "sum is no function",
            "TypeError",
            List.of(new Diagnosis.Place("sum.js", 1)));

    Repair repair = author.repair(scope, brief, planned, wrong, List.of(), false);

    assertThat(repair)
        .isEqualTo(
            new Repair(Repair.SMALL_MODEL, "s", List.of("sum.js"), "It is a function now.", false));
    assertThat(workspace.text("sum.js")).isEqualTo("export const sum = (a, b) => a + b;\n");
  }

  @ParameterizedTest
  @EnumSource(names = {"ANTHROPIC", "OPENAI"})
  void aCallThatTheLimitCutOffIsContinued(Wire wire) {
    Dialect dialect = wire.dialect;
    Dialect.Call half =
        new Dialect.Call(
            "call_cut", "write_file", List.of("{\"path\":\"sum.js\",\"content\":\"// one\\n// tw"));
    server
        .then(Answer.events(dialect.cutCall(half)))
        .then(
            calling(
                dialect,
                call("append_file", "path", "sum.js", "content", "// two\n", "more", false)))
        .then(calling(dialect, call("write_file", "path", "main.js", "content", "1\n")));

    author.write(new Scope(dialect), brief, plan, Set.of(), path -> {});

    assertThat(workspace.text("sum.js")).isEqualTo("// one\n// two\n");
    assertThat(server.received()).hasSize(3);
  }

  @ParameterizedTest
  @EnumSource
  void aRefusalEndsTheRun(Wire wire) {
    server.then(Answer.events(wire.dialect.refusal()));

    assertThatThrownBy(() -> author.plan(new Scope(wire.dialect), brief))
        .isInstanceOfSatisfying(
            RunFailedException.class, it -> assertThat(it.code()).isEqualTo("refused"));
    assertThat(workspace.files).isEmpty();
  }
}

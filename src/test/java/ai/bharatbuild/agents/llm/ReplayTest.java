package ai.bharatbuild.agents.llm;

import static ai.bharatbuild.agents.llm.ScriptedServer.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bharatbuild.agents.llm.ModelException.Kind;
import ai.bharatbuild.agents.llm.ScriptedServer.Answer;
import ai.bharatbuild.agents.llm.ScriptedServer.Ending;
import ai.bharatbuild.agents.llm.replay.RecordingTransport;
import ai.bharatbuild.agents.llm.replay.ReplayTransport;
import ai.bharatbuild.agents.llm.wire.Endpoint;
import ai.bharatbuild.agents.llm.wire.HttpTransport;
import ai.bharatbuild.agents.llm.wire.Secret;
import ai.bharatbuild.agents.llm.wire.Transport;
import ai.bharatbuild.agents.llm.wire.WireModel;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is recorded comes back event for event, without a server. */
class ReplayTest {
  private static final String KEY = "sk-secret-0123456789";
  private static final Usage USAGE = new Usage(10, 5, 0, 0);

  @TempDir Path directory;
  private final Vertx vertx = Vertx.vertx();
  private final Dialect dialect = new AnthropicModelTest.Messages();
  private final Secret key = new Secret(KEY);
  private ScriptedServer server;
  private RecordingTransport recorder;
  private LanguageModel recorded;

  @BeforeEach
  void start() {
    server = new ScriptedServer(vertx);
    Endpoint endpoint = server.endpoint(dialect, key, ScriptedServer.SILENCE);
    recorder = new RecordingTransport(vertx, new HttpTransport(vertx, endpoint), directory, key);
    recorded = model(recorder);
  }

  @AfterEach
  void stop() {
    await(vertx.close());
  }

  private LanguageModel model(Transport transport) {
    return new WireModel(vertx, dialect.protocol(LanguageModelContract.NAMES), transport, key);
  }

  private static ModelRequest ask(String question) {
    return ModelRequest.ask(ModelRole.LARGE, "Be brief.", question, 100);
  }

  private Answer text(String... texts) {
    return Answer.events(dialect.answer(List.of(texts), List.of(), StopReason.END_TURN, USAGE));
  }

  /** The events of an answer, and its failure as the last. */
  private static List<Object> events(LanguageModel model, ModelRequest request) {
    List<Object> events = new ArrayList<>();
    try {
      await(ModelAnswer.collect(model.stream(request), events::add));
    } catch (ModelException e) {
      events.add(e.toString());
    }
    return events;
  }

  @Test
  void everyKindOfAnswerComesBackAsItWas() throws IOException {
    server.then(text("नमस्ते ", "🚀").byteByByte().header("request-id", "r1"));
    server.then(Answer.json(429, dialect.error(429, "slow")).header("retry-after", "3"));
    List<String> half = dialect.answer(List.of("ha", "lf"), List.of(), StopReason.END_TURN, USAGE);
    server.then(Answer.events(half.subList(0, half.size() - 3)).ending(Ending.DROP));
    server.then(Answer.json(401, dialect.error(401, "wrong: " + KEY)));
    List<List<Object>> first = new ArrayList<>();
    for (String question : List.of("a", "b", "c", "d")) {
      first.add(events(recorded, ask(question)));
    }
    await(recorder.close());

    ReplayTransport replay = await(ReplayTransport.load(vertx, directory));
    List<List<Object>> second = new ArrayList<>();
    for (String question : List.of("a", "b", "c", "d")) {
      second.add(events(model(replay), ask(question)));
    }

    assertThat(second).isEqualTo(first);
    assertThat(replay.unplayed()).isEmpty();
    assertThat(server.received()).hasSize(4);
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        assertThat(Files.readString(file)).doesNotContain(KEY);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
            .isEqualTo("rw-------");
      }
    }
  }

  @Test
  void theSameRequestGetsItsAnswersInOrderAndOthersInAny() {
    server.then(text("first")).then(text("second")).then(text("other"));
    events(recorded, ask("same"));
    events(recorded, ask("same"));
    events(recorded, ask("other"));
    await(recorder.flush());

    LanguageModel replayed = model(await(ReplayTransport.load(vertx, directory)));

    assertThat(await(ModelAnswer.collect(replayed.stream(ask("other")))).text()).isEqualTo("other");
    assertThat(await(ModelAnswer.collect(replayed.stream(ask("same")))).text()).isEqualTo("first");
    assertThat(await(ModelAnswer.collect(replayed.stream(ask("same")))).text()).isEqualTo("second");
  }

  @Test
  void aDifferenceIsToldWithItsPlaceAndBothValues() {
    server.then(text("x"));
    events(recorded, ask("Write a todo app"));
    await(recorder.flush());
    ReplayTransport replay = await(ReplayTransport.load(vertx, directory));

    assertThatThrownBy(
            () -> await(ModelAnswer.collect(model(replay).stream(ask("Write a todo API")))))
        .isInstanceOfSatisfying(
            ModelException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(Kind.INVALID_REQUEST);
              assertThat(e.getMessage())
                  .contains(
                      "number 1",
                      "/body/messages/0/content/0/text",
                      "Write a todo app",
                      "Write a todo API");
            });
    assertThat(replay.unplayed()).containsExactly(1);
  }

  @Test
  void aCancelledCallIsRecordedAsFarAsItCame() {
    List<String> half = dialect.answer(List.of("one"), List.of(), null, USAGE);
    server.then(Answer.events(half).ending(Ending.HANG));
    ModelStream stream = recorded.stream(ask("q"));
    ModelEvent event = await(stream.next());
    while (!(event instanceof ModelEvent.TextDelta)) {
      event = await(stream.next());
    }
    stream.cancel();
    await(server.left());
    await(recorder.flush());

    List<Object> events = events(model(await(ReplayTransport.load(vertx, directory))), ask("q"));

    assertThat(events).contains(new ModelEvent.TextDelta("one"));
    assertThat(events.getLast().toString()).startsWith("CANCELLED");
  }

  @Test
  void aDirectoryWithoutARecordingIsToldAtOnce() {
    assertThatThrownBy(() -> await(ReplayTransport.load(vertx, directory)))
        .hasMessageContaining("no recording");
  }
}

package ai.bharatbuild.agents.llm;

import static ai.bharatbuild.agents.llm.ScriptedServer.await;

import ai.bharatbuild.agents.llm.ScriptedServer.Answer;
import ai.bharatbuild.agents.llm.wire.Endpoint;
import ai.bharatbuild.agents.llm.wire.HttpTransport;
import ai.bharatbuild.agents.llm.wire.Secret;
import ai.bharatbuild.agents.llm.wire.WireModel;
import ai.bharatbuild.json.Json;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** An adapter and a scripted server that speaks its protocol. */
abstract class LanguageModelHarness {
  static final String KEY = "sk-secret-0123456789";
  static final ModelNames NAMES =
      new ModelNames(Map.of(ModelRole.LARGE, "big-1", ModelRole.SMALL, "small-1"));
  static final Usage USAGE = new Usage(100, 20, 0, 40);
  static final Tool TOOL =
      new Tool(
          "read_file",
          "Reads a file",
          Json.MAPPER.createObjectNode().put("type", "object").put("additionalProperties", true));

  final Vertx vertx = Vertx.vertx();
  ScriptedServer server;
  LanguageModel model;
  final Dialect dialect = dialect();

  abstract Dialect dialect();

  @BeforeEach
  void start() {
    server = new ScriptedServer(vertx);
    model = model(ScriptedServer.SILENCE);
  }

  @AfterEach
  void stop() {
    await(vertx.close());
  }

  LanguageModel model(Duration silence) {
    Secret key = new Secret(KEY);
    Endpoint endpoint = server.endpoint(dialect, key, silence);
    return new WireModel(vertx, dialect.protocol(NAMES), new HttpTransport(vertx, endpoint), key);
  }

  static ModelRequest request() {
    return ModelRequest.ask(ModelRole.LARGE, "Be brief.", "Hello?", 500);
  }

  Answer text(String... texts) {
    return Answer.events(dialect.answer(List.of(texts), List.of(), StopReason.END_TURN, USAGE));
  }

  ModelException failure(LanguageModel asked, ModelRequest request) {
    try {
      ModelAnswer answer = await(ModelAnswer.collect(asked.stream(request)));
      throw new AssertionError("answered: " + answer);
    } catch (ModelException e) {
      return e;
    }
  }

  ModelException failure(Answer answer) {
    server.then(answer);
    return failure(model, request());
  }

  static JsonNode json(String text) {
    try {
      return Json.MAPPER.readTree(text);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}

package ai.bharatbuild.it;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.agents.script.MessagesServer;
import ai.bharatbuild.agents.script.MessagesServer.Reply;
import ai.bharatbuild.db.TestDatabase;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpClient;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Documents that are being made when the server is killed. */
class DocumentsKillIT {
  @TempDir Path temp;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final TestDatabase database = TestDatabase.create();
  private final AtomicBoolean hangs = new AtomicBoolean(true);
  private final MessagesServer model =
      new MessagesServer(
          request ->
              hangs.get() && request.encode().contains("Write the section “Scope”")
                  ? Reply.text("").hanging()
                  : Reply.text("It keeps fees ({{REQ-001}})."));
  private ServerChild server;
  private int starts;

  @BeforeEach
  void start() throws Exception {
    server =
        ServerChild.start(
            client,
            temp.resolve("jobs"),
            temp.resolve("log-" + ++starts),
            Map.of(
                "DATABASE_URL",
                database.url(),
                "DOCKER_SOCKET",
                temp.resolve("no-engine.sock").toString(),
                "ANTHROPIC_API_KEY",
                "sk-test",
                "ANTHROPIC_BASE_URL",
                model.base()));
    TestServer.eventually(this::projectsAnswer, answers -> answers);
  }

  private boolean projectsAnswer() throws Exception {
    try {
      return server.get("/api/v1/projects") != null;
    } catch (AssertionError e) {
      return false;
    }
  }

  @AfterEach
  void stop() throws Exception {
    server.stop();
    client.close();
    model.close();
    database.close();
  }

  private String project() throws Exception {
    JsonObject given =
        new JsonObject()
            .put("title", "Fee desk")
            .put("mode", "student")
            .put("description", "A desk for fees.");
    return server.post("/api/v1/projects", given).getString("id");
  }

  private static JsonObject asked(String project) {
    return new JsonObject()
        .put("project_id", project)
        .put("types", new JsonArray().add("idea").add("srs"))
        .put("formats", new JsonArray().add("md"));
  }

  private Events.Open generate(String project) throws Exception {
    var response =
        client.send(
            server.request("/api/v1/documents/generate/stream", asked(project)),
            BodyHandlers.ofInputStream());
    assertThat(response.statusCode()).isEqualTo(200);
    return new Events.Open(response);
  }

  private static JsonObject data(Events.Event event) {
    return event.json().getJsonObject("data");
  }

  private static List<String> types(List<Events.Event> events) {
    return events.stream().map(Events.Event::type).toList();
  }

  private long modelCalls() throws Exception {
    return server.get("/api/v1/usage").getJsonObject("total").getLong("model_calls");
  }

  @Test
  void theyAreFinishedByTheNextServerAndReadersGoOn() throws Exception {
    String project = project();
    List<Events.Event> before = new ArrayList<>();
    try (Events.Open stream = generate(project)) {
      do {
        before.add(stream.next());
      } while (!before.getLast().type().equals("document_complete"));
      // The second document's prose is waited for, and what the first cost is counted.
      TestServer.eventually(() -> model.requests().size(), size -> size == 2);
      TestServer.eventually(this::modelCalls, calls -> calls == 1);
      server.kill();
    }
    hangs.set(false);
    start();

    String events =
        "/api/v1/documents/generations/"
            + data(before.getFirst()).getString("generation_id")
            + "/events";
    List<Events.Event> after;
    try (Events.Open stream = server.follow(events, before.getLast().id())) {
      after = stream.toEnd().all();
    }
    assertThat(types(after))
        .containsExactly(
            "document_generating",
            "model_call",
            "document_prose",
            "document_progress",
            "document_complete",
            "all_documents_complete");
    List<Events.Event> whole;
    try (Events.Open stream = server.follow(events, 0)) {
      whole = stream.toEnd().all();
    }
    List<Events.Event> seen = new ArrayList<>(before);
    seen.addAll(after);
    assertThat(whole).isEqualTo(seen);
    for (int i = 0; i < whole.size(); i++) {
      assertThat(whole.get(i).id()).isEqualTo(i + 1);
    }

    JsonObject end = data(after.getLast());
    assertThat(end.getBoolean("success")).as(end.encode()).isTrue();
    assertThat(end.getInteger("made")).isEqualTo(2);
    JsonArray made = server.get("/api/v1/documents/list/" + project).getJsonArray("documents");
    assertThat(made).hasSize(3).allMatch(it -> ((JsonObject) it).getInteger("version") == 1);
    // One sum of what they cost, over both servers.
    TestServer.eventually(this::modelCalls, calls -> calls == 2);
    assertThat(end.getJsonObject("cost").getLong("calls")).isEqualTo(2);
    assertThat(end.getJsonObject("cost").getLong("tokens"))
        .isEqualTo(server.get("/api/v1/usage").getJsonObject("total").getLong("total_tokens"));
    // And nothing keeps the project busy.
    try (Events.Open stream = generate(project)) {
      assertThat(types(stream.toEnd().all())).endsWith("all_documents_complete");
    }
  }

  @Test
  void whenTheProjectIsGoneMeanwhileTheyEndHonestly() throws Exception {
    String project = project();
    String events;
    try (Events.Open stream = generate(project)) {
      events =
          "/api/v1/documents/generations/"
              + data(stream.next()).getString("generation_id")
              + "/events";
      TestServer.eventually(() -> model.requests().size(), size -> size == 2);
      server.kill();
    }
    database.query("delete from projects");
    hangs.set(false);
    start();
    try (Events.Open stream = server.follow(events, 0)) {
      List<Events.Event> all = stream.toEnd().all();
      assertThat(types(all)).containsOnlyOnce("all_documents_complete");
      JsonObject end = data(all.getLast());
      assertThat(end.getBoolean("success")).isFalse();
      assertThat(end.getInteger("made")).isEqualTo(1);
      assertThat(end.getInteger("failed")).isEqualTo(1);
      assertThat(types(all)).containsOnlyOnce("document_error");
    }
  }

  @Test
  void anOrderlyStopLeavesThemToTheNextServer() throws Exception {
    String project = project();
    try (Events.Open stream = generate(project)) {
      stream.until(it -> it.type().equals("document_complete"));
      TestServer.eventually(() -> model.requests().size(), size -> size == 2);
      server.stop();
    }
    hangs.set(false);
    start();
    JsonObject list =
        TestServer.eventually(
            () -> server.get("/api/v1/documents/list/" + project),
            it -> it.getInteger("total") == 3);
    assertThat(list.getJsonArray("documents"))
        .allMatch(it -> ((JsonObject) it).getInteger("version") == 1);
  }
}

package ai.bharatbuild.it;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.db.TestDatabase;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Documents of what a run verified in a real sandbox. */
class DocumentsIT {
  @TempDir Path base;

  private static JsonObject generate(TestServer server, String project, String... types)
      throws Exception {
    JsonArray wanted = new JsonArray();
    for (String type : types) {
      wanted.add(type);
    }
    JsonObject body =
        new JsonObject()
            .put("project_id", project)
            .put("types", wanted)
            .put("formats", new JsonArray().add("md"));
    HttpRequest request =
        HttpRequest.newBuilder(server.uri("/api/v1/documents/generate/stream"))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body.encode()))
            .build();
    try (Events.Open stream = server.stream(request)) {
      return stream
          .until(it -> it.type().equals("all_documents_complete"))
          .json()
          .getJsonObject("data");
    }
  }

  @Test
  void whatARunVerifiedIsTheEvidenceUntilAFileChanges() throws Exception {
    try (TestDatabase database = TestDatabase.create();
        TestServer server =
            TestServer.start(base.resolve("jobs"), Map.of("DATABASE_URL", database.url()))) {
      TestServer.eventually(() -> server.get("/api/v1/projects").status(), it -> it == 200);
      JsonObject given = new JsonObject().put("title", "A bakery").put("mode", "student");
      String project = server.post("/api/v1/projects", given).json().getString("id");
      String path = "/api/v1/projects/" + project;
      RunEvents run =
          RunEvents.of(
              server,
              "/api/v1/orchestrator/generate",
              new JsonObject().put("prompt", "a static site with html and css for a bakery"));
      try {
        assertThat(run.last().getString("type")).as(run.toString()).isEqualTo("complete");
        server.post(path + "/jobs", new JsonObject().put("job_id", run.job()));

        JsonObject some = generate(server, project, "srs", "ppt", "viva_qa");
        assertThat(some.getBoolean("verified")).as(some.encode()).isTrue();
        assertThat(some.getBoolean("project_completed")).isFalse();
        JsonObject all = generate(server, project, "project_report");
        assertThat(all.getBoolean("project_completed")).isTrue();
        assertThat(server.get(path).json().getString("status")).isEqualTo("completed");
        assertThat(server.get("/api/v1/documents/download/" + project + "/project_report").text())
            .contains("every command succeeded and the running program answered");

        server.post("/api/v1/jobs/" + run.job() + "/reopen");
        server.post(
            "/api/v1/jobs/" + run.job() + "/files",
            new JsonObject().put("path", "index.html").put("content", "<p>other</p>"));
        JsonObject changed = generate(server, project, "srs");
        assertThat(changed.getBoolean("verified")).isFalse();
        assertThat(server.get("/api/v1/documents/download/" + project + "/srs").text())
            .contains("Evidence is out of date");
      } finally {
        run.remove(server);
      }
    }
  }

  @Test
  void aFollowUpThatFailsTakesNoEvidenceAway() throws Exception {
    try (TestDatabase database = TestDatabase.create();
        CalculatorModel model = new CalculatorModel()) {
      Map<String, Object> settings = new HashMap<>(model.settings());
      settings.put("DATABASE_URL", database.url());
      try (TestServer server = TestServer.start(base.resolve("jobs"), settings)) {
        TestServer.eventually(() -> server.get("/api/v1/projects").status(), it -> it == 200);
        JsonObject given = new JsonObject().put("title", "A calculator").put("mode", "student");
        String project = server.post("/api/v1/projects", given).json().getString("id");
        JsonObject prompt = new JsonObject().put("prompt", "a calculator that adds");
        RunEvents run = RunEvents.of(server, "/api/v1/orchestrator/generate", prompt);
        server.post(
            "/api/v1/projects/" + project + "/jobs", new JsonObject().put("job_id", run.job()));
        model.calc = CalculatorModel.BAD;

        RunEvents failed =
            RunEvents.of(server, "/api/v1/orchestrator/generate", prompt.put("job_id", run.job()));

        assertThat(failed.last().getJsonObject("data").getBoolean("given_back"))
            .as(failed.toString())
            .isTrue();
        assertThat(generate(server, project, "srs").getBoolean("verified")).isTrue();
        run.remove(server);
      }
    }
  }
}

package ai.bharatbuild.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs without a language model, on a whole server with real sandboxes. */
class RunsIT {
  @TempDir Path base;
  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    server = TestServer.start(base.resolve("jobs"), Map.of());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private RunEvents generate(JsonObject body) throws Exception {
    return RunEvents.of(server, "/api/v1/orchestrator/generate", body);
  }

  @Test
  void aPromptBecomesATemplateThatIsProvenToWork() throws Exception {
    RunEvents events =
        generate(new JsonObject().put("prompt", "a static site with html and css for a bakery"));
    try {
      assertThat(events.last().getString("type")).as(events.toString()).isEqualTo("complete");
      assertThat(events.types()).containsOnlyOnce("complete").contains("plan", "file", "command");
      assertThat(events.first("plan").getString("author")).isEqualTo("template");
      JsonObject run = server.get("/api/v1/orchestrator/runs/" + events.run()).json();
      assertThat(run.getString("status")).isEqualTo("complete");
      JsonObject evidence = run.getJsonObject("evidence");
      assertThat(evidence.getBoolean("verified")).isTrue();
      assertThat(evidence.getString("image")).startsWith("sha256:");
      assertThat(evidence.getJsonObject("probe").getInteger("status")).isEqualTo(200);
      assertThat(server.get("/api/v1/jobs/" + events.job()).json().getString("status"))
          .isEqualTo("complete");
      assertThat(server.get("/api/v1/orchestrator/runs/" + events.run() + "/verification").text())
          .startsWith("# ");

      List<String> again =
          RunEvents.read(
                  server.get(
                      "/api/v1/orchestrator/runs/"
                          + events.run()
                          + "/events?last_event_id="
                          + (events.ids().getLast() - 2)))
              .types();
      assertThat(again).hasSize(2).endsWith("complete");
    } finally {
      events.remove(server);
    }
  }

  @Test
  void aPlanWaitsForItsApprovalAndIsTakenAsItWasChanged() throws Exception {
    JsonObject body =
        new JsonObject()
            .put("prompt", "a static html page")
            .put("detach", true)
            .put("options", new JsonObject().put("approve_plan", true));
    JsonObject begun = server.post("/api/v1/orchestrator/generate", body).json();
    String run = "/api/v1/orchestrator/runs/" + begun.getString("run_id");
    try {
      JsonObject waiting =
          TestServer.eventually(
              () -> server.get(run).json(), it -> it.getString("status").equals("waiting"));
      assertThat(waiting.getString("stage")).isEqualTo("approve");
      assertThat(server.get("/api/v1/jobs/" + begun.getString("job_id") + "/files").text())
          .doesNotContain("index.html");

      JsonObject plan = server.get(run + "/plan").json().put("name", "Changed by hand");
      assertThat(server.put(run + "/plan", plan.encode().getBytes()).status()).isEqualTo(200);
      JsonObject wrong = plan.copy();
      wrong.remove("tasks");
      assertThat(server.put(run + "/plan", wrong.encode().getBytes()).status()).isEqualTo(422);

      server.close();
      server = TestServer.start(base.resolve("jobs"), Map.of());
      assertThat(server.get(run).json().getString("status")).isEqualTo("waiting");

      assertThat(server.post(run + "/approve").status()).isEqualTo(202);
      RunEvents events = RunEvents.read(server.get(run + "/events"));
      assertThat(events.last().getString("type")).as(events.toString()).isEqualTo("complete");
      assertThat(server.get(run).json().getJsonObject("plan").getString("name"))
          .isEqualTo("Changed by hand");
      assertThat(server.post(run + "/approve").status()).isEqualTo(409);
      assertThat(server.post(run + "/resume").status()).isEqualTo(409);
    } finally {
      server.delete("/api/v1/containers/" + begun.getString("job_id"));
      server.delete("/api/v1/jobs/" + begun.getString("job_id"));
    }
    // Runs are removed once their job is gone.
    TestServer.eventually(() -> server.get(run).status(), status -> status == 404);
  }

  @Test
  void twoRunsAreNeverAtWorkOnOneJob() throws Exception {
    JsonObject options = new JsonObject().put("approve_plan", true);
    JsonObject body = new JsonObject().put("prompt", "a static html page").put("detach", true);
    JsonObject first =
        server.post("/api/v1/orchestrator/generate", body.copy().put("options", options)).json();
    String job = first.getString("job_id");
    String run = "/api/v1/orchestrator/runs/" + first.getString("run_id");
    try {
      TestServer.eventually(
          () -> server.get(run).json(), it -> it.getString("status").equals("waiting"));
      body.put("job_id", job);
      JsonObject second = server.post("/api/v1/orchestrator/generate", body).json();
      TestServer.Answer refused = server.post(run + "/approve");
      assertThat(refused.status()).as(refused.text()).isEqualTo(409);
      assertThat(refused.json().getString("code")).isEqualTo("run_active");
      assertThat(server.post(run + "/cancel").json().getString("status")).isEqualTo("cancelled");
      String other = "/api/v1/orchestrator/runs/" + second.getString("run_id");
      RunEvents events = RunEvents.read(server.get(other + "/events"));
      assertThat(events.last().getString("type")).as(events.toString()).isEqualTo("complete");
      JsonObject page = server.get("/api/v1/orchestrator/runs?limit=1&page=2&job_id=" + job).json();
      assertThat(page.getInteger("total")).isEqualTo(2);
      assertThat(page.getJsonArray("runs").getJsonObject(0).getString("run_id"))
          .isEqualTo(first.getString("run_id"));
      assertThat(server.get("/api/v1/orchestrator/runs").json().getInteger("total")).isEqualTo(2);
    } finally {
      server.delete("/api/v1/containers/" + job);
      server.delete("/api/v1/jobs/" + job);
    }
  }

  @Test
  void aRunIsCancelledAndNothingOfItGoesOn() throws Exception {
    JsonObject begun =
        server
            .post(
                "/api/v1/orchestrator/generate",
                new JsonObject().put("prompt", "a flask api in python").put("detach", true))
            .json();
    String run = "/api/v1/orchestrator/runs/" + begun.getString("run_id");
    String job = begun.getString("job_id");
    try {
      TestServer.eventually(
          () -> server.get(run).json(), it -> it.getString("stage").equals("verify"));
      JsonObject ended = server.post(run + "/cancel").json();
      assertThat(ended.getString("status")).isEqualTo("cancelled");
      RunEvents events = RunEvents.read(server.get(run + "/events"));
      assertThat(events.last().getString("type")).isEqualTo("cancelled");
      TestServer.Answer execs = server.get("/api/v1/containers/" + job + "/execs");
      if (execs.status() == 200) {
        assertThat(execs.text()).doesNotContain("\"running\"");
      }
      // What was written stays, and another run may go on with it.
      JsonObject next = server.post(run + "/resume").json();
      RunEvents more =
          RunEvents.read(
              server.get("/api/v1/orchestrator/runs/" + next.getString("run_id") + "/events"));
      assertThat(more.last().getString("type")).as(more.toString()).isEqualTo("complete");
      assertThat(more.types()).doesNotContain("plan", "file");
    } finally {
      server.delete("/api/v1/containers/" + job);
      server.delete("/api/v1/jobs/" + job);
    }
  }

  @Test
  void aRunThatAStopInterruptedGoesOnFromItsStage() throws Exception {
    JsonObject begun =
        server
            .post(
                "/api/v1/orchestrator/generate",
                new JsonObject().put("prompt", "a flask api in python").put("detach", true))
            .json();
    String run = "/api/v1/orchestrator/runs/" + begun.getString("run_id");
    String job = begun.getString("job_id");
    try {
      TestServer.eventually(
          () -> server.get(run).json(), it -> it.getString("stage").equals("verify"));
      server.close();
      server = TestServer.start(base.resolve("jobs"), Map.of());
      RunEvents events = RunEvents.read(server.get(run + "/events"));
      assertThat(events.last().getString("type")).as(events.toString()).isEqualTo("complete");
      assertThat(events.types()).contains("resumed").containsOnlyOnce("complete", "plan");
      assertThat(events.ids()).isSorted().doesNotHaveDuplicates();
      assertThat(events.ids().getFirst()).isEqualTo(1);
      assertThat((long) events.ids().size()).isEqualTo(events.ids().getLast());
    } finally {
      server.delete("/api/v1/containers/" + job);
      server.delete("/api/v1/jobs/" + job);
    }
  }

  @Test
  void whatCannotBeDoneIsSaid() throws Exception {
    assertThat(server.post("/api/v1/orchestrator/generate", new JsonObject()).status())
        .isEqualTo(422);
    assertThat(
            server
                .post(
                    "/api/v1/orchestrator/generate",
                    new JsonObject().put("prompt", "x").put("project_type", "cobol"))
                .text())
        .contains("project_type must be one of");
    assertThat(server.get("/api/v1/orchestrator/runs/no-such.1").status()).isEqualTo(404);
    assertThat(server.get("/api/v1/orchestrator/runs/nonsense").status()).isEqualTo(404);
    JsonObject job =
        server.post("/api/v1/jobs/create", new JsonObject().put("project_name", "empty")).json();
    RunEvents events =
        RunEvents.of(
            server,
            "/api/v1/orchestrator/fix",
            new JsonObject().put("job_id", job.getString("job_id")));
    assertThat(events.last().getString("type")).isEqualTo("failed");
    assertThat(events.last().getJsonObject("data").getString("code")).isEqualTo("nothing_to_fix");
    assertThat(server.get("/api/v1/orchestrator/runs").json().getInteger("total")).isEqualTo(1);
    events.remove(server);
  }
}

package ai.bharatbuild.projects;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.db.TestDatabase;
import ai.bharatbuild.events.DomainEvent;
import ai.bharatbuild.events.Heard;
import ai.bharatbuild.it.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The calls on projects and tasks, on a whole server without an engine. */
class ProjectsApiTest {
  private static final String PROJECTS = "/api/v1/projects";
  @TempDir static Path base;
  private static TestDatabase database;
  private static TestServer server;

  @BeforeAll
  static void start() throws Exception {
    database = TestDatabase.create();
    server =
        TestServer.start(
            base.resolve("jobs"),
            Map.of(
                "DATABASE_URL",
                database.url(),
                "DOCKER_SOCKET",
                base.resolve("no-engine.sock").toString()));
    TestServer.eventually(() -> server.get(PROJECTS).status(), status -> status == 200);
  }

  @AfterAll
  static void stop() {
    server.close();
    database.close();
  }

  private static String create(String title) throws Exception {
    TestServer.Answer made =
        server.post(PROJECTS, new JsonObject().put("title", title).put("mode", "developer"));
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    return made.json().getString("id");
  }

  private static TestServer.Answer put(String id, JsonObject body) throws Exception {
    return server.put(PROJECTS + "/" + id, body.toBuffer().getBytes());
  }

  @Test
  void aProjectIsMadeReadChangedAndDeleted() throws Exception {
    TestServer.Answer made =
        server.post(
            PROJECTS,
            new JsonObject()
                .put("title", "Library management")
                .put("mode", "student")
                .put("framework", "Spring Boot")
                .put("tech_stack", new JsonArray().add("java").add("postgres"))
                .put("config", new JsonObject().put("theme", "dark")));
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    String id = made.json().getString("id");
    JsonObject read = server.get(PROJECTS + "/" + id).json();
    assertThat(read).isEqualTo(made.json());
    assertThat(read.getString("status")).isEqualTo("draft");
    assertThat(read.getJsonObject("config").getString("theme")).isEqualTo("dark");

    JsonObject changed =
        put(
                id,
                new JsonObject()
                    .put("title", "Library")
                    .put("framework", "")
                    .put("status", "in_progress")
                    .put("progress", 30))
            .json();
    assertThat(changed.getString("title")).isEqualTo("Library");
    assertThat(changed.getValue("framework")).isNull();
    assertThat(changed.getInteger("progress")).isEqualTo(30);
    assertThat(changed.getJsonArray("tech_stack")).hasSize(2);

    assertThat(server.delete(PROJECTS + "/" + id).status()).isEqualTo(204);
    assertThat(server.get(PROJECTS + "/" + id).status()).isEqualTo(404);
    assertThat(server.delete(PROJECTS + "/" + id).status()).isEqualTo(404);
  }

  @Test
  void wrongProjectsAreRefusedWithEveryReason() throws Exception {
    TestServer.Answer answer =
        server.post(
            PROJECTS,
            new JsonObject().put("title", "ab").put("mode", "hacker").put("tech_stack", "java"));
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.json().getJsonArray("errors")).hasSize(3);
    assertThat(server.post(PROJECTS, new JsonObject()).json().getJsonArray("errors")).hasSize(2);
    assertThat(
            server
                .post(
                    PROJECTS, new JsonObject().put("title", "a\0b and more").put("mode", "student"))
                .status())
        .isEqualTo(422);
    assertThat(server.get(PROJECTS + "/nonsense").status()).isEqualTo(404);
    assertThat(server.get(PROJECTS + "?status=lost").status()).isEqualTo(422);
    assertThat(server.get(PROJECTS + "?limit=101").status()).isEqualTo(422);
  }

  @Test
  void statesFollowTheirTable() throws Exception {
    String id = create("A project with states");
    assertThat(put(id, new JsonObject().put("status", "completed")).json().getString("code"))
        .isEqualTo("invalid_transition");
    assertThat(put(id, new JsonObject().put("status", "processing")).json().getString("code"))
        .isEqualTo("invalid_transition");
    assertThat(put(id, new JsonObject().put("status", "draft")).status()).isEqualTo(200);
    assertThat(put(id, new JsonObject().put("status", "in_progress")).status()).isEqualTo(200);
    JsonObject done = put(id, new JsonObject().put("status", "completed")).json();
    assertThat(done.getString("completed_at")).isNotNull();
    JsonObject again = put(id, new JsonObject().put("status", "in_progress")).json();
    assertThat(again.getValue("completed_at")).isNull();
  }

  @Test
  void projectsAreListedFilteredAndPaged() throws Exception {
    String marker = "m" + UUID.randomUUID();
    for (int i = 0; i < 5; i++) {
      create("100%_" + i + " " + marker);
    }
    JsonObject first = server.get(PROJECTS + "?limit=2&search=" + marker).json();
    assertThat(first.getInteger("total")).isEqualTo(5);
    assertThat(first.getInteger("pages")).isEqualTo(3);
    assertThat(titles(first)).containsExactly("100%_4 " + marker, "100%_3 " + marker);
    JsonObject last = server.get(PROJECTS + "?limit=2&page=3&search=" + marker).json();
    assertThat(titles(last)).containsExactly("100%_0 " + marker);
    // Characters that mean something in a pattern mean themselves.
    assertThat(server.get(PROJECTS + "?search=%25_3%20" + marker).json().getInteger("total"))
        .isEqualTo(1);
    assertThat(server.get(PROJECTS + "?search=%25%25" + marker).json().getInteger("total"))
        .isZero();
    assertThat(
            server
                .get(PROJECTS + "?status=draft&mode=student&search=" + marker)
                .json()
                .getInteger("total"))
        .isZero();
  }

  private static List<String> titles(JsonObject page) {
    return page.getJsonArray("projects").stream()
        .map(project -> ((JsonObject) project).getString("title"))
        .toList();
  }

  @Test
  void anotherAccountsProjectIsNotThere() throws Exception {
    try (TestDatabase other = TestDatabase.create()) {
      Projects projects = new Projects(other.pool());
      UUID mine =
          other
              .query(
                  "insert into projects (user_id, title, mode) select id, 'Mine', 'college'"
                      + " from users returning id")
              .iterator()
              .next()
              .getUUID(0);
      UUID stranger = UUID.randomUUID();
      ProjectFields change = ProjectFields.forChange(null);
      for (var call :
          List.of(
              projects.get(mine, stranger),
              projects.change(mine, stranger, change),
              projects.delete(mine, stranger))) {
        assertThat(call.toCompletionStage().toCompletableFuture())
            .failsWithin(java.time.Duration.ofSeconds(10))
            .withThrowableOfType(java.util.concurrent.ExecutionException.class)
            .withMessageContaining("not_found");
      }
    }
  }

  @Test
  void jobsAreLinkedAndUnlinked() throws Exception {
    String id = create("A project with jobs");
    String path = PROJECTS + "/" + id + "/jobs";
    JsonObject fresh = server.post(path).json();
    String job = fresh.getString("job_id");
    assertThat(server.get("/api/v1/jobs/" + job).json().getString("project_name"))
        .isEqualTo("A project with jobs");
    String own = TestServer.newId();
    server.post(
        "/api/v1/jobs/create", new JsonObject().put("project_name", "x").put("job_id", own));
    assertThat(server.post(path, new JsonObject().put("job_id", own)).status()).isEqualTo(201);
    assertThat(server.post(path, new JsonObject().put("job_id", "not-there")).status())
        .isEqualTo(404);
    JsonArray jobs = server.get(path).json().getJsonArray("jobs");
    assertThat(jobs.stream().map(it -> ((JsonObject) it).getString("job_id")))
        .containsExactly(own, job);
    server.delete("/api/v1/jobs/" + own);
    assertThat(server.get(path).json().getJsonArray("jobs").getJsonObject(0).getString("state"))
        .isEqualTo("gone");
    assertThat(server.delete(path + "/" + own).status()).isEqualTo(204);
    assertThat(server.delete(path + "/" + own).status()).isEqualTo(404);
  }

  @Test
  void documentsAreKeptInVersionsWithTheirBytes() throws Exception {
    String project = create("A project with papers");
    String path = PROJECTS + "/" + project + "/documents";
    byte[] bytes = "%PDF \0 not really".getBytes();
    String query = "?type=srs&title=Requirements&file_name=srs.pdf";
    TestServer.Answer kept = server.send("POST", path + query, BodyPublishers.ofByteArray(bytes));
    assertThat(kept.status()).as(kept.text()).isEqualTo(201);
    String document = path + "/" + kept.json().getString("id");
    assertThat(server.get(document).json()).isEqualTo(kept.json());
    assertThat(server.get(document + "/content").bytes()).isEqualTo(bytes);
    JsonObject second =
        server.send("POST", path + query, BodyPublishers.ofByteArray(new byte[0])).json();
    assertThat(second.getInteger("version")).isEqualTo(2);
    JsonObject list = server.get(path).json();
    assertThat(list.getInteger("total")).isEqualTo(2);
    assertThat(list.getJsonArray("documents").getJsonObject(0).getInteger("version")).isEqualTo(2);
    assertThat(
            server
                .send("POST", path + "?type=SRS&title=x&file_name=y", BodyPublishers.noBody())
                .status())
        .isEqualTo(422);
    assertThat(server.delete(document).status()).isEqualTo(204);
    assertThat(server.get(document + "/content").status()).isEqualTo(404);
    assertThat(server.get(document).status()).isEqualTo(404);
    Path bytesOfAll = base.resolve("jobs/.state/data/objects/objects/documents/" + project);
    assertThat(bytesOfAll).isNotEmptyDirectory();
    assertThat(server.delete(PROJECTS + "/" + project).status()).isEqualTo(204);
    TestServer.eventually(() -> bytesOfAll.toFile().list().length, left -> left == 0);
  }

  @Test
  void messagesAreKeptInOrder() throws Exception {
    String path = PROJECTS + "/" + create("A project with words") + "/messages";
    for (String words : List.of("one", "two", "three")) {
      assertThat(server.post(path, new JsonObject().put("content", words)).status()).isEqualTo(201);
    }
    JsonObject page = server.get(path + "?limit=2").json();
    assertThat(page.getInteger("total")).isEqualTo(3);
    assertThat(page.getJsonArray("messages").getJsonObject(1).getString("content"))
        .isEqualTo("two");
    assertThat(server.post(path, new JsonObject().put("content", "")).status()).isEqualTo(422);
  }

  @Test
  void workIsQueuedFollowedCancelledAndTriedAgain() throws Exception {
    String id = create("A project to build");
    String path = PROJECTS + "/" + id;
    assertThat(server.post(path + "/execute").json().getString("code")).isEqualTo("no_job");
    String job = server.post(path + "/jobs").json().getString("job_id");
    server.post(
        "/api/v1/jobs/" + job + "/files",
        new JsonObject().put("path", "main.py").put("content", "print(1)"));
    assertThat(server.post(path + "/execute", new JsonObject().put("kind", "dance")).status())
        .isEqualTo(422);
    Heard<DomainEvent> heard = server.hear();
    TestServer.Answer queued = server.post(path + "/execute");
    assertThat(queued.status()).as(queued.text()).isEqualTo(202);
    String task = "/api/v1/tasks/" + queued.json().getString("task_id");
    assertThat(server.get(path).json().getString("status")).isEqualTo("processing");
    assertThat(put(id, new JsonObject().put("status", "cancelled")).json().getString("code"))
        .isEqualTo("project_busy");
    assertThat(server.post(path + "/execute").json().getString("code")).isEqualTo("project_busy");
    // Without an engine the attempt fails, and is made again later.
    JsonObject waiting =
        TestServer.eventually(
            () -> server.get(task).json(),
            now -> now.getInteger("attempts") == 1 && now.getString("error") != null);
    assertThat(waiting.getString("status")).isEqualTo("pending");
    assertThat(server.post(task + "/cancel").status()).isEqualTo(200);
    // At once while it waits; when its worker has stopped if that has just begun again.
    TestServer.eventually(() -> server.get(task).json().getString("status"), "cancelled"::equals);
    assertThat(server.get(path).json().getString("status")).isEqualTo("cancelled");
    assertThat(heard.next(event -> "cancelled".equals(event.data().get("status"))).data())
        .containsEntry("project_id", id);
    assertThat(server.post(task + "/cancel").json().getString("status")).isEqualTo("cancelled");
    assertThat(server.post(task + "/retry").status()).isEqualTo(202);
    assertThat(server.post(task + "/retry").json().getString("code"))
        .isEqualTo("task_not_retriable");
    assertThat(server.get("/api/v1/tasks?project_id=" + id).json().getInteger("total"))
        .isEqualTo(1);
    assertThat(server.get("/api/v1/tasks?status=nothing").status()).isEqualTo(422);
    assertThat(server.delete(path).status()).isEqualTo(204);
    assertThat(server.get(task).status()).isEqualTo(404);
  }
}

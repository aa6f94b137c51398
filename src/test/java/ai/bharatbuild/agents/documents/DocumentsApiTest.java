package ai.bharatbuild.agents.documents;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.agents.documents.facts.Facts;
import ai.bharatbuild.db.TestDatabase;
import ai.bharatbuild.it.Events;
import ai.bharatbuild.it.TestServer;
import ai.bharatbuild.projects.Documents;
import ai.bharatbuild.projects.Project;
import ai.bharatbuild.projects.Projects;
import ai.bharatbuild.storage.local.LocalObjectStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.poi.xwpf.extractor.XWPFWordExtractor;
import org.apache.poi.xwpf.usermodel.XWPFDocument;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The calls on documents, on a whole server without an engine. */
class DocumentsApiTest {
  private static final String DOCUMENTS = "/api/v1/documents";
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
    TestServer.eventually(() -> server.get("/api/v1/projects").status(), status -> status == 200);
  }

  @AfterAll
  static void stop() {
    server.close();
    database.close();
  }

  private static String project(String title) throws Exception {
    JsonObject given =
        new JsonObject()
            .put("title", title)
            .put("mode", "student")
            .put("description", "A desk for fees.");
    return server.post("/api/v1/projects", given).json().getString("id");
  }

  /** A job with the sample's plan and files, but for the page's script. */
  private static String job(String project) throws Exception {
    JsonObject link = server.post("/api/v1/projects/" + project + "/jobs", new JsonObject()).json();
    String job = link.getString("job_id");
    write(job, "plan.json", Samples.PLAN);
    for (var file : Samples.FILES) {
      if (!file.path().equals("plan.json") && !file.path().equals("public/app.js")) {
        write(job, file.path(), "line\n".repeat(file.lines()));
      }
    }
    return job;
  }

  private static void write(String job, String path, String content) throws Exception {
    JsonObject file = new JsonObject().put("path", path).put("content", content);
    assertThat(server.post("/api/v1/jobs/" + job + "/files", file).status()).isIn(200, 201);
  }

  private static HttpRequest request(JsonObject body) {
    return HttpRequest.newBuilder(server.uri(DOCUMENTS + "/generate/stream"))
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body.encode()))
        .build();
  }

  private static List<Events.Event> generate(String project, List<String> types, String... formats)
      throws Exception {
    JsonObject body =
        new JsonObject().put("project_id", project).put("types", new JsonArray(types));
    if (formats.length > 0) {
      body.put("formats", new JsonArray(List.of(formats)));
    }
    List<Events.Event> all = new ArrayList<>();
    try (Events.Open stream = server.stream(request(body))) {
      for (Events.Event event = stream.next(); event != null; event = stream.next()) {
        all.add(event);
      }
    }
    return all;
  }

  private static JsonObject end(List<Events.Event> events) {
    assertThat(events.stream().filter(it -> it.type().equals("all_documents_complete"))).hasSize(1);
    assertThat(events.getLast().type()).isEqualTo("all_documents_complete");
    return events.getLast().json().getJsonObject("data");
  }

  private static Map<String, byte[]> archive(String project) throws Exception {
    Map<String, byte[]> files = new TreeMap<>();
    byte[] bytes = server.get(DOCUMENTS + "/download-all/" + project).bytes();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        files.put(entry.getName(), zip.readAllBytes());
      }
    }
    return files;
  }

  private static String word(byte[] bytes) throws IOException {
    try (XWPFDocument document = new XWPFDocument(new ByteArrayInputStream(bytes));
        XWPFWordExtractor text = new XWPFWordExtractor(document)) {
      return text.getText();
    }
  }

  @Test
  void typesAreToldToAnybody() throws Exception {
    JsonArray types = server.get(DOCUMENTS + "/types").json().getJsonArray("types");
    assertThat(types).hasSize(8);
    assertThat(types.getJsonObject(2).getString("type")).isEqualTo("srs");
    assertThat(types.getJsonObject(2).getJsonArray("formats")).containsExactly("docx", "pdf", "md");
  }

  @Test
  void documentsTellWhatIsInTheWorkspaceAndAreDownloaded() throws Exception {
    String project = project("Fee desk / फीस");
    job(project);

    List<Events.Event> events = generate(project, List.of("srs", "ppt"), "docx", "md", "pptx");

    assertThat(events.stream().map(Events.Event::type))
        .containsExactly(
            "documents_starting",
            "document_generating",
            "document_progress",
            "document_complete",
            "document_progress",
            "document_complete",
            "document_generating",
            "document_progress",
            "document_complete",
            "document_progress",
            "document_complete",
            "all_documents_complete");
    assertThat(events.stream().map(Events.Event::id)).isSorted().doesNotHaveDuplicates();
    JsonObject end = end(events);
    assertThat(end.getBoolean("success")).isTrue();
    assertThat(end.getInteger("made")).isEqualTo(4);
    assertThat(end.getInteger("requirements")).isEqualTo(7);
    assertThat(end.getInteger("drift")).isEqualTo(2);
    assertThat(end.getBoolean("verified")).isFalse();

    TestServer.Answer srs = server.get(DOCUMENTS + "/download/" + project + "/srs?format=docx");
    assertThat(srs.header("Content-Disposition")).contains("srs.docx").contains("attachment");
    assertThat(word(srs.bytes()))
        .contains("REQ-003", "public/app.js, which does not exist", "not verified yet")
        .contains("2.1 Product perspective");
    assertThat(server.get(DOCUMENTS + "/download/" + project + "/srs").text())
        .startsWith("# Software requirements specification");
    assertThat(server.get(DOCUMENTS + "/download/" + project + "/sds").status()).isEqualTo(404);
    assertThat(server.get(DOCUMENTS + "/download/" + project + "/srs?format=doc").status())
        .isEqualTo(422);
    assertThat(archive(project).keySet())
        .containsExactlyInAnyOrder(
            "fee-desk-फीस-ppt.md",
            "fee-desk-फीस-ppt.pptx",
            "fee-desk-फीस-srs.docx",
            "fee-desk-फीस-srs.md",
            "fee-desk-फीस-traceability.json");
    assertThat(server.get(DOCUMENTS + "/list/" + project).json().getInteger("total")).isEqualTo(5);
  }

  @Test
  void idsOfRequirementsStayFromOneTimeToTheNext() throws Exception {
    String project = project("Ids that stay");
    String job = job(project);
    end(generate(project, List.of("prd"), "md"));
    String plan =
        Samples.PLAN.replace(
            "{ \"id\": \"T1\", ",
            "{ \"id\": \"T0\", \"title\": \"Begin anew\" }, { \"id\": \"T1\", ");
    write(job, "plan.json", plan);
    write(job, "public/app.js", "there();\n");

    JsonObject end = end(generate(project, List.of("prd"), "md"));

    assertThat(end.getInteger("drift")).isZero();
    assertThat(server.get(DOCUMENTS + "/download/" + project + "/prd?format=md").text())
        .contains("| REQ-001 | Keep students and what they owe |")
        .contains("| REQ-008 | Begin anew |");
    JsonArray documents =
        server.get(DOCUMENTS + "/list/" + project).json().getJsonArray("documents");
    assertThat(documents).allMatch(it -> ((JsonObject) it).getInteger("version") == 2);
  }

  @Test
  void aProjectWithoutAJobHasDocumentsOfItsDescription() throws Exception {
    String project = project("Nothing yet");
    JsonObject end = end(generate(project, List.of("idea"), "md"));
    assertThat(end.getInteger("requirements")).isEqualTo(1);
    assertThat(server.get(DOCUMENTS + "/download/" + project + "/idea").text())
        .contains("A desk for fees.");
  }

  @Test
  void aPlanThatCannotBeReadIsDrift() throws Exception {
    String project = project("A broken plan");
    String job = job(project);
    write(job, "plan.json", "{\"name\": 1}");
    end(generate(project, List.of("srs"), "md"));
    assertThat(server.get(DOCUMENTS + "/download/" + project + "/srs").text())
        .contains("Plan cannot be read");
  }

  @Test
  void whatWasBegunIsFinishedWhenTheReaderLeaves() throws Exception {
    String project = project("Nobody waits");
    job(project);
    JsonObject body =
        new JsonObject()
            .put("project_id", project)
            .put("types", new JsonArray().add("uml").add("sds"));
    try (Events.Open stream = server.stream(request(body))) {
      assertThat(stream.next().type()).isEqualTo("documents_starting");
      // Only one at a time.
      TestServer.Answer busy = server.post(DOCUMENTS + "/generate/stream", body);
      assertThat(busy.code()).isEqualTo("documents_busy");
    }
    TestServer.eventually(
        () -> server.get(DOCUMENTS + "/list/" + project).json().getInteger("total"),
        total -> total == 3);
  }

  private static HttpRequest follow(String generation, long after) {
    return HttpRequest.newBuilder(server.uri(DOCUMENTS + "/generations/" + generation + "/events"))
        .header("Last-Event-ID", Long.toString(after))
        .build();
  }

  private static List<Events.Event> all(HttpRequest request) throws Exception {
    try (Events.Open stream = server.stream(request)) {
      return stream.toEnd().all();
    }
  }

  @Test
  void readersGoOnWhereTheyWereAlsoAfterTheEnd() throws Exception {
    String project = project("Readers come and go");
    job(project);
    JsonObject body =
        new JsonObject().put("project_id", project).put("types", new JsonArray().add("srs"));
    String generation;
    try (Events.Open stream = server.stream(request(body))) {
      generation = stream.next().json().getJsonObject("data").getString("generation_id");
    }
    List<Events.Event> rest = all(follow(generation, 1));
    assertThat(rest.getFirst().id()).isEqualTo(2);
    end(rest);

    assertThat(all(follow(generation, 0)).subList(1, rest.size() + 1)).isEqualTo(rest);
    assertThat(all(follow(generation, rest.getLast().id() - 1))).containsExactly(rest.getLast());
    assertThat(all(follow(generation, 1_000))).isEmpty();
    String other = DOCUMENTS + "/generations/" + UUID.randomUUID() + "/events";
    assertThat(server.get(other).status()).isEqualTo(404);
    assertThat(server.get(DOCUMENTS + "/generations/..%2Fx/events").status()).isEqualTo(404);
  }

  @Test
  void withoutAModelADocumentSaysThatItIsATemplate() throws Exception {
    String project = project("No key");
    List<Events.Event> events = generate(project, List.of("srs", "ppt"), "md");
    assertThat(events.stream().map(Events.Event::type)).doesNotContain("document_prose");
    for (String type : List.of("srs", "ppt")) {
      assertThat(server.get(DOCUMENTS + "/download/" + project + "/" + type).text())
          .contains("no language model is configured");
    }
  }

  @Test
  void wrongRequestsAreRefused() throws Exception {
    String project = project("Refusals");
    JsonObject unknown = new JsonObject().put("project_id", UUID.randomUUID().toString());
    assertThat(server.post(DOCUMENTS + "/generate/stream", unknown).status()).isEqualTo(404);
    JsonObject wrong =
        new JsonObject()
            .put("project_id", "x")
            .put("types", new JsonArray().add("poem"))
            .put("formats", new JsonArray().add("doc"));
    TestServer.Answer refused = server.post(DOCUMENTS + "/generate/stream", wrong);
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.json().getJsonArray("errors")).hasSize(3);
    JsonObject none =
        new JsonObject()
            .put("project_id", project)
            .put("types", new JsonArray().add("ppt"))
            .put("formats", new JsonArray().add("pdf"));
    assertThat(server.post(DOCUMENTS + "/generate/stream", none).text()).contains("pptx, md");
    JsonObject dear =
        new JsonObject()
            .put("project_id", project)
            .put("options", new JsonObject().put("max_tokens", 0));
    assertThat(server.post(DOCUMENTS + "/generate/stream", dear).text()).contains("max_tokens");
    assertThat(server.get(DOCUMENTS + "/download-all/" + project).status()).isEqualTo(404);
    assertThat(server.get(DOCUMENTS + "/list/" + UUID.randomUUID()).status()).isEqualTo(404);
  }

  /**
   * With evidence that is made up, so the parts are put together here; DocumentsIT has real
   * evidence.
   */
  private static String statusAfter(Vertx vertx, String title, Facts facts) throws Exception {
    String id = project(title);
    Projects projects = new Projects(database.pool());
    Documents documents =
        new Documents(
            database.pool(),
            TestDatabase.await(LocalObjectStore.open(vertx, base.resolve("objects-" + id))));
    UUID account =
        UUID.fromString(server.get("/api/v1/projects/" + id).json().getString("user_id"));
    Project project = TestDatabase.await(projects.get(UUID.fromString(id), account));
    FactsSource source = (p, owner, ids, at) -> Future.succeededFuture(facts);
    DocumentParts parts = new DocumentParts(projects, documents, source);
    List<Wanted> wanted =
        DocumentKind.COMPLETING.stream().map(it -> new Wanted(it, List.of(Format.MD))).toList();
    GenerationRequest request =
        new GenerationRequest(
            "made-up", project.id(), account, null, "local", wanted, Samples.AT, 1, 1);
    try (Journal journal = new Journals(base.resolve("journals-" + id)).open("made-up")) {
      GenerationLog log = new GenerationLog(journal, Journal.Past.none(request), event -> {});
      new Generation(
              parts, vertx.createSharedWorkerExecutor("documents"), request, log, null, () -> {})
          .run(() -> project);
    }
    return server.get("/api/v1/projects/" + id).json().getString("status");
  }

  @Test
  void onlyAVerifiedProjectIsCompletedByItsDocuments() throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      assertThat(statusAfter(vertx, "Seen to work", Samples.whole())).isEqualTo("completed");
      Facts unseen = Facts.of(Samples.given(Samples.FILES, null));
      assertThat(statusAfter(vertx, "Not seen to work", unseen)).isEqualTo("draft");
      Facts stale =
          Facts.of(Samples.given(Samples.FILES.subList(0, 7), Samples.verification(Samples.FILES)));
      assertThat(statusAfter(vertx, "Changed since", stale)).isEqualTo("draft");
    } finally {
      TestDatabase.await(vertx.close());
    }
  }

  @Test
  void aNameThatLeadsOutOfTheArchiveDoesNot() throws Exception {
    String project = project("Names of others");
    String query = "?type=other&title=x&file_name=..%2F..%2Fevil.txt";
    server.send(
        "POST",
        "/api/v1/projects/" + project + "/documents" + query,
        BodyPublishers.ofString("bytes"));
    Map<String, byte[]> files = archive(project);
    assertThat(files.keySet()).allMatch(name -> !name.contains("/") && !name.startsWith("."));
    assertThat(new String(files.values().iterator().next(), StandardCharsets.UTF_8))
        .isEqualTo("bytes");
  }
}

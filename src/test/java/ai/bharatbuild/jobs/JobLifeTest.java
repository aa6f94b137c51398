package ai.bharatbuild.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.jobs.JobServer.Reply;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobLifeTest {
  @TempDir Path temp;
  private Path base;
  private JobServer server;

  @BeforeEach
  void start() throws Exception {
    base = temp.resolve("jobs");
    server = new JobServer(base);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Map<String, String> zip(String id) throws Exception {
    HttpResponse<byte[]> response = server.bytes(server.request("/" + id + "/download").GET());
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/zip");
    Map<String, String> entries = new TreeMap<>();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(response.body()))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        entries.put(entry.getName(), new String(in.readAllBytes(), UTF_8));
      }
    }
    return entries;
  }

  @Test
  void createsWithTheDocumentedShape() throws Exception {
    Reply reply = server.post("/create", new JsonObject().put("project_name", "my app"));
    JsonObject job = reply.json();

    assertThat(reply.status()).isEqualTo(201);
    assertThat(job.getString("job_id")).matches("[a-z0-9]{12,48}");
    assertThat(reply.header("Location")).isEqualTo("/api/v1/jobs/" + job.getString("job_id"));
    assertThat(job.getString("user_id")).isEqualTo("local");
    assertThat(job.getString("project_name")).isEqualTo("my app");
    assertThat(job.getString("status")).isEqualTo("generating");
    assertThat(job.getInteger("files_count")).isZero();
    assertThat(job.getDouble("total_size_mb")).isZero();
    assertThat(job.getString("created_at")).endsWith("Z");
    assertThat(job.getBoolean("zip_ready")).isFalse();
    assertThat(job.containsKey("download_url")).isTrue();
    assertThat(job.getString("download_url")).isNull();
    assertThat(server.get("/" + job.getString("job_id")).json()).isEqualTo(job);
    assertThat(base.resolve(job.getString("job_id")).resolve(".job_metadata.json")).exists();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../x", "..", "", "A", "a--b", "-a", "a-", "a.b", "create", "admin", "a/b"})
  void refusesBadIds(String id) throws Exception {
    Reply reply =
        server.post("/create", new JsonObject().put("project_name", "x").put("job_id", id));
    assertThat(reply.status()).isEqualTo(422);
    assertThat(reply.code()).isEqualTo("validation_failed");
    assertThat(reply.json().getJsonArray("errors").getJsonObject(0).getJsonArray("loc"))
        .isEqualTo(new JsonArray(List.of("body", "job_id")));
  }

  @Test
  void idsAreTakenUntilTheyAreFree() throws Exception {
    server.create("one");
    Reply taken =
        server.post("/create", new JsonObject().put("project_name", "x").put("job_id", "one"));
    assertThat(taken.status()).isEqualTo(409);
    assertThat(taken.code()).isEqualTo("id_taken");
    server.write("one", "old", "old");
    Reply deleted = server.delete("/one");
    assertThat(deleted.json())
        .isEqualTo(new JsonObject().put("success", true).put("message", "Job one deleted"));
    assertThat(server.get("/one").status()).isEqualTo(404);
    assertThat(base.resolve("one")).doesNotExist();
    server.create("one");
    assertThat(server.get("/one/files").paths()).isEmpty();
  }

  @Test
  void unknownAndMalformedAreToldApart() throws Exception {
    assertThat(server.get("/none").status()).isEqualTo(404);
    assertThat(server.get("/NOT-an-id").status()).isEqualTo(404);
    assertThat(server.delete("/%2e%2e").status()).isEqualTo(404);
    assertThat(server.post("/create", "{").code()).isEqualTo("malformed_json");
    assertThat(server.post("/create", "{}").code()).isEqualTo("validation_failed");
    assertThat(server.post("/create", "{\"project_name\":7}").status()).isEqualTo(422);
    assertThat(
            server
                .send(
                    server
                        .request("/create")
                        .header("Content-Type", "text/plain")
                        .POST(java.net.http.HttpRequest.BodyPublishers.ofString("x")))
                .status())
        .isEqualTo(415);
    assertThat(base).exists();
  }

  @Test
  void completesOnceAndKeepsWhatWasThere() throws Exception {
    String id = server.create("done");
    server.write(id, ".gitignore", "node_modules");
    server.write(id, "src/run.sh", "#!/bin/sh");
    Path script = base.resolve("done/src/run.sh");
    assertThat(script.toFile().setExecutable(true, false)).isTrue();
    Files.createDirectories(base.resolve("done/empty/inner"));
    Files.createSymbolicLink(base.resolve("done/link"), Path.of("/etc/passwd"));
    Files.createDirectories(base.resolve("done/node_modules/x"));
    Files.writeString(base.resolve("done/node_modules/x/index.js"), "dep");
    assertThat(server.get("/done/download").code()).isEqualTo("job_not_complete");

    Reply first = server.post("/done/complete", null);
    Reply second = server.post("/done/complete", null);

    assertThat(first.json())
        .isEqualTo(
            new JsonObject()
                .put("success", true)
                .put("status", "complete")
                .put("message", "ZIP creation started")
                .put("download_url", "/api/v1/jobs/done/download"));
    assertThat(second.json()).isEqualTo(first.json());
    assertThat(zip(id))
        .isEqualTo(
            Map.of(".gitignore", "node_modules", "src/run.sh", "#!/bin/sh", "empty/inner/", ""));
    Object made = Files.readAttributes(base.resolve("done.zip"), "*").get("fileKey");
    server.post("/done/complete", null);
    assertThat(Files.readAttributes(base.resolve("done.zip"), "*").get("fileKey")).isEqualTo(made);
    Files.writeString(base.resolve("done/late"), "late");
    assertThat(zip(id)).doesNotContainKey("late");
    assertThat(server.get("/done").json().getBoolean("zip_ready")).isTrue();
    assertThat(server.get("/done").json().getInteger("files_count")).isEqualTo(2);
    HttpResponse<byte[]> all = server.bytes(server.request("/done/download?include=all").GET());
    assertThat(new String(all.body(), java.nio.charset.StandardCharsets.ISO_8859_1))
        .contains("node_modules/x/index.js");
    assertThat(server.get("/done/download?include=some").status()).isEqualTo(422);
    assertThat(base.resolve(".state/tmp")).isEmptyDirectory();
  }

  @Test
  void anEmptyJobHasAnEmptyZip() throws Exception {
    server.create("empty");
    server.post("/empty/complete", null);
    assertThat(zip("empty")).isEmpty();
  }

  @Test
  void stateDecidesWhatIsAllowed() throws Exception {
    server.create("s");
    server.write("s", "f", "1");
    assertThat(server.post("/s/reopen", null).json().getString("status")).isEqualTo("generating");
    assertThat(server.post("/s/fail?error_message=no%20luck", null).json())
        .isEqualTo(new JsonObject().put("success", true).put("status", "failed"));
    assertThat(server.post("/s/fail", null).status()).isEqualTo(200);
    assertThat(server.get("/s").json().getString("error_message")).isEqualTo("no luck");
    assertThat(server.post("/s/complete", null).code()).isEqualTo("job_not_generating");
    for (Reply refused :
        List.of(
            server.write("s", "g", "1"),
            server.post("/s/files/batch", JobServer.batch(JobServer.file("g", "1"))),
            server.put("/s/raw/g", new byte[10]),
            server.put("/s/raw/g", new byte[100_000]),
            server.delete("/s/files/f"),
            server.post("/s/files/move", new JsonObject().put("from", "f").put("to", "g")),
            server.post("/s/plan", new JsonObject().put("tasks", new JsonArray())))) {
      assertThat(refused.status()).isEqualTo(409);
      assertThat(refused.code()).isEqualTo("job_not_generating");
    }
    assertThat(server.get("/s/files").paths()).containsExactly("f");
    assertThat(server.post("/s/reopen", null).status()).isEqualTo(200);
    assertThat(server.get("/s").json().getString("error_message")).isNull();
    server.write("s", "g", "2");
    server.post("/s/complete", null);
    assertThat(server.post("/s/fail", null).code()).isEqualTo("job_not_generating");
    assertThat(zip("s")).containsOnlyKeys("f", "g");
    server.post("/s/reopen", null);
    assertThat(base.resolve("s.zip")).doesNotExist();
    assertThat(server.get("/s").json().getBoolean("zip_ready")).isFalse();
    server.delete("/s/files/g");
    server.post("/s/complete", null);
    assertThat(zip("s")).containsOnlyKeys("f");
  }

  @Test
  void aKeptZipOutlivesTheFiles() throws Exception {
    server.create("k");
    server.write("k", "f", "kept");
    server.post("/k/complete", null);
    assertThat(server.delete("/k?keep_zip=true").status()).isEqualTo(200);
    assertThat(base.resolve("k")).doesNotExist();
    JsonObject job = server.get("/k").json();
    assertThat(job.getString("status")).isEqualTo("complete");
    assertThat(job.getBoolean("zip_ready")).isTrue();
    assertThat(zip("k")).containsEntry("f", "kept");
    assertThat(server.get("/k/files/f").status()).isEqualTo(404);
    assertThat(
            server
                .post("/create", new JsonObject().put("project_name", "x").put("job_id", "k"))
                .code())
        .isEqualTo("id_taken");
    server.delete("/k");
    assertThat(base.resolve("k.zip")).doesNotExist();
    server.create("gen");
    server.delete("/gen?keep_zip=true");
    assertThat(server.get("/gen").status()).isEqualTo(404);
  }

  @Test
  void listsPagesNewestFirst() throws Exception {
    for (int i = 0; i < 5; i++) {
      server.create("job-" + i);
    }
    JsonObject page = server.get("?page=2&limit=2").json();
    assertThat(page.getInteger("total")).isEqualTo(5);
    assertThat(page.getInteger("page")).isEqualTo(2);
    assertThat(page.getInteger("pages")).isEqualTo(3);
    assertThat(page.getJsonArray("jobs").stream().map(j -> ((JsonObject) j).getString("job_id")))
        .containsExactly("job-2", "job-1");
    assertThat(server.get("?limit=0").status()).isEqualTo(422);
  }

  @Test
  void tellsTotals() throws Exception {
    server.create("t");
    server.write("t", "f", "x".repeat(1 << 19));
    assertThat(server.get("/admin/stats").json().getMap())
        .containsEntry("base_path", base.toString())
        .containsEntry("job_count", 1)
        .containsEntry("file_count", 1)
        .containsEntry("total_size_mb", 0.5)
        .containsEntry("expiry_hours", 48);
  }
}

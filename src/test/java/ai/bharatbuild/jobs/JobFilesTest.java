package ai.bharatbuild.jobs;

import static ai.bharatbuild.jobs.JobServer.MAX_FILE;
import static ai.bharatbuild.jobs.JobServer.MAX_PROJECT;
import static ai.bharatbuild.jobs.JobServer.batch;
import static ai.bharatbuild.jobs.JobServer.encode;
import static ai.bharatbuild.jobs.JobServer.file;
import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.jobs.JobServer.Reply;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobFilesTest {
  @TempDir static Path temp;
  private static Path base;
  private static JobServer server;

  @BeforeAll
  static void start() throws Exception {
    base = temp.resolve("jobs");
    server = new JobServer(base);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static JsonObject counts(String id) throws Exception {
    return server.get("/" + id).json();
  }

  private static void assertCounts(String id, int files, double bytes) throws Exception {
    JsonObject job = counts(id);
    assertThat(job.getInteger("files_count")).isEqualTo(files);
    assertThat(job.getDouble("total_size_mb")).isEqualTo(Math.round(bytes / (1 << 20) * 1e6) / 1e6);
  }

  @Test
  void writesReadsAndCounts() throws Exception {
    String id = server.create("rw");
    Reply reply = server.write(id, "src/a..b/.env", "hé");
    assertThat(reply.json())
        .isEqualTo(
            new JsonObject().put("success", true).put("path", "src/a..b/.env").put("size", 3));
    assertThat(server.get("/rw/files/src/a..b/.env").json())
        .isEqualTo(new JsonObject().put("path", "src/a..b/.env").put("content", "hé"));
    server.write(id, "src/a..b/.env", "longer");
    assertCounts(id, 1, 6);
    server.delete("/rw/files/src/a..b/.env");
    assertCounts(id, 0, 0);
    assertThat(server.get("/rw/files/src/a..b/.env").status()).isEqualTo(404);
  }

  @Test
  void bytesTravelAsBase64() throws Exception {
    server.create("b64");
    JsonObject file = file("bin", "/wD+").put("encoding", "base64");
    assertThat(server.post("/b64/files", file).json().getInteger("size")).isEqualTo(3);
    assertThat(server.get("/b64/files/bin").json()).isEqualTo(file);
    assertThat(server.post("/b64/files", file("x", "?!").put("encoding", "base64")).status())
        .isEqualTo(422);
    assertThat(server.post("/b64/files", file("x", "a").put("encoding", "rot13")).status())
        .isEqualTo(422);
    assertThat(server.post("/b64/files", "{\"path\":\"x\",\"content\":\"\\ud800\"}").status())
        .isEqualTo(422);
    assertThat(server.get("/b64/files").paths()).containsExactly("bin");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "..",
        "../x",
        "a/../../x",
        "/etc/passwd",
        "a//b",
        "a/",
        "a\\b",
        "a\u0000b",
        "a\nb",
        ".job_metadata.json"
      })
  void refusesBadPathsEverywhere(String path) throws Exception {
    Reply created = server.tryCreate("bad");
    assertThat(created.status()).isIn(201, 409);
    List<Reply> replies = new ArrayList<>();
    replies.add(server.write("bad", path, "x"));
    replies.add(server.post("/bad/files/move", new JsonObject().put("from", path).put("to", "t")));
    if (!path.isEmpty()) {
      String url = encode(path);
      replies.add(server.get("/bad/files/" + url));
      replies.add(server.delete("/bad/files/" + url + "?recursive=true"));
      replies.add(server.put("/bad/raw/" + url, new byte[3]));
      replies.add(server.get("/bad/raw/" + url));
    }
    for (Reply reply : replies) {
      assertThat(reply.status()).as(reply.body()).isEqualTo(400);
      assertThat(reply.code()).isEqualTo("invalid_path");
      assertThat(reply.json().getString("detail")).isNotBlank();
    }
    Reply batch = server.post("/bad/files/batch", batch(file(path, "x")));
    assertThat(batch.json().getInteger("success")).isZero();
    assertThat(batch.json().getJsonArray("results").getJsonObject(0).getString("code"))
        .isEqualTo("invalid_path");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/x/files/../../../etc/passwd", "/x/files/%2e%2e/%2E%2e/x", "/x/raw/a/..%2f..%2fb",
        "/x/files/%ff", "/x/files/a%00", "/x/raw//etc/passwd"
      })
  void refusesEncodedTraversal(String path) throws Exception {
    server.tryCreate("x");
    // Written to the socket as it is: clients of the JDK resolve dots themselves.
    try (Socket socket = new Socket("127.0.0.1", server.server().port())) {
      String head = "GET /api/v1/jobs%s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(head.formatted(path).getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer).startsWith("HTTP/1.1 400 ").contains("\"invalid_path\"");
    }
  }

  @Test
  void linksAreRefusedAndNeverFollowed() throws Exception {
    server.create("links");
    Path outside = Files.createDirectory(temp.resolve("outside"));
    Files.writeString(outside.resolve("secret"), "SECRET");
    Files.createSymbolicLink(base.resolve("links/way"), outside);
    Files.createSymbolicLink(base.resolve("links/file"), outside.resolve("secret"));
    for (String path : List.of("way/secret", "file")) {
      for (Reply reply :
          List.of(
              server.write("links", path, "mine"),
              server.get("/links/files/" + path),
              server.get("/links/raw/" + path),
              server.put("/links/raw/" + path, new byte[200_000]),
              server.delete("/links/files/" + path))) {
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.code()).isEqualTo("invalid_path");
      }
    }
    assertThat(outside.resolve("secret")).hasContent("SECRET");
    assertThat(server.get("/links/files").paths()).isEmpty();
    assertThat(server.get("/links/files?directories=true").paths()).containsExactly("file", "way");
  }

  @Test
  void conflictsSaySo() throws Exception {
    server.create("c");
    server.write("c", "dir/f", "x");
    assertThat(server.write("c", "dir", "x").code()).isEqualTo("path_conflict");
    assertThat(server.write("c", "dir/f/g", "x").code()).isEqualTo("path_conflict");
    assertThat(server.get("/c/files/dir/f/g").status()).isEqualTo(404);
    assertThat(server.get("/c/files/dir").code()).isEqualTo("not_a_regular_file");
    assertThat(server.get("/c/raw/dir").code()).isEqualTo("not_a_regular_file");
    assertThat(server.delete("/c/files/dir").code()).isEqualTo("directory_not_empty");
    assertThat(new ProcessBuilder("mkfifo", base.resolve("c/fifo").toString()).start().waitFor())
        .isZero();
    assertThat(server.write("c", "fifo", "x").code()).isEqualTo("path_conflict");
    assertThat(server.get("/c/raw/fifo").code()).isEqualTo("not_a_regular_file");
    assertThat(server.delete("/c/files/dir?recursive=true").status()).isEqualTo(200);
    assertCounts("c", 0, 0);
  }

  @Test
  void movesFilesAndDirectories() throws Exception {
    server.create("m");
    server.write("m", "a/f", "12345");
    server.write("m", "g", "1");
    JsonObject move = new JsonObject().put("from", "a").put("to", "b/c");
    assertThat(server.post("/m/files/move", move).json())
        .isEqualTo(new JsonObject().put("success", true).put("from", "a").put("to", "b/c"));
    JsonObject onto = new JsonObject().put("from", "g").put("to", "b/c/f");
    assertThat(server.post("/m/files/move", onto).code()).isEqualTo("path_exists");
    server.post("/m/files/move", onto.put("overwrite", true));
    assertThat(server.get("/m/files/b/c/f").json().getString("content")).isEqualTo("1");
    assertCounts("m", 1, 1);
    assertThat(
            server
                .post("/m/files/move", new JsonObject().put("from", "b").put("to", "b/c/d"))
                .code())
        .isEqualTo("path_conflict");
  }

  @Test
  void dependenciesCountOnlyWhenTheApiWroteThem() throws Exception {
    server.create("deps");
    server.write("deps", "pom.xml", "<project/>");
    server.write("deps", "src/node_modules/mine/x", "1234");
    Files.createDirectories(base.resolve("deps/target"));
    Files.writeString(base.resolve("deps/target/out"), "built");
    Files.writeString(base.resolve("deps/src/node_modules/theirs"), "theirs");
    Files.writeString(base.resolve("deps/made"), "by the sandbox");
    assertThat(server.get("/deps/files").paths())
        .containsExactly("made", "pom.xml", "src/node_modules/mine/x");
    assertCounts("deps", 3, 28);
    assertThat(server.get("/deps/files?all=true").paths())
        .contains("target/out", "src/node_modules/theirs");
    assertThat(server.get("/deps/files?prefix=src").paths())
        .containsExactly("src/node_modules/mine/x");
    assertThat(server.get("/deps/files?prefix=none").paths()).isEmpty();
    assertThat(server.get("/deps/files?prefix=../x").code()).isEqualTo("invalid_path");
  }

  @Test
  void listsWithNamesSizesAndTimes() throws Exception {
    server.create("ls");
    server.write("ls", "b", "22");
    server.write("ls", "a/\uFF5E", "1");
    server.write("ls", "a/\uD83D\uDE00", "1");
    JsonObject listing = server.get("/ls/files").json();
    assertThat(listing.getString("job_id")).isEqualTo("ls");
    assertThat(listing.getInteger("count")).isEqualTo(3);
    assertThat(listing.getInteger("skipped")).isZero();
    assertThat(server.get("/ls/files").paths()).containsExactly("a/\uFF5E", "a/\uD83D\uDE00", "b");
    JsonObject last = listing.getJsonArray("files").getJsonObject(2);
    assertThat(last.getString("name")).isEqualTo("b");
    assertThat(last.getString("type")).isEqualTo("file");
    assertThat(last.getInteger("size")).isEqualTo(2);
    assertThat(last.getString("modified")).endsWith("Z");
  }

  @Test
  void planIsAFileOfTheProject() throws Exception {
    server.create("p");
    JsonObject plan =
        new JsonObject()
            .put(
                "tasks",
                new JsonArray()
                    .add(
                        new JsonObject()
                            .put("name", "Setup")
                            .put("files", new JsonArray().add("package.json"))))
            .put("metadata", new JsonObject().put("framework", "react"));
    assertThat(server.post("/p/plan", plan).json())
        .isEqualTo(new JsonObject().put("success", true));
    assertThat(new JsonObject(server.get("/p/files/plan.json").json().getString("content")))
        .isEqualTo(plan);
    assertThat(counts("p").getInteger("files_count")).isEqualTo(1);
    assertThat(server.post("/p/plan", "{\"tasks\":[{\"name\":\"x\"}]}").status()).isEqualTo(422);
    assertThat(server.post("/p/plan", "{}").status()).isEqualTo(422);
  }

  @Test
  void batchesTellEachFilesResult() throws Exception {
    server.create("batch");
    JsonObject result =
        server
            .post(
                "/batch/files/batch",
                batch(
                    file("a", "1"),
                    file("../x", "2"),
                    file("big", "x".repeat(MAX_FILE + 1)),
                    file("a/b", "3"),
                    file("a", "44")))
            .json();
    assertThat(result.getInteger("total")).isEqualTo(5);
    assertThat(result.getInteger("success")).isEqualTo(2);
    JsonArray results = result.getJsonArray("results");
    assertThat(results.stream().map(r -> ((JsonObject) r).getString("code")))
        .containsExactly(null, "invalid_path", "too_large", "path_conflict", null);
    assertThat(results.getJsonObject(0))
        .isEqualTo(new JsonObject().put("path", "a").put("success", true).put("size", 1));
    assertCounts("batch", 1, 2);
  }

  @Test
  void batchesHaveALimitAndAForm() throws Exception {
    server.create("many");
    JsonArray files = new JsonArray();
    for (int i = 0; i < 1000; i++) {
      files.add(file("d" + i % 10 + "/f" + i, "x"));
    }
    assertThat(server.post("/many/files/batch", files.copy().add(file("over", "x"))).status())
        .isEqualTo(422);
    assertThat(server.post("/many/files/batch", batch(file("a", "1"), new JsonObject())).status())
        .isEqualTo(422);
    assertCounts("many", 0, 0);
    assertThat(server.post("/many/files/batch", files).json().getInteger("success"))
        .isEqualTo(1000);
    assertCounts("many", 1000, 1000);
  }

  @Test
  void fileLimitIsExactAndTellsBothNumbers() throws Exception {
    server.create("max");
    assertThat(server.write("max", "fits", "x".repeat(MAX_FILE)).status()).isEqualTo(200);
    for (Reply reply :
        List.of(
            server.write("max", "over", "x".repeat(MAX_FILE + 1)),
            server.put("/max/raw/over", new byte[MAX_FILE + 1]))) {
      assertThat(reply.status()).isEqualTo(413);
      assertThat(reply.code()).isEqualTo("too_large");
      assertThat(reply.json().getLong("limit")).isEqualTo(MAX_FILE);
      assertThat(reply.json().getLong("size")).isEqualTo(MAX_FILE + 1);
      assertThat(reply.json().getString("detail"))
          .contains(Integer.toString(MAX_FILE), Integer.toString(MAX_FILE + 1));
    }
    assertThat(server.get("/max/files").paths()).containsExactly("fits");
  }

  @Test
  void projectLimitIsExactUnderConcurrentWriters() throws Exception {
    server.create("quota");
    int size = 300_000;
    int most = MAX_PROJECT / size;
    List<Callable<Reply>> writes = new ArrayList<>();
    for (int i = 0; i < 2 * most; i++) {
      String path = "f" + i;
      writes.add(
          i % 2 == 0
              ? () -> server.write("quota", path, "x".repeat(size))
              : () -> server.put("/quota/raw/" + path, new byte[size]));
    }
    try (ExecutorService pool = Executors.newFixedThreadPool(12)) {
      List<Integer> statuses = new ArrayList<>();
      for (Future<Reply> reply : pool.invokeAll(writes)) {
        statuses.add(reply.get().status());
      }
      assertThat(statuses).containsOnly(200, 413);
      // An upload under way holds its room, so a little less than all may have got in.
      for (int i = 0; i < most; i++) {
        statuses.add(server.write("quota", "extra" + i, "x".repeat(size)).status());
      }
      assertThat(statuses.stream().filter(status -> status == 200)).hasSize(most);
    }
    assertCounts("quota", most, (double) most * size);
    Reply over = server.write("quota", "one-more", "x".repeat(size));
    assertThat(over.json().getLong("limit")).isEqualTo(MAX_PROJECT);
    assertThat(over.json().getLong("size")).isEqualTo((long) (most + 1) * size);
    String first = server.get("/quota/files").paths().getFirst();
    assertThat(server.write("quota", first, "y".repeat(size)).status()).isEqualTo(200);
    server.delete("/quota/files/" + first);
    assertThat(server.write("quota", "freed", "x".repeat(size)).status()).isEqualTo(200);
    assertThat(base.resolve(".state/tmp")).isEmptyDirectory();
  }
}

package ai.bharatbuild.jobs;

import static ai.bharatbuild.jobs.JobServer.file;
import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.jobs.JobServer.Reply;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of a job: written, read, listed, moved, removed and counted. */
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
    server.assertCounts(id, 1, 6);
    server.delete("/rw/files/src/a..b/.env");
    server.assertCounts(id, 0, 0);
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
    server.assertCounts("c", 0, 0);
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
    server.assertCounts("m", 1, 1);
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
    server.assertCounts("deps", 3, 28);
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
    assertThat(server.get("/p").json().getInteger("files_count")).isEqualTo(1);
    assertThat(server.post("/p/plan", "{\"tasks\":[{\"name\":\"x\"}]}").status()).isEqualTo(422);
    assertThat(server.post("/p/plan", "{}").status()).isEqualTo(422);
  }
}

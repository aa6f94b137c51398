package ai.bharatbuild.jobs;

import static ai.bharatbuild.jobs.JobServer.MAX_FILE;
import static ai.bharatbuild.jobs.JobServer.MAX_PROJECT;
import static ai.bharatbuild.jobs.JobServer.batch;
import static ai.bharatbuild.jobs.JobServer.file;
import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.jobs.JobServer.Reply;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
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

/** Batches, and the limits of a file and of a project. */
class JobFileLimitsTest {
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
    server.assertCounts("batch", 1, 2);
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
    server.assertCounts("many", 0, 0);
    assertThat(server.post("/many/files/batch", files).json().getInteger("success"))
        .isEqualTo(1000);
    server.assertCounts("many", 1000, 1000);
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
    server.assertCounts("quota", most, (double) most * size);
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

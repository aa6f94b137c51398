package ai.bharatbuild.versions;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.it.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The calls on versions, on a whole server with a local object store and no database. */
class VersionsApiTest {
  @TempDir Path base;
  private TestServer server;
  private String job;
  private String path;

  @BeforeEach
  void start() throws Exception {
    server = startServer();
    job = TestServer.newId();
    path = "/api/v1/jobs/" + job;
    server.post(
        "/api/v1/jobs/create", new JsonObject().put("project_name", "app").put("job_id", job));
  }

  private TestServer startServer() throws Exception {
    return TestServer.start(
        base.resolve("jobs"), Map.of("DOCKER_SOCKET", base.resolve("no-engine.sock").toString()));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void write(String file, String content) throws Exception {
    TestServer.Answer answer =
        server.post(path + "/files", new JsonObject().put("path", file).put("content", content));
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
  }

  private void complete() throws Exception {
    assertThat(server.post(path + "/complete").status()).isEqualTo(200);
  }

  private JsonObject versions() throws Exception {
    TestServer.Answer answer = server.get(path + "/versions");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json();
  }

  private static long objects(Path directory) throws Exception {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).count();
    }
  }

  @Test
  void completionsAreKeptByContentComparedAndRestored() throws Exception {
    write("same.txt", "same\n");
    write("src/app.js", "one\ntwo\nthree\n");
    write("old.txt", "old\n");
    complete();
    assertThat(versions().getInteger("total")).isEqualTo(1);

    server.post(path + "/reopen");
    write("src/app.js", "one\n2\nthree\n");
    write("new.txt", "same\n");
    assertThat(server.delete(path + "/files/old.txt").status()).isEqualTo(200);
    complete();
    JsonObject list = versions();
    assertThat(list.getInteger("total")).isEqualTo(2);
    assertThat(list.getJsonArray("versions").getJsonObject(0).getInteger("version")).isEqualTo(2);

    // same.txt and new.txt are one content: four contents in all.
    assertThat(objects(base.resolve("jobs/.state/data/objects/objects/contents"))).isEqualTo(4);

    JsonArray diff = server.get(path + "/versions/2/diff?from=1").json().getJsonArray("files");
    assertThat(diff).hasSize(3);
    JsonObject added = diff.getJsonObject(0);
    assertThat(added.getString("path")).isEqualTo("new.txt");
    assertThat(added.getString("change")).isEqualTo("added");
    assertThat(diff.getJsonObject(1).getString("change")).isEqualTo("removed");
    assertThat(diff.getJsonObject(2).getString("diff"))
        .isEqualTo("--- a/src/app.js\n+++ b/src/app.js\n@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n");

    assertThat(server.get(path + "/versions/1/files/src/app.js").text())
        .isEqualTo("one\ntwo\nthree\n");
    assertThat(server.get(path + "/versions/2/files/old.txt").status()).isEqualTo(404);

    JsonObject restored = server.post(path + "/versions/1/restore").json();
    assertThat(restored.getInteger("restored_from")).isEqualTo(1);
    JsonObject newest = server.get(path + "/versions/3").json();
    assertThat(newest.getInteger("restored_from")).isEqualTo(1);
    assertThat(newest.getJsonArray("files"))
        .isEqualTo(server.get(path + "/versions/1").json().getJsonArray("files"));
    assertThat(server.get(path).json().getString("status")).isEqualTo("complete");
    assertThat(server.get(path + "/files/new.txt").status()).isEqualTo(404);
    assertThat(server.get(path + "/files/old.txt").json().getString("content")).isEqualTo("old\n");
  }

  @Test
  void aJobThatIsReopenedAtOnceLosesNoVersion() throws Exception {
    int rounds = 12;
    for (int round = 1; round <= rounds; round++) {
      write("round.txt", "round " + round);
      write("large.txt", "x".repeat(500_000) + round);
      complete();
      assertThat(server.post(path + "/reopen").status()).isEqualTo(200);
      write("round.txt", "spoilt");
    }
    assertThat(versions().getInteger("total")).isEqualTo(rounds);
    for (int round = 1; round <= rounds; round++) {
      assertThat(server.get(path + "/versions/" + round + "/files/round.txt").text())
          .isEqualTo("round " + round);
    }
    assertThat(base.resolve("jobs/.state/completions")).isEmptyDirectory();
  }

  @Test
  void whatAKilledServerHadNotPackedIsKeptByTheNext() throws Exception {
    write("a.txt", "a");
    server.close();
    Path record = base.resolve("jobs/.state/jobs").resolve(job + ".json");
    JsonObject json = new JsonObject(Files.readString(record));
    Files.writeString(
        record, json.put("status", "complete").put("completion", "0123456789ab").encode());
    server = startServer();
    Path kept = base.resolve("jobs/.state/data/objects/objects/versions/local/" + job);
    TestServer.eventually(() -> Files.exists(kept) ? objects(kept) : 0L, count -> count == 1);
    assertThat(server.get(path + "/versions/1/files/a.txt").text()).isEqualTo("a");
  }

  @Test
  void aJobThatExpiresBeforeItIsPackedLeavesItsVersion() throws Exception {
    write("a.txt", "a");
    complete();
    server.close();
    age("expires_at");
    Files.deleteIfExists(base.resolve("jobs").resolve(job + ".zip"));
    server = startServer();
    TestServer.eventually(() -> server.get(path).json().getString("status"), "expired"::equals);
    assertThat(versions().getInteger("total")).isEqualTo(1);
    assertThat(server.get(path + "/versions/1/files/a.txt").text()).isEqualTo("a");
  }

  @Test
  void oneFileIsBroughtBackAndTheOthersStay() throws Exception {
    write("a.txt", "1");
    write("b.txt", "1");
    complete();
    assertThat(versions().getInteger("total")).isEqualTo(1);
    server.post(path + "/reopen");
    write("a.txt", "2");
    write("b.txt", "2");
    write("c.txt", "2");
    complete();

    JsonObject restored = server.post(path + "/versions/1/restore?path=a.txt").json();
    assertThat(restored.getString("status")).isEqualTo("complete");
    assertThat(server.get(path + "/raw/a.txt").text()).isEqualTo("1");
    assertThat(server.get(path + "/raw/b.txt").text()).isEqualTo("2");
    assertThat(versions().getInteger("total")).isEqualTo(3);

    server.post(path + "/reopen");
    restored = server.post(path + "/versions/1/restore?path=c.txt").json();
    assertThat(restored.getString("status")).isEqualTo("generating");
    assertThat(server.get(path + "/raw/c.txt").status()).isEqualTo(404);
    assertThat(server.get(path + "/raw/b.txt").text()).isEqualTo("2");
    JsonObject newest = versions().getJsonArray("versions").getJsonObject(0);
    assertThat(newest.getString("label")).isEqualTo("restored c.txt");
    assertThat(newest.getInteger("files_count")).isEqualTo(2);

    assertThat(server.post(path + "/versions/1/restore?path=never.txt").status()).isEqualTo(404);
    assertThat(server.post(path + "/versions/1/restore?path=../x").status()).isEqualTo(422);
  }

  @Test
  void aCompletionIsKeptOnceAlsoAfterARestart() throws Exception {
    write("a.bin", "x\0y");
    complete();
    assertThat(versions().getInteger("total")).isEqualTo(1);
    server.close();
    server = startServer();
    assertThat(versions().getInteger("total")).isEqualTo(1);
    server.post(path + "/reopen");
    write("a.bin", "x\0z");
    complete();
    JsonObject diff =
        server.get(path + "/versions/" + versions().getInteger("total") + "/diff").json();
    assertThat(diff.getInteger("from")).isEqualTo(1);
    JsonObject file = diff.getJsonArray("files").getJsonObject(0);
    assertThat(file.getValue("diff")).isNull();
    assertThat(file.getString("omitted")).isEqualTo("binary");
  }

  @Test
  void whatIsNotThereIsTold() throws Exception {
    assertThat(versions().getInteger("total")).isZero();
    assertThat(server.get(path + "/versions/1").status()).isEqualTo(404);
    assertThat(server.get(path + "/versions/x").status()).isEqualTo(404);
    assertThat(server.post(path + "/versions/1/restore").status()).isEqualTo(404);
    assertThat(server.get("/api/v1/jobs/nobody/versions").status()).isEqualTo(404);
    // A restore that cannot be done leaves the job as it was.
    write("a.txt", "a");
    complete();
    assertThat(server.post(path + "/versions/7/restore").status()).isEqualTo(404);
    assertThat(server.get(path).json().getString("status")).isEqualTo("complete");
    assertThat(versions().getInteger("total")).isEqualTo(1);
  }

  @Test
  void whatIsDeletedIsDeletedAndWhatOthersNeedStays() throws Exception {
    String other = TestServer.newId();
    write("shared.txt", "shared");
    write("own.txt", "own");
    complete();
    assertThat(versions().getInteger("total")).isEqualTo(1);
    String own = path;
    path = "/api/v1/jobs/" + other;
    server.post(
        "/api/v1/jobs/create", new JsonObject().put("project_name", "app").put("job_id", other));
    write("shared.txt", "shared");
    complete();
    assertThat(versions().getInteger("total")).isEqualTo(1);

    assertThat(server.delete(own).status()).isEqualTo(200);
    assertThat(server.get(own + "/versions").status()).isEqualTo(404);
    assertThat(server.get(own + "/versions/1").status()).isEqualTo(404);
    assertThat(server.get(own + "/versions/1/files/own.txt").status()).isEqualTo(404);
    Path contents = base.resolve("jobs/.state/data/objects/objects/contents");
    TestServer.eventually(() -> objects(contents), count -> count == 1);
    assertThat(server.get(path + "/versions/1/files/shared.txt").text()).isEqualTo("shared");
    assertThat(server.delete(own).status()).isEqualTo(404);

    // Another life of the id has nothing of the one before.
    server.post(
        "/api/v1/jobs/create", new JsonObject().put("project_name", "app").put("job_id", job));
    path = own;
    assertThat(versions().getInteger("total")).isZero();
    write("a.txt", "a");
    complete();
    assertThat(versions().getInteger("total")).isEqualTo(1);
    TestServer.eventually(() -> objects(base.resolve("jobs/.state/data/removals")), n -> n == 0);
  }

  @Test
  void versionsOutliveAJobThatExpiresUntilItsOwnerDeletesThem() throws Exception {
    write("a.txt", "a");
    complete();
    assertThat(versions().getInteger("total")).isEqualTo(1);
    server.close();
    age("expires_at");
    server = startServer();
    TestServer.eventually(() -> server.get(path).json().getString("status"), "expired"::equals);
    assertThat(versions().getInteger("total")).isEqualTo(1);
    server.close();
    age("record_until");
    server = startServer();
    TestServer.eventually(() -> server.get(path).status(), status -> status == 404);
    assertThat(versions().getInteger("total")).isEqualTo(1);
    assertThat(server.get(path + "/versions/1/files/a.txt").text()).isEqualTo("a");
    assertThat(server.delete(path).status()).isEqualTo(200);
    assertThat(server.get(path + "/versions").status()).isEqualTo(404);
    assertThat(server.delete(path).status()).isEqualTo(404);
    TestServer.eventually(
        () -> objects(base.resolve("jobs/.state/data/objects/objects")), count -> count == 0);
  }

  /** Lets the time of the job's record be over. */
  private void age(String member) throws Exception {
    Path record = base.resolve("jobs/.state/jobs").resolve(job + ".json");
    JsonObject json = new JsonObject(Files.readString(record));
    assertThat(json.containsKey(member)).isTrue();
    Files.writeString(record, json.put(member, Instant.now().minusSeconds(60).toString()).encode());
  }
}

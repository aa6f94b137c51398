package ai.bharatbuild.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.it.TestServer;
import ai.bharatbuild.jobs.JobServer.Reply;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Expiry, by records that say their time is over, and what nobody owns. */
class JobSweepTest {
  @TempDir Path temp;

  private static void age(Path base, String id, String member, Duration by) throws Exception {
    Path record = base.resolve(".state/jobs").resolve(id + ".json");
    JsonObject json = new JsonObject(Files.readString(record));
    assertThat(json.containsKey(member)).isTrue();
    Files.writeString(record, json.put(member, Instant.now().minus(by).toString()).encode());
  }

  @Test
  void expiredJobsTellOnlyTheirRecord() throws Exception {
    Path base = temp.resolve("jobs");
    try (JobServer server = new JobServer(base)) {
      for (String id : List.of("old", "zipped", "kept", "young")) {
        server.create(id);
        server.write(id, "f", "x");
      }
      for (String id : List.of("zipped", "kept")) {
        server.post("/" + id + "/complete", null);
        server.get("/" + id + "/download");
      }
      server.delete("/kept?keep_zip=true");
    }
    for (String id : List.of("old", "zipped", "kept")) {
      age(base, id, "expires_at", Duration.ofMinutes(1));
    }
    try (JobServer server = new JobServer(base)) {
      TestServer.eventually(
          () -> server.get("/kept").json().getString("status"), "expired"::equals);
      server.post("/admin/cleanup", null);
      for (String id : List.of("old", "zipped", "kept")) {
        assertThat(server.get("/" + id).json().getString("status")).isEqualTo("expired");
        assertThat(base.resolve(id)).doesNotExist();
        assertThat(base.resolve(id + ".zip")).doesNotExist();
        for (Reply gone :
            List.of(
                server.get("/" + id + "/files"),
                server.get("/" + id + "/files/f"),
                server.get("/" + id + "/raw/f"),
                server.get("/" + id + "/download"),
                server.write(id, "f", "x"),
                server.put("/" + id + "/raw/f", new byte[100_000]),
                server.post("/" + id + "/reopen", null),
                server.post("/" + id + "/complete", null),
                server.delete("/" + id + "/files/f"))) {
          assertThat(gone.status()).as(gone.body()).isEqualTo(410);
          assertThat(gone.code()).isEqualTo("job_expired");
        }
      }
      assertThat(server.get("/young/files").paths()).containsExactly("f");
      assertThat(server.delete("/zipped").status()).isEqualTo(200);
      assertThat(server.get("/zipped").status()).isEqualTo(404);
      server.create("old");
      assertThat(server.get("/old/files").paths()).isEmpty();
    }
    age(base, "kept", "record_until", Duration.ofMinutes(1));
    try (JobServer server = new JobServer(base)) {
      TestServer.eventually(() -> server.get("/kept").status(), status -> status == 404);
      assertThat(server.get("/old").json().getString("status")).isEqualTo("generating");
    }
  }

  @Test
  void whereNobodyIsToldOfExpiredJobsTheirRecordsGoAtOnce() throws Exception {
    Path base = temp.resolve("jobs");
    try (JobServer server = new JobServer(base)) {
      server.create("old");
      server.write("old", "f", "x");
      server.post("/old/complete", null);
    }
    age(base, "old", "expires_at", Duration.ofMinutes(1));
    try (JobServer server = new JobServer(base, Map.of("EXPIRED_RECORD_DAYS", 0))) {
      TestServer.eventually(() -> server.get("/old").status(), status -> status == 404);
      TestServer.eventually(
          () -> Files.exists(base.resolve(".state/jobs/old.json")), there -> !there);
      assertThat(base.resolve("old")).doesNotExist();
      assertThat(base.resolve("old.zip")).doesNotExist();
      server.create("old");
    }
  }

  @Test
  void orphansGoAndForeignNamesStay() throws Exception {
    Path base = temp.resolve("jobs");
    try (JobServer server = new JobServer(base)) {
      server.create("mine");
      server.write("mine", "f", "x");
      server.create("stale");
      Files.createDirectories(base.resolve("orphan/deep"));
      Files.writeString(base.resolve("orphan/deep/f"), "x");
      Files.writeString(base.resolve("half.zip"), "PK");
      Files.writeString(base.resolve("stale.zip"), "PK");
      Files.createDirectories(base.resolve("lost+found"));
      Files.writeString(base.resolve("README.txt"), "x");

      server.post("/admin/cleanup", null);

      assertThat(base.resolve("orphan")).doesNotExist();
      assertThat(base.resolve("half.zip")).doesNotExist();
      assertThat(base.resolve("stale.zip")).doesNotExist();
      assertThat(base.resolve("lost+found")).exists();
      assertThat(base.resolve("README.txt")).exists();
      assertThat(server.get("/mine/files").paths()).containsExactly("f");
      assertThat(server.get("/stale").status()).isEqualTo(200);
      TestServer.eventually(
          () -> base.resolve(".state/trash").toFile().list().length, left -> left == 0);
      server.create("orphan");
    }
  }

  @Test
  void sweepingNeverTakesWhatIsBeingMade() throws Exception {
    Path base = temp.resolve("jobs");
    try (JobServer server = new JobServer(base)) {
      Thread sweeper =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      while (!Thread.currentThread().isInterrupted()) {
                        server.post("/admin/cleanup", null);
                      }
                    } catch (Exception e) {
                      // Interrupted while waiting for an answer.
                    }
                  });
      for (int i = 0; i < 60; i++) {
        String id = "busy-" + i % 4;
        Files.createDirectories(base.resolve("busy-" + (i + 1) % 4));
        server.create(id);
        assertThat(server.write(id, "f", "x").status()).isEqualTo(200);
        server.post("/" + id + "/complete", null);
        assertThat(server.bytes(server.request("/" + id + "/download").GET()).statusCode())
            .isEqualTo(200);
        assertThat(base.resolve(id).resolve("f")).exists();
        assertThat(server.delete("/" + id).status()).isEqualTo(200);
      }
      sweeper.interrupt();
      sweeper.join();
    }
  }

  @Test
  void theAlertLevelShowsInHealthAndMetrics() throws Exception {
    try (JobServer server = new JobServer(temp.resolve("jobs"), Map.of("STORAGE_ALERT_MB", 1))) {
      server.create("big");
      server.put("/big/raw/a", new byte[1 << 20]);
      server.put("/big/raw/b", new byte[1 << 20]);
      TestServer.eventually(
          () ->
              server
                  .server()
                  .get("/health")
                  .json()
                  .getJsonObject("checks")
                  .getJsonObject("storage"),
          check -> check.getString("status").equals("degraded"));
    }
  }
}

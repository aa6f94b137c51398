package ai.bharatbuild.it;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.it.TestServer.Answer;
import ai.bharatbuild.jobs.Tars;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Archives and search on workspaces that have a sandbox, and get one meanwhile. */
@Timeout(120)
class WorkspaceFilesIT {
  @TempDir static Path base;
  private static TestServer server;

  @BeforeAll
  static void start() throws Exception {
    server = TestServer.start(base, Map.of());
  }

  @AfterAll
  static void stop() throws Exception {
    server.closeAndClean();
  }

  private static void sandbox(String id) throws Exception {
    Answer answer =
        server.post(
            "/api/v1/containers/" + id + "/create", new JsonObject().put("project_type", "static"));
    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
  }

  private static String job() throws Exception {
    String id = TestServer.newId();
    Answer answer =
        server.post(
            "/api/v1/jobs/create", new JsonObject().put("project_name", "p").put("job_id", id));
    assertThat(answer.status()).isEqualTo(201);
    return id;
  }

  private static Answer unpack(String id, byte[] archive) throws Exception {
    return server.put("/api/v1/jobs/" + id + "/archive", archive);
  }

  @Test
  void archivesAndSearchReachTheSandbox() throws Exception {
    String id = job();
    assertThat(unpack(id, new Tars().file("before.txt", "needle 1\n").end()).status())
        .isEqualTo(200);
    sandbox(id);
    byte[] script = Tars.patched(new Tars().file("run.sh", "echo ran\n").end(), 0, 100, mode());
    Answer second = unpack(id, script);
    assertThat(second.status()).as(second.text()).isEqualTo(200);
    Events events =
        server.exec(id, "./run.sh; stat -c '%U %a %Y' run.sh; echo needle 2 > made.txt");
    assertThat(events.stdout()).isEqualTo("ran\nsandbox 755 " + Tars.MODIFIED_SECONDS + "\n");

    Answer found = server.get("/api/v1/containers/" + id + "/search?q=needle");
    assertThat(found.json().getJsonArray("matches").stream())
        .extracting(match -> ((JsonObject) match).getString("path"))
        .containsExactly("before.txt", "made.txt");
    byte[] back = server.get("/api/v1/jobs/" + id + "/archive").bytes();
    String other = job();
    assertThat(unpack(other, back).json().getInteger("files")).isEqualTo(3);
  }

  private static byte[] mode() {
    return "0000755\0".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
  }

  /** A sandbox gives a workspace another disk; who reads meanwhile sees all of it or is told. */
  @Test
  void nothingIsMissedWhileTheFilesMove() throws Exception {
    String id = job();
    Tars tars = new Tars();
    for (int i = 0; i < 3_000; i++) {
      tars.file("d" + i % 50 + "/f" + i, "needle " + i + "\n");
    }
    assertThat(unpack(id, tars.end()).status()).isEqualTo(200);
    AtomicBoolean done = new AtomicBoolean();
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      Future<Integer> searches =
          threads.submit(
              () -> {
                int count = 0;
                while (!done.get() || count == 0) {
                  Answer answer =
                      server.get(
                          "/api/v1/jobs/"
                              + id
                              + "/search?q=needle&limit=1&time_ms=30000&regex=true"
                              + "&include=none");
                  if (answer.status() == 200) {
                    assertThat(answer.json().getValue("next")).isNull();
                  } else {
                    assertThat(answer.status()).as(answer.text()).isEqualTo(503);
                  }
                  Answer all =
                      server.get("/api/v1/jobs/" + id + "/search?q=needle&limit=1000&path=d7");
                  assertThat(all.json().getInteger("count")).isEqualTo(60);
                  count++;
                }
                return count;
              });
      sandbox(id);
      done.set(true);
      assertThat(searches.get()).isPositive();
    }
    assertThat(server.exec(id, "find . -name 'f*' | wc -l").stdout()).isEqualTo("3000\n");
  }
}

package ai.bharatbuild.it;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.files.VolumeMounts;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands while the disk of the server's own records is full. */
class FullDiskIT {
  @TempDir Path mount;
  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    String[] mounting = {
      "mount", "-t", "tmpfs", "-o", "size=48m,mode=755", "bharatbuild-test", mount.toString()
    };
    assertThat(new ProcessBuilder(mounting).inheritIO().start().waitFor()).isZero();
    server = TestServer.start(mount, Map.of("DISK_LIMITS", "none"));
  }

  @AfterEach
  void stop() throws Exception {
    try {
      server.closeAndClean();
    } finally {
      VolumeMounts.detach(mount);
    }
  }

  @Test
  void aCommandWithoutARecordIsCancelledAndItsCallerIsToldSo() throws Exception {
    String id = server.container("node");
    Path ballast = fill();

    TestServer.Answer refused =
        server.post(
            "/api/v1/containers/" + id + "/exec",
            new JsonObject().put("command", "trap '' TERM HUP; sleep 27411; :"));

    assertThat(refused.status()).isEqualTo(507);
    assertThat(refused.code()).isEqualTo("no_space");
    assertThat(refused.json().getString("detail")).contains("was cancelled");
    TestServer.eventually(
        () -> list(id, "processes").encode(), processes -> !processes.contains("27411"));
    assertThat(list(id, "execs")).isEmpty();

    Files.delete(ballast);
    assertThat(server.exec(id, "echo again").stdout()).isEqualTo("again\n");
    assertThat(list(id, "execs").size()).isEqualTo(1);
  }

  private JsonArray list(String id, String what) throws Exception {
    return server.get("/api/v1/containers/" + id + "/" + what).json().getJsonArray(what);
  }

  /** Takes what room there is. */
  private Path fill() throws Exception {
    Path ballast = mount.resolve(".state/ballast");
    try (var out = Files.newOutputStream(ballast)) {
      byte[] page = new byte[4096];
      while (true) {
        out.write(page);
      }
    } catch (IOException e) {
      assertThat(e.getMessage()).contains("No space left");
    }
    return ballast;
  }
}

package ai.bharatbuild.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scripts themselves, on the embedded database of a server that runs, and then does not. */
class BackupScriptsIT {
  private static final String PROJECTS = "/api/v1/projects";

  @TempDir Path base;

  /** What a script said, and whether it succeeded. */
  private record Said(int status, String text) {}

  private TestServer start() throws Exception {
    return TestServer.start(
        base.resolve("jobs"),
        Map.of(
            "DATABASE_URL",
            "",
            "DATA_PATH",
            base.resolve("data").toString(),
            "DOCKER_SOCKET",
            base.resolve("no-engine.sock").toString()));
  }

  private Said run(String script, Path... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("scripts/" + script));
    for (Path argument : arguments) {
      command.add(argument.toString());
    }
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("DATA_PATH", base.resolve("data").toString());
    builder.environment().put("JOBS_BASE_PATH", base.resolve("jobs").toString());
    Process process = builder.start();
    String text = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    return new Said(process.exitValue(), text);
  }

  private static long projects(TestServer server) throws Exception {
    return TestServer.eventually(() -> server.get(PROJECTS), it -> it.status() == 200)
        .json()
        .getLong("total");
  }

  private static void make(TestServer server, String title) throws Exception {
    JsonObject project = new JsonObject().put("title", title).put("mode", "developer");
    TestServer.eventually(() -> server.post(PROJECTS, project).status(), status -> status == 201);
  }

  @Test
  void whatABackupHoldsComesBackWhateverHappenedSince() throws Exception {
    Path file = base.resolve("copies/today.tar.gz");
    Files.createDirectories(file.getParent());
    try (TestServer server = start()) {
      make(server, "Before the backup");
      Said copied = run("backup.sh", file);
      assertThat(copied.status()).as(copied.text()).isZero();
      assertThat(file).isNotEmptyFile();
      make(server, "After the backup");
      assertThat(projects(server)).isEqualTo(2);

      Said refused = run("restore.sh", file);
      assertThat(refused.status()).as(refused.text()).isNotZero();
      assertThat(refused.text()).contains("error: ");
      assertThat(projects(server)).isEqualTo(2);
    }
    Said restored = run("restore.sh", file);
    assertThat(restored.status()).as(restored.text()).isZero();
    assertThat(restored.text()).contains("is kept in");
    try (TestServer server = start()) {
      assertThat(projects(server)).isEqualTo(1);
      make(server, "It can be written");
    }
    // A server that is stopped can be copied, too, and no file is overwritten.
    assertThat(run("backup.sh", file).status()).isNotZero();
    Said stopped = run("backup.sh", base.resolve("stopped.tar.gz"));
    assertThat(stopped.status()).as(stopped.text()).isZero();
    assertThat(run("restore.sh", base.resolve("nothing-here")).status()).isNotZero();
  }
}

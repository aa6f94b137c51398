package ai.bharatbuild.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process that moves a workspace's files to and fro is killed again and again. */
class OccupationKillTest {
  private static final int KILLS = 5;
  private static final int FILES = 60;
  private static final Ownership OWNER = new Ownership(10001, 10001);
  @TempDir Path temp;

  /** What is killed: moves the workspace to one new place after another, until it is. */
  public static void main(String[] arguments) {
    WorkspaceBase base = WorkspaceBase.open(Path.of(arguments[0]), OWNER);
    long limit = Long.parseLong(arguments[1]);
    System.out.println("moving");
    while (true) {
      base.occupy("w", base.prepared().make(limit).token(), () -> {});
      base.emptyTrash();
      base.volumes().destroyDiscarded();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 8 << 20})
  void everyFileIsThereAfterEachKill(long limit) throws Exception {
    Path jobs = temp.resolve("jobs");
    try {
      try (WorkspaceBase base = WorkspaceBase.open(jobs, OWNER)) {
        base.create("w");
        try (Workspace workspace = base.workspace("w")) {
          for (int i = 0; i < FILES; i++) {
            workspace.write(WorkspacePath.parse("d" + i + "/f"), new byte[] {(byte) i});
          }
        }
      }
      Random random = new Random(1);
      for (int i = 0; i < KILLS; i++) {
        moveAndKill(jobs, limit, random.nextInt(300_000));
        check(jobs);
      }
    } finally {
      VolumeMounts.detach(jobs);
    }
  }

  private static void moveAndKill(Path jobs, long limit, int micros) throws Exception {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                OccupationKillTest.class.getName(),
                jobs.toString(),
                Long.toString(limit))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(child.inputReader().readLine()).isEqualTo("moving");
    // Where in its work the kill meets it is left to chance; each place has its own test, too.
    child.waitFor(micros, TimeUnit.MICROSECONDS);
    child.destroyForcibly();
    assertThat(child.waitFor(20, TimeUnit.SECONDS)).isTrue();
  }

  private static void check(Path jobs) throws Exception {
    try (WorkspaceBase base = WorkspaceBase.open(jobs, OWNER)) {
      base.recover();
      base.prepared().keep(List.of());
      base.emptyTrash();
      base.volumes().destroyDiscarded();
      try (Workspace workspace = base.workspace("w")) {
        for (int i = 0; i < FILES; i++) {
          byte[] content = workspace.read(WorkspacePath.parse("d" + i + "/f"), 9).bytes();
          assertThat(content).containsExactly(i);
        }
      }
      assertThat(VolumeMounts.below(jobs).size()).isLessThanOrEqualTo(1);
      for (String each : List.of("moving", "tmp", "trash")) {
        assertThat(jobs.resolve(".state").resolve(each)).isEmptyDirectory();
      }
      try (var prepared = Files.list(jobs.resolve(".state/prepared"))) {
        assertThat(prepared.count()).isLessThanOrEqualTo(1);
      }
    }
  }
}

package ai.bharatbuild.files;

import static ai.bharatbuild.files.WorkspaceTest.path;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a hostile or merely busy neighbour in the same tree can do to an operation. */
class WorkspaceRaceTest {
  private static final int ROUNDS = 4000;
  @TempDir Path temp;
  private WorkspaceBase base;
  private Workspace workspace;
  private Path dir;

  @BeforeEach
  void open() {
    base = WorkspaceBase.open(temp.resolve("jobs"), new Ownership(10001, 10001));
    base.create("w");
    workspace = base.workspace("w");
    dir = base.pathOf("w");
  }

  @AfterEach
  void close() {
    workspace.close();
    base.close();
  }

  /** Swaps {@code w/d} between a directory and a link that leads outside, as fast as it can. */
  private static final String SWAPPER =
      """
      import ctypes, os, sys
      os.chdir(sys.argv[1])
      libc = ctypes.CDLL(None)
      os.makedirs("d", exist_ok=True)
      os.symlink(sys.argv[2], "evil")
      open("ready", "w").close()
      while not os.path.exists("stop"):
          libc.renameat2(-100, b"d", -100, b"evil", 2)
      """;

  @Test
  void swappedDirectoriesNeverLeadOutside() throws Exception {
    Path outside = Files.createDirectory(temp.resolve("outside"));
    Files.writeString(outside.resolve("secret"), "SECRET");
    Path script = Files.writeString(temp.resolve("swap.py"), SWAPPER);
    Process swapper =
        new ProcessBuilder("python3", script.toString(), dir.toString(), outside.toString())
            .inheritIO()
            .start();
    try {
      while (!Files.exists(dir.resolve("ready"))) {
        assertThat(swapper.isAlive()).isTrue();
        Thread.onSpinWait();
      }
      int through = 0;
      int refused = 0;
      for (int i = 0; i < ROUNDS; i++) {
        String name = "d/f" + i % 50;
        for (Runnable step : steps(name)) {
          try {
            step.run();
            through++;
          } catch (FileFailure e) {
            refused++;
            assertThat(e.kind()).isNotEqualTo(FileFailure.Kind.IO);
          }
        }
      }
      assertThat(through).isPositive();
      assertThat(refused).isPositive();
    } finally {
      Files.createFile(dir.resolve("stop"));
      assertThat(swapper.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
    try (Stream<Path> found = Files.list(outside)) {
      assertThat(found.map(Path::getFileName)).containsExactly(Path.of("secret"));
    }
    assertThat(outside.resolve("secret")).hasContent("SECRET");
  }

  private List<Runnable> steps(String name) {
    return List.of(
        () -> workspace.write(path(name), "mine".getBytes(UTF_8)),
        () -> workspace.write(path(name + "d/e/f"), "mine".getBytes(UTF_8)),
        () ->
            assertThat(workspace.read(path("d/secret"), 100).bytes())
                .asString(UTF_8)
                .isEqualTo("x"),
        () -> workspace.walk(path("d"), TreeWalk.Filter.ALL, WorkspaceRaceTest::notTheSecret),
        () -> workspace.move(path(name), path(name + "moved"), true),
        () -> workspace.delete(path(name + "d"), true),
        () -> workspace.delete(path("d/secret"), false));
  }

  private static void notTheSecret(String path, FileStat stat) {
    assertThat(path).doesNotContain("secret");
  }

  @Test
  void readersSeeOneVersionOrAnother() throws Exception {
    byte[] ones = "1".repeat(50_000).getBytes(UTF_8);
    byte[] twos = "2".repeat(70_000).getBytes(UTF_8);
    workspace.write(path("f"), ones);
    AtomicBoolean done = new AtomicBoolean();
    AtomicReference<Throwable> wrong = new AtomicReference<>();
    Thread reader =
        new Thread(
            () -> {
              try {
                while (!done.get()) {
                  byte[] seen = Files.readAllBytes(dir.resolve("f"));
                  assertThat(seen.length == 50_000 || seen.length == 70_000).isTrue();
                  assertThat(seen).containsOnly(seen.length == 50_000 ? '1' : '2');
                }
              } catch (Throwable t) {
                wrong.set(t);
              }
            });
    reader.start();
    for (int i = 0; i < 1500; i++) {
      workspace.write(path("f"), i % 2 == 0 ? twos : ones);
    }
    done.set(true);
    reader.join();
    assertThat(wrong.get()).isNull();
  }

  @Test
  void concurrentWritersOfOnePathLeaveOneWholeFile() throws Exception {
    Set<Thread> threads = new HashSet<>();
    List<Throwable> failures = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      byte[] content = new byte[1000 * (t + 1)];
      threads.add(
          new Thread(
              () -> {
                try (Workspace own = base.workspace("w")) {
                  for (int i = 0; i < 500; i++) {
                    own.write(path("deep/er/f"), content);
                  }
                } catch (FileFailure e) {
                  synchronized (failures) {
                    failures.add(e);
                  }
                }
              }));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(failures)
        .allSatisfy(e -> assertThat(((FileFailure) e).kind()).isEqualTo(FileFailure.Kind.CONFLICT));
    assertThat(workspace.stat(path("deep/er/f")).size() % 1000).isZero();
    assertThat(temp.resolve("jobs/.state/tmp")).isEmptyDirectory();
  }

  @Test
  void aFullDiskChangesNothing() throws Exception {
    Assumptions.assumeTrue(Linux.effectiveUser() == 0, "mounting needs root");
    Path mount = Files.createDirectory(temp.resolve("small"));
    run("mount", "-t", "tmpfs", "-o", "size=256k,mode=0755", "tmpfs", mount.toString());
    try (WorkspaceBase small = WorkspaceBase.open(mount, new Ownership(10001, 10001))) {
      small.create("w");
      try (Workspace tiny = small.workspace("w")) {
        tiny.write(path("f"), "old".getBytes(UTF_8));
        assertThat(failure(() -> tiny.write(path("f"), new byte[400_000])))
            .isEqualTo(FileFailure.Kind.NO_SPACE);
        assertThat(tiny.read(path("f"), 10).bytes()).asString(UTF_8).isEqualTo("old");
        assertThat(mount.resolve(".state/tmp")).isEmptyDirectory();
        tiny.write(path("g"), new byte[100_000]);
      }
    } finally {
      run("umount", mount.toString());
    }
  }

  private static FileFailure.Kind failure(Runnable call) {
    try {
      call.run();
      return null;
    } catch (FileFailure e) {
      return e.kind();
    }
  }

  private static void run(String... command) throws IOException, InterruptedException {
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }
}

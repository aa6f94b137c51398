package ai.bharatbuild.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.files.Ownership;
import ai.bharatbuild.files.Sha256;
import ai.bharatbuild.files.Workspace;
import ai.bharatbuild.files.WorkspaceBase;
import ai.bharatbuild.files.WorkspacePath;
import ai.bharatbuild.jobs.WorkspaceAccess.HashedFile;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileHashesTest {
  private static final int LIMIT = 1000;
  private static final long SETTLED_MILLIS = 60;
  @TempDir Path temp;
  private final FileHashes hashes = new FileHashes();
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

  private List<HashedFile> all() {
    return hashes.of(workspace, ProjectScan.all(workspace, WorkspacePath.root()), LIMIT);
  }

  private HashedFile only() {
    List<HashedFile> all = all();
    assertThat(all).hasSize(1);
    return all.getFirst();
  }

  private static String hash(String text) {
    return Sha256.of(text.getBytes(UTF_8));
  }

  /** Until the time of the file's last change is clearly over. */
  private void settle(String name) throws Exception {
    FileTime changed = (FileTime) Files.getAttribute(dir.resolve(name), "unix:ctime");
    while (System.currentTimeMillis() < changed.toMillis() + SETTLED_MILLIS) {
      Thread.sleep(1);
    }
  }

  @Test
  void filesAreDescribedInTheOrderOfTheirBytes() throws Exception {
    Files.writeString(dir.resolve("b"), "one\ntwo");
    Files.write(dir.resolve("c"), new byte[] {1, '\n', 0});
    Files.createDirectories(dir.resolve("a"));
    Files.writeString(dir.resolve("a/é"), "");
    Files.writeString(dir.resolve("large"), "x".repeat(LIMIT + 1));
    Files.createSymbolicLink(dir.resolve("link"), Path.of("b"));

    assertThat(all())
        .containsExactly(
            new HashedFile("a/é", 0, hash(""), 0),
            new HashedFile("b", 7, hash("one\ntwo"), 2),
            new HashedFile("c", 3, Sha256.of(new byte[] {1, '\n', 0}), 0),
            new HashedFile("large", LIMIT + 1, null, 0));
  }

  @Test
  void whatHasNotChangedIsNotReadAgain() throws Exception {
    Files.writeString(dir.resolve("f"), "one");
    settle("f");
    HashedFile first = only();
    assertThat(only()).isSameAs(first);

    Files.writeString(dir.resolve("f"), "two");
    assertThat(only().sha256()).isEqualTo(hash("two"));
    Files.delete(dir.resolve("f"));
    assertThat(all()).isEmpty();
  }

  @Test
  void timesThatAProgramSetsBackHideNothing() throws Exception {
    Path file = Files.writeString(dir.resolve("f"), "one");
    FileTime modified = Files.getLastModifiedTime(file);
    settle("f");
    only();

    Files.writeString(file, "two");
    Files.setLastModifiedTime(file, modified);

    assertThat(only().sha256()).isEqualTo(hash("two"));
  }

  /** Changes within one tick of the kernel's clock leave size and times as they were. */
  @Test
  void noChangeIsMissedHoweverSoonItComes() throws Exception {
    Files.writeString(dir.resolve("f"), "0000");
    try (RandomAccessFile file = new RandomAccessFile(dir.resolve("f").toFile(), "rw")) {
      for (int i = 1; i < 3000; i++) {
        String text = "%04d".formatted(i);
        file.seek(0);
        file.write(text.getBytes(UTF_8));
        assertThat(only().sha256()).isEqualTo(hash(text));
      }
    }
  }
}

package ai.bharatbuild.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bharatbuild.files.PreparedPlaces.Prepared;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prepared directories that become workspaces. */
class OccupationTest {
  @TempDir Path temp;
  private WorkspaceBase base;

  @BeforeEach
  void open() {
    base = WorkspaceBase.open(temp.resolve("jobs"), new Ownership(10001, 10001));
  }

  @AfterEach
  void close() {
    base.close();
  }

  private void reopen() {
    base.close();
    base = WorkspaceBase.open(temp.resolve("jobs"), new Ownership(10001, 10001));
    base.recover();
  }

  private void write(String path, String text) {
    try (Workspace workspace = base.workspace("w")) {
      workspace.write(WorkspacePath.parse(path), text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private String read(String path) {
    try (Workspace workspace = base.workspace("w")) {
      return new String(
          workspace.read(WorkspacePath.parse(path), 100).bytes(), StandardCharsets.UTF_8);
    }
  }

  private static Object inode(Path path) throws IOException {
    return Files.getAttribute(path, "unix:ino");
  }

  @Test
  void aPreparedDirectoryKeepsItsInodeAndPathAsAWorkspace() throws IOException {
    base.create("w");
    write("a/b.txt", "before");
    write("top", "1");
    Prepared prepared = base.prepared().make(0);
    Object inode = inode(prepared.path());

    base.occupy("w", prepared.token(), () -> {});

    assertThat(base.pathOf("w")).isEqualTo(prepared.path());
    assertThat(inode(prepared.path())).isEqualTo(inode);
    assertThat(prepared.path().resolve("a/b.txt")).hasContent("before");
    assertThat(read("top")).isEqualTo("1");
    write("a/b.txt", "after");
    write("new/c", "2");
    assertThat(prepared.path().resolve("a/b.txt")).hasContent("after");
    assertThat(prepared.path().resolve("new/c")).hasContent("2");
    reopen();
    assertThat(base.exists("w")).isTrue();
    assertThat(read("a/b.txt")).isEqualTo("after");
  }

  @Test
  void anotherPlaceCanFollow() {
    base.create("w");
    write("f", "x");
    Prepared first = base.prepared().make(0);
    Prepared second = base.prepared().make(0);
    base.occupy("w", first.token(), () -> {});
    base.occupy("w", second.token(), () -> {});
    assertThat(first.path()).doesNotExist();
    assertThat(read("f")).isEqualTo("x");
    assertThat(base.pathOf("w")).isEqualTo(second.path());
  }

  @Test
  void anUploadBegunBeforeIsPublishedAfter() {
    base.create("w");
    Upload upload;
    try (Workspace workspace = base.workspace("w")) {
      upload = workspace.begin();
    }
    upload.append("late".getBytes(StandardCharsets.UTF_8), 0, 4);
    base.occupy("w", base.prepared().make(0).token(), () -> {});
    try (upload;
        Workspace workspace = base.workspace("w")) {
      workspace.publish(WorkspacePath.parse("f"), upload);
    }
    assertThat(read("f")).isEqualTo("late");
  }

  @Test
  void discardingTakesLinkAndPlace() throws IOException {
    base.create("w");
    Prepared prepared = base.prepared().make(0);
    base.occupy("w", prepared.token(), () -> {});
    base.discard("w");
    base.emptyTrash();
    assertThat(base.exists("w")).isFalse();
    assertThat(prepared.path()).doesNotExist();
    assertThat(temp.resolve("jobs/.state/trash")).isEmptyDirectory();
  }

  @Test
  void whatNobodyKeepsGoesButNoWorkspaceDoes() {
    base.create("w");
    write("f", "x");
    Prepared mine = base.prepared().make(0);
    Prepared kept = base.prepared().make(0);
    Prepared other = base.prepared().make(0);
    base.occupy("w", mine.token(), () -> {});
    base.prepared().keep(Set.of());
    assertThat(other.path()).isDirectory();
    reopen();
    base.prepared().keep(Set.of(kept.token()));
    base.prepared().discard(mine.token());
    assertThat(kept.path()).isDirectory();
    assertThat(other.path()).doesNotExist();
    assertThat(read("f")).isEqualTo("x");
  }

  @Test
  void aMissingPlaceOrWorkspaceChangesNothing() {
    base.create("w");
    write("f", "x");
    for (String token : List.of("0".repeat(24), "../..", "", "x")) {
      assertThatThrownBy(() -> base.occupy("w", token, () -> {}))
          .isInstanceOfSatisfying(
              FileFailure.class, e -> assertThat(e.kind()).isEqualTo(FileFailure.Kind.NOT_FOUND));
    }
    Prepared prepared = base.prepared().make(0);
    assertThatThrownBy(() -> base.occupy("none", prepared.token(), () -> {}))
        .isInstanceOf(FileFailure.class);
    assertThat(prepared.path()).isEmptyDirectory();
    assertThat(read("f")).isEqualTo("x");
    assertThat(temp.resolve("jobs/.state/moving")).isEmptyDirectory();
  }

  @Test
  void aKilledMoveIsTakenBack() throws IOException {
    base.create("w");
    write("a/1", "1");
    write("b/2", "2");
    Prepared prepared = base.prepared().make(0);
    Path jobs = temp.resolve("jobs");
    Files.createSymbolicLink(jobs.resolve(".state/moving/w"), Path.of(prepared.token()));
    Files.move(jobs.resolve("w/a"), prepared.path().resolve("a"));
    reopen();
    assertThat(read("a/1") + read("b/2")).isEqualTo("12");
    assertThat(prepared.path()).isEmptyDirectory();
    assertThat(jobs.resolve(".state/moving")).isEmptyDirectory();
  }

  @Test
  void aMoveKilledAtItsEndStays() throws IOException {
    base.create("w");
    write("a", "1");
    Prepared prepared = base.prepared().make(0);
    base.occupy("w", prepared.token(), () -> {});
    Path jobs = temp.resolve("jobs");
    Files.createSymbolicLink(jobs.resolve(".state/moving/w"), Path.of(prepared.token()));
    reopen();
    assertThat(read("a")).isEqualTo("1");
    assertThat(base.pathOf("w")).isEqualTo(prepared.path());
    assertThat(jobs.resolve(".state/moving")).isEmptyDirectory();
  }

  @Test
  void aLinkThatNoServerMadeIsNotFollowed() throws IOException {
    Path outside = Files.createDirectory(temp.resolve("outside"));
    for (String target :
        List.of(
            outside.toString(),
            ".state",
            ".state/prepared/..",
            ".state/prepared/" + "0".repeat(24) + "/../../..",
            ".state/volumes/" + "0".repeat(24) + "-1/ws/..")) {
      Path link = Files.createSymbolicLink(temp.resolve("jobs/w"), Path.of(target));
      assertThatThrownBy(() -> base.workspace("w")).isInstanceOf(FileFailure.class);
      assertThat(base.exists("w")).isFalse();
      Files.delete(link);
    }
  }
}

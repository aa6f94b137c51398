package ai.bharatbuild.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bharatbuild.files.FileFailure.Kind;
import ai.bharatbuild.files.PreparedPlaces.Prepared;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workspaces on file systems of their own, with real images and mounts. */
class VolumesTest {
  private static final long MB = 1 << 20;
  @TempDir Path temp;
  private Path jobs;
  private WorkspaceBase base;

  @BeforeEach
  void open() {
    jobs = temp.resolve("jobs");
    base = WorkspaceBase.open(jobs, new Ownership(10001, 10001));
    assertThat(base.volumes().obstacle()).isNull();
    base.create("w");
  }

  @AfterEach
  void close() {
    base.close();
    VolumeMounts.detach(jobs);
  }

  private void restart() {
    base.close();
    base = WorkspaceBase.open(jobs, new Ownership(10001, 10001));
    base.recover();
  }

  private void write(String path, String text) {
    try (Workspace workspace = base.workspace("w")) {
      workspace.write(WorkspacePath.parse(path), text.getBytes(UTF_8));
    }
  }

  private String read(String path) {
    try (Workspace workspace = base.workspace("w")) {
      return new String(workspace.read(WorkspacePath.parse(path), 100).bytes(), UTF_8);
    }
  }

  private Prepared occupied(long limit) {
    Prepared prepared = base.prepared().make(limit);
    base.occupy("w", prepared.token(), () -> {});
    base.volumes().destroyDiscarded();
    return prepared;
  }

  /** Writes until the disk is full; the bytes that fitted. */
  private static long fill(Path file) throws IOException {
    byte[] block = new byte[64 << 10];
    try (OutputStream out = Files.newOutputStream(file)) {
      while (true) {
        out.write(block);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left");
    }
    return Files.size(file);
  }

  @Test
  void theLimitFitsAndLittleMore() throws IOException {
    for (long limit : new long[] {MB, 50 * MB, 300 * MB}) {
      Prepared prepared = base.prepared().make(limit);
      long fitted = fill(prepared.path().resolve("f"));
      assertThat(fitted).isBetween(limit, limit + limit / 50 + MB);
      base.prepared().discard(prepared.token());
      base.volumes().destroyDiscarded();
    }
    assertThat(VolumeMounts.below(jobs)).isEmpty();
  }

  /** The second of a size is not made by mkfs, and must be as sound as the first. */
  @Test
  void everyVolumeOfASizeIsSound() throws IOException {
    for (long limit : new long[] {MB, 300 * MB, 3000 * MB}) {
      List<Long> fitted = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        Prepared prepared = base.prepared().make(limit);
        Path image = jobs.resolve(".state/volumes/" + prepared.token() + ".img");
        assertThat(Commands.run(60, "dumpe2fs", "-h", image.toString()).succeeded()).isTrue();
        Files.write(prepared.path().resolve("f"), new byte[100_000]);
        fitted.add(Files.getFileStore(prepared.path()).getUsableSpace());
        VolumeMounts.detach(jobs);
        Eventually.isTrue(() -> VolumeMounts.loops(jobs).isEmpty());
        Commands.Result checked = Commands.run(60, "e2fsck", "-fn", image.toString());
        assertThat(checked.code()).as(checked.words()).isZero();
        base.prepared().discard(prepared.token());
        base.volumes().destroyDiscarded();
      }
      assertThat(Set.copyOf(fitted)).hasSize(1);
    }
  }

  @Test
  void volumesOfASizeShareNothing() throws IOException {
    Prepared first = base.prepared().make(MB);
    Files.write(first.path().resolve("secret"), "first's".getBytes(UTF_8));
    Prepared second = base.prepared().make(MB);
    assertThat(second.path()).isEmptyDirectory();
    Files.write(second.path().resolve("f"), "second's".getBytes(UTF_8));
    assertThat(first.path().resolve("f")).doesNotExist();
    assertThat(first.path().resolve("secret")).hasContent("first's");
  }

  @Test
  void inodesAreBounded() throws IOException {
    Path files = base.prepared().make(MB).path();
    int made = 0;
    try {
      for (; made < 40_000; made++) {
        Files.createSymbolicLink(files.resolve("l" + made), Path.of("x"));
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left");
    }
    assertThat(made).isBetween(19_000, 24_000);
  }

  @Test
  void spaceIsTakenFromTheHostAtOnceAndNotLater() throws IOException {
    long before = jobs.toFile().getUsableSpace();
    Prepared prepared = base.prepared().make(200 * MB);
    Path image = jobs.resolve(".state/volumes/" + prepared.token() + ".img");
    long blocks = blocksOf(image);
    assertThat(blocks).isGreaterThanOrEqualTo(Files.size(image));
    assertThat(before - jobs.toFile().getUsableSpace()).isGreaterThan(150 * MB);
    fill(prepared.path().resolve("f"));
    Files.delete(prepared.path().resolve("f"));
    assertThat(blocksOf(image)).isBetween(blocks, blocks + MB);
  }

  private static long blocksOf(Path file) {
    Commands.Result result = Commands.run(10, "stat", "-c", "%b", file.toString());
    return Long.parseLong(result.words()) * 512;
  }

  @Test
  void theReserveOfTheHostIsKept() {
    base.close();
    long free = jobs.toFile().getUsableSpace();
    base = WorkspaceBase.open(jobs, new Ownership(10001, 10001), free - 10 * MB);
    assertThatThrownBy(() -> base.prepared().make(100 * MB))
        .isInstanceOfSatisfying(
            FileFailure.class,
            e -> {
              assertThat(e.kind()).isEqualTo(Kind.NO_SPACE);
              assertThat(e).hasMessageContaining("no room for another");
            });
    assertThat(jobs.resolve(".state/volumes")).isEmptyDirectory();
    assertThat(base.volumes().obstacle()).isNull();
  }

  @Test
  void everythingMovesIntoAVolume() throws Exception {
    write("a/b.txt", "text");
    Path old = base.pathOf("w");
    Files.setPosixFilePermissions(
        old.resolve("a/b.txt"), PosixFilePermissions.fromString("rwxr-x--x"));
    Files.createLink(old.resolve("a/same"), old.resolve("a/b.txt"));
    Files.createSymbolicLink(old.resolve("link"), Path.of("/etc/passwd"));
    Files.createDirectories(old.resolve("deep/" + "d/".repeat(100)));
    Files.write(Path.of(old + "/deep/" + "d/".repeat(100) + "f"), new byte[] {1});
    Files.setAttribute(old.resolve("a/b.txt"), "unix:uid", 10002);
    FileTime time = FileTime.fromMillis(1_234_567_890_123L);
    Files.setLastModifiedTime(old.resolve("a/b.txt"), time);
    Files.setLastModifiedTime(old.resolve("a"), time);
    try (var sparse =
        Files.newByteChannel(
            old.resolve("sparse"),
            Set.of(
                java.nio.file.StandardOpenOption.CREATE, java.nio.file.StandardOpenOption.WRITE))) {
      sparse.position(500 * MB).write(java.nio.ByteBuffer.wrap("end".getBytes(UTF_8)));
    }
    assertThat(Commands.run(5, "mkfifo", old.resolve("pipe").toString()).succeeded()).isTrue();

    Path now = occupied(20 * MB).path();

    assertThat(base.pathOf("w")).isEqualTo(now);
    assertThat(now.resolve("a/b.txt")).hasContent("text");
    assertThat(Files.readAttributes(now.resolve("a/b.txt"), "unix:mode,uid,gid,nlink"))
        .containsEntry("mode", 0100751)
        .containsEntry("uid", 10002)
        .containsEntry("gid", 10001)
        .containsEntry("nlink", 2);
    assertThat(Files.getAttribute(now.resolve("a/same"), "unix:ino"))
        .isEqualTo(Files.getAttribute(now.resolve("a/b.txt"), "unix:ino"));
    assertThat(Files.getLastModifiedTime(now.resolve("a/b.txt"))).isEqualTo(time);
    assertThat(Files.getLastModifiedTime(now.resolve("a"))).isEqualTo(time);
    assertThat(Files.readSymbolicLink(now.resolve("link"))).isEqualTo(Path.of("/etc/passwd"));
    assertThat(Path.of(now + "/deep/" + "d/".repeat(100) + "f")).hasBinaryContent(new byte[] {1});
    assertThat(Files.size(now.resolve("sparse"))).isEqualTo(500 * MB + 3);
    assertThat(blocksOf(now.resolve("sparse"))).isLessThan(MB);
    assertThat(now.resolve("pipe")).doesNotExist();
    assertThat(jobs.resolve("w")).isSymbolicLink();
    base.emptyTrash();
    assertThat(jobs.resolve(".state/trash")).isEmptyDirectory();
    assertThat(now.resolveSibling("tmp")).isEmptyDirectory();
  }

  @Test
  void whatDoesNotFitLeavesBothAsTheyWere() throws IOException {
    write("a/1", "one");
    Files.write(base.pathOf("w").resolve("big"), new byte[(int) (9 * MB)]);
    Path old = base.pathOf("w");
    Prepared prepared = base.prepared().make(4 * MB);
    assertThatThrownBy(() -> base.occupy("w", prepared.token(), () -> {}))
        .isInstanceOfSatisfying(
            FileFailure.class,
            e -> {
              assertThat(e.kind()).isEqualTo(Kind.TOO_LARGE);
              assertThat(e).hasMessageContaining("disk of 4 MB");
            });
    assertThat(base.pathOf("w")).isEqualTo(old);
    assertThat(Files.size(old.resolve("big"))).isEqualTo(9 * MB);
    assertThat(read("a/1")).isEqualTo("one");
    assertThat(prepared.path()).isEmptyDirectory();
    assertThat(jobs.resolve(".state/moving")).isEmptyDirectory();
  }

  @Test
  void aFullVolumeRefusesWritesAndServesAgainAfterDeleting() throws IOException {
    Prepared prepared = occupied(4 * MB);
    write("keep", "kept");
    Files.createDirectory(prepared.path().resolve("dir"));
    fill(prepared.path().resolve("dir/f"));
    // The kernel finds some room when it writes down what it had accepted, but not much.
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 50; i++) {
                write("dir/more" + i, "x".repeat(9000));
              }
            })
        .isInstanceOfSatisfying(
            FileFailure.class,
            e -> {
              assertThat(e.kind()).isEqualTo(Kind.NO_SPACE);
              assertThat(e).hasMessageContaining("disk of 4 MB is full");
            });
    assertThat(read("keep")).isEqualTo("kept");
    try (Workspace workspace = base.workspace("w")) {
      workspace.delete(WorkspacePath.parse("dir"), true);
    }
    base.emptyTrash();
    write("more", "x");
    assertThat(read("more")).isEqualTo("x");
    assertThat(prepared.path().resolveSibling("tmp")).isEmptyDirectory();
    assertThat(prepared.path().resolveSibling("trash")).isEmptyDirectory();
  }

  @Test
  void aLargerVolumeTakesOverFromASmaller() throws IOException {
    write("f", "x");
    Prepared small = occupied(4 * MB);
    assertThat(base.hasVolume("w", 4 * MB)).isTrue();
    Prepared large = occupied(40 * MB);
    assertThat(base.hasVolume("w", 4 * MB)).isFalse();
    assertThat(read("f")).isEqualTo("x");
    assertThat(VolumeMounts.below(jobs)).containsExactly(large.path().getParent());
    assertThat(jobs.resolve(".state/volumes/" + small.token() + ".img")).doesNotExist();
  }

  @Test
  void discardingFreesImageMountAndLoopDevice() throws IOException {
    Prepared prepared = occupied(4 * MB);
    write("f", "x");
    try (Workspace workspace = base.workspace("w");
        OpenFile busy = workspace.open(WorkspacePath.parse("f"))) {
      base.discard("w");
      assertThat(base.exists("w")).isFalse();
      base.volumes().destroyDiscarded();
      assertThat(busy.channel().size()).isEqualTo(1);
    }
    assertThat(VolumeMounts.below(jobs)).isEmpty();
    assertThat(jobs.resolve(".state/volumes")).isEmptyDirectory();
    Eventually.isTrue(() -> VolumeMounts.loops(jobs).isEmpty());
    assertThat(prepared.path()).doesNotExist();
  }

  @Test
  void aRestartedServerFindsItsVolumesAndARestartedMachineMountsThem() throws IOException {
    Prepared prepared = occupied(4 * MB);
    write("f", "x");
    Files.write(prepared.path().resolveSibling("tmp").resolve("left"), new byte[1]);
    restart();
    assertThat(read("f")).isEqualTo("x");
    assertThat(prepared.path().resolveSibling("tmp")).isEmptyDirectory();

    VolumeMounts.detach(jobs);
    assertThat(base.exists("w")).isTrue();
    assertThatThrownBy(() -> read("f"))
        .isInstanceOfSatisfying(FileFailure.class, e -> assertThat(e.kind()).isEqualTo(Kind.IO));
    restart();
    assertThat(read("f")).isEqualTo("x");
    write("g", "y");
  }

  @Test
  void aVolumeThatASandboxStillHasIsTheSameForTheNextServer() throws Exception {
    Prepared prepared = occupied(4 * MB);
    write("before", "x");
    String look = "echo; read line; cat " + prepared.path().resolve("after");
    // It keeps the mounts of the moment, like a sandbox that outlives its server.
    Process sandbox = new ProcessBuilder("unshare", "-m", "sh", "-c", look).start();
    try {
      assertThat(sandbox.getInputStream().read()).isEqualTo('\n');
      VolumeMounts.detach(jobs);
      restart();
      assertThat(read("before")).isEqualTo("x");
      write("after", "y");
      sandbox.getOutputStream().write('\n');
      sandbox.getOutputStream().close();
      assertThat(sandbox.getInputStream().readAllBytes()).asString(UTF_8).isEqualTo("y");
      assertThat(VolumeMounts.loops(jobs)).hasSize(1);
    } finally {
      sandbox.destroyForcibly().waitFor();
    }
  }

  @Test
  void volumesOfNobodyAreSweptAndKeptOnesStay() throws IOException {
    Prepared mine = occupied(MB);
    Prepared kept = base.prepared().make(MB);
    base.prepared().make(MB);
    Files.write(jobs.resolve(".state/volumes/" + "0".repeat(24) + "-5.img"), new byte[9]);
    restart();
    base.prepared().keep(List.of(kept.token()));
    base.volumes().destroyDiscarded();
    assertThat(VolumeMounts.below(jobs))
        .containsExactlyInAnyOrder(mine.path().getParent(), kept.path().getParent());
    try (var left = Files.list(jobs.resolve(".state/volumes"))) {
      assertThat(left).hasSize(4);
    }
  }

  @Test
  void aKilledMoveLeavesTheOldWorkspaceAndNothingInTheNewPlace() throws IOException {
    write("a", "1");
    Prepared prepared = base.prepared().make(MB);
    Files.write(prepared.path().resolve("a"), new byte[] {'1'});
    Files.createSymbolicLink(jobs.resolve(".state/moving/w"), Path.of(prepared.token()));
    restart();
    base.prepared().keep(List.of(prepared.token()));
    assertThat(read("a")).isEqualTo("1");
    assertThat(Files.isDirectory(jobs.resolve("w"), LinkOption.NOFOLLOW_LINKS)).isTrue();
    assertThat(prepared.path()).isEmptyDirectory();
  }

  @Test
  void manyAtOnce() throws Exception {
    List<Thread> threads = new ArrayList<>();
    Set<Prepared> made = java.util.concurrent.ConcurrentHashMap.newKeySet();
    for (int i = 0; i < 25; i++) {
      threads.add(Thread.ofVirtual().start(() -> made.add(base.prepared().make(20 * MB))));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(made).hasSize(25);
    for (Prepared prepared : made) {
      Files.write(prepared.path().resolve("f"), new byte[100_000]);
      base.prepared().discard(prepared.token());
    }
    base.volumes().destroyDiscarded();
    assertThat(VolumeMounts.below(jobs)).isEmpty();
    Eventually.isTrue(() -> VolumeMounts.loops(jobs).isEmpty());
  }
}

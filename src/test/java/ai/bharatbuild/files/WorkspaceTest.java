package ai.bharatbuild.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bharatbuild.files.FileFailure.Kind;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkspaceTest {
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

  static WorkspacePath path(String text) {
    return WorkspacePath.parse(text);
  }

  private static void fails(Kind kind, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            FileFailure.class, failure -> assertThat(failure.kind()).isEqualTo(kind));
  }

  @Test
  void writesReadsReplacesAndTellsTheOldSize() {
    assertThat(workspace.write(path("a/b/c.txt"), "one".getBytes(UTF_8))).isEqualTo(-1);
    assertThat(workspace.write(path("a/b/c.txt"), "seven77".getBytes(UTF_8))).isEqualTo(3);
    assertThat(workspace.read(path("a/b/c.txt"), 100).bytes()).asString(UTF_8).isEqualTo("seven77");
    assertThat(temp.resolve("jobs/.state/tmp")).isEmptyDirectory();
  }

  @Test
  void readsNoMoreThanAsked() {
    workspace.write(path("f"), new byte[300_000]);
    assertThat(workspace.read(path("f"), 300_000).bytes()).hasSize(300_000);
    fails(Kind.TOO_LARGE, () -> workspace.read(path("f"), 299_999));
  }

  @Test
  void givesFilesToTheSandboxAndKeepsExecutableBits() throws Exception {
    workspace.write(path("d/run.sh"), new byte[1]);
    Files.setPosixFilePermissions(
        dir.resolve("d/run.sh"), PosixFilePermissions.fromString("rwx--x---"));
    workspace.write(path("d/run.sh"), new byte[2]);
    assertThat(Files.getPosixFilePermissions(dir.resolve("d/run.sh")))
        .isEqualTo(PosixFilePermissions.fromString("rwxr-xr--"));
    assertThat(Files.getPosixFilePermissions(dir.resolve("d")))
        .isEqualTo(PosixFilePermissions.fromString("rwxr-xr-x"));
    assertThat(Files.getPosixFilePermissions(dir))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    int expected = Linux.effectiveUser() == 0 ? 10001 : Linux.effectiveUser();
    for (String each : List.of("", "d", "d/run.sh")) {
      assertThat(Files.getAttribute(dir.resolve(each), "unix:uid")).isEqualTo(expected);
    }
  }

  @Test
  void refusesLinksAnywhereOnTheWay() throws Exception {
    Path outside = Files.createDirectory(temp.resolve("outside"));
    Files.writeString(outside.resolve("secret"), "s");
    Files.createSymbolicLink(dir.resolve("out"), outside);
    Files.createSymbolicLink(dir.resolve("file"), outside.resolve("secret"));
    Files.createSymbolicLink(dir.resolve("dangling"), Path.of("nowhere"));
    Files.createDirectory(dir.resolve("real"));
    Files.createSymbolicLink(dir.resolve("inside"), Path.of("real"));
    for (String way : List.of("out/secret", "file", "dangling", "inside/x", "out/new/deep")) {
      fails(Kind.INVALID_PATH, () -> workspace.write(path(way), new byte[1]));
    }
    for (String way : List.of("out/secret", "file", "dangling", "inside/x")) {
      fails(Kind.INVALID_PATH, () -> workspace.read(path(way), 10));
      fails(Kind.INVALID_PATH, () -> workspace.delete(path(way), true));
      fails(Kind.INVALID_PATH, () -> workspace.move(path(way), path("moved"), true));
    }
    fails(Kind.INVALID_PATH, () -> workspace.delete(path("out"), true));
    assertThat(outside.resolve("secret")).hasContent("s");
    assertThat(outside).isDirectoryNotContaining(p -> !p.endsWith("secret"));
  }

  @Test
  void neverWaitsForSpecialFiles() throws Exception {
    assertThat(new ProcessBuilder("mkfifo", dir.resolve("fifo").toString()).start().waitFor())
        .isZero();
    try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.bind(UnixDomainSocketAddress.of(dir.resolve("sock")));
      for (String special : List.of("fifo", "sock")) {
        fails(Kind.NOT_REGULAR, () -> workspace.read(path(special), 10));
        fails(Kind.NOT_REGULAR, () -> workspace.open(path(special)));
        fails(Kind.CONFLICT, () -> workspace.write(path(special), new byte[1]));
        fails(Kind.NOT_REGULAR, () -> workspace.move(path(special), path("x"), false));
      }
    }
  }

  @Test
  void tellsDirectoriesAndFilesApart() {
    workspace.write(path("d/f"), new byte[1]);
    fails(Kind.NOT_REGULAR, () -> workspace.read(path("d"), 10));
    fails(Kind.NOT_FOUND, () -> workspace.read(path("d/f/below"), 10));
    fails(Kind.NOT_FOUND, () -> workspace.read(path("none"), 10));
    fails(Kind.CONFLICT, () -> workspace.write(path("d"), new byte[1]));
    fails(Kind.CONFLICT, () -> workspace.write(path("d/f/below"), new byte[1]));
    fails(Kind.NOT_FOUND, () -> workspace.delete(path("d/f/below"), false));
    assertThat(workspace.stat(path("d/f/below"))).isNull();
    assertThat(workspace.stat(path("none/below"))).isNull();
  }

  @Test
  void deletes() {
    workspace.write(path("d/f"), new byte[1]);
    fails(Kind.NOT_EMPTY, () -> workspace.delete(path("d"), false));
    workspace.delete(path("d/f"), false);
    workspace.delete(path("d"), false);
    workspace.write(path("d/e/f"), new byte[1]);
    workspace.delete(path("d"), true);
    fails(Kind.NOT_FOUND, () -> workspace.delete(path("d"), true));
    base.emptyTrash();
    assertThat(temp.resolve("jobs/.state/trash")).isEmptyDirectory();
  }

  @Test
  void moves() {
    workspace.write(path("a/f"), "f".getBytes(UTF_8));
    workspace.move(path("a"), path("x/y"), false);
    assertThat(workspace.read(path("x/y/f"), 9).bytes()).asString(UTF_8).isEqualTo("f");
    workspace.write(path("g"), "g".getBytes(UTF_8));
    fails(Kind.EXISTS, () -> workspace.move(path("g"), path("x/y/f"), false));
    workspace.move(path("g"), path("x/y/f"), true);
    assertThat(workspace.read(path("x/y/f"), 9).bytes()).asString(UTF_8).isEqualTo("g");
    fails(Kind.CONFLICT, () -> workspace.move(path("x"), path("x/y/z"), false));
    fails(Kind.NOT_FOUND, () -> workspace.move(path("none"), path("k"), false));
    workspace.write(path("h"), new byte[1]);
    fails(Kind.CONFLICT, () -> workspace.move(path("h"), path("x"), true));
    fails(Kind.CONFLICT, () -> workspace.move(path("x"), path("h"), true));
    workspace.move(path("h"), path("h"), false);
  }

  @Test
  void readersHoldTheirVersion() throws Exception {
    workspace.write(path("f"), "old".getBytes(UTF_8));
    try (OpenFile open = workspace.open(path("f"))) {
      workspace.write(path("f"), "newer".getBytes(UTF_8));
      byte[] seen = new byte[3];
      open.channel().read(java.nio.ByteBuffer.wrap(seen));
      assertThat(seen).asString(UTF_8).isEqualTo("old");
      try (OpenFile second = workspace.open(path("f"))) {
        assertThat(second.stat().version()).isNotEqualTo(open.stat().version());
      }
    }
  }

  @Test
  void walksEverythingButWhatNoPathCanName() throws Exception {
    workspace.write(path("src/a"), new byte[3]);
    workspace.write(path("node_modules/x/y"), new byte[4]);
    Files.createSymbolicLink(dir.resolve("link"), Path.of("/etc"));
    Files.writeString(dir.resolve(".job_metadata.json"), "{}");
    String script =
        "cd \"$1\" && touch \"$(printf 'bad\\377')\" 'back\\slash' \"$(printf 'a\\tb')\"";
    assertThat(
            new ProcessBuilder("bash", "-c", script, "-", dir.toString())
                .inheritIO()
                .start()
                .waitFor())
        .isZero();
    Map<String, FileStat.Type> seen = new TreeMap<>();
    TreeWalk.Result result =
        workspace.walk(
            WorkspacePath.root(),
            (path, name, siblings) -> !name.equals("node_modules"),
            (path, stat) -> seen.put(path, stat.type()));
    assertThat(seen)
        .isEqualTo(
            Map.of(
                "src", FileStat.Type.DIRECTORY,
                "src/a", FileStat.Type.FILE,
                "link", FileStat.Type.LINK));
    assertThat(result.skipped()).isEqualTo(3);
    List<String> below = new ArrayList<>();
    workspace.walk(path("src"), TreeWalk.Filter.ALL, (path, stat) -> below.add(path));
    workspace.walk(path("missing"), TreeWalk.Filter.ALL, (path, stat) -> below.add(path));
    assertThat(below).containsExactly("src/a");
    fails(
        Kind.INVALID_PATH,
        () -> workspace.walk(path("link"), TreeWalk.Filter.ALL, (path, stat) -> {}));
  }

  @Test
  void removesHostileTrees() throws Exception {
    String script =
        """
        import os, sys
        os.chdir(sys.argv[1])
        os.mkdir("locked")
        open("locked/f", "w").close()
        os.chmod("locked", 0)
        os.symlink("/etc", "etc")
        os.mkfifo("fifo")
        for level in range(10000):
            os.mkdir("d")
            os.chdir("d")
        open("bottom", "w").close()
        """;
    Process process =
        new ProcessBuilder("python3", "-c", script, dir.toString()).inheritIO().start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
    int[] visited = {0};
    TreeWalk.Result walked =
        workspace.walk(WorkspacePath.root(), TreeWalk.Filter.ALL, (path, stat) -> visited[0]++);
    assertThat(walked.skipped()).isEqualTo(1);
    assertThat(visited[0]).isBetween(250, 260);
    base.discard("w");
    assertThat(base.exists("w")).isFalse();
    base.emptyTrash();
    assertThat(temp.resolve("jobs/.state/trash")).isEmptyDirectory();
    assertThat(Path.of("/etc/passwd")).exists();
  }

  @Test
  void anAbortedUploadLeavesNothing() {
    Upload upload = Upload.begin(base);
    upload.append(new byte[1000], 0, 1000);
    upload.close();
    upload.close();
    assertThat(temp.resolve("jobs/.state/tmp")).isEmptyDirectory();
    Upload lost = Upload.begin(base);
    lost.append(new byte[10], 0, 10);
    base.recover();
    assertThat(temp.resolve("jobs/.state/tmp")).isEmptyDirectory();
    lost.close();
  }

  @Test
  void refusesAnUnsafeBase() throws IOException {
    Path open = Files.createDirectory(temp.resolve("open"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThatThrownBy(() -> WorkspaceBase.open(open, new Ownership(1, 1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("chmod");
    Path foreign = Files.createDirectory(temp.resolve("foreign"));
    Files.createDirectory(foreign.resolve("photos"));
    assertThatThrownBy(() -> WorkspaceBase.open(foreign, new Ownership(1, 1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("empty");
    Path link = Files.createSymbolicLink(temp.resolve("link"), dir);
    assertThatThrownBy(() -> WorkspaceBase.open(link, new Ownership(1, 1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("link");
  }
}

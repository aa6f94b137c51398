package ai.bharatbuild.files;

import static ai.bharatbuild.files.WorkspaceTest.path;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changes of files that depend on what was seen of them. */
class SwapTest {
  private static final int LIMIT = 1000;
  private static final int ROUNDS = 1500;
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
    assertThat(temp.resolve("jobs/.state/tmp")).isEmptyDirectory();
    workspace.close();
    base.close();
  }

  private static String hash(String text) {
    return text == null ? null : Sha256.of(text.getBytes(UTF_8));
  }

  private boolean swap(String path, String seen, String text) {
    return swap(workspace, path, seen, text);
  }

  private static boolean swap(Workspace in, String path, String seen, String text) {
    return in.swap(path(path), hash(seen), text == null ? null : text.getBytes(UTF_8), LIMIT);
  }

  @Test
  void onlyWhatWasSeenIsReplaced() throws Exception {
    assertThat(swap("a/b", "one", "two")).isFalse();
    assertThat(dir.resolve("a")).doesNotExist();
    assertThat(swap("a/b", null, "one")).isTrue();
    assertThat(swap("a/b", null, "two")).isFalse();
    assertThat(swap("a/b", "other", "two")).isFalse();
    assertThat(dir.resolve("a/b")).hasContent("one");
    assertThat(swap("a/b", "one", "two")).isTrue();
    assertThat(dir.resolve("a/b")).hasContent("two");
    assertThat(swap("a/b/c", "one", "two")).isFalse();
    Files.writeString(dir.resolve("a/b"), "x".repeat(LIMIT + 1));
    assertThat(swap("a/b", "x".repeat(LIMIT + 1), "two")).isFalse();
  }

  @Test
  void onlyWhatWasSeenIsRemoved() throws Exception {
    Files.writeString(dir.resolve("f"), "one");
    assertThat(swap("f", "two", null)).isFalse();
    assertThat(swap("f", null, null)).isFalse();
    assertThat(dir.resolve("f")).hasContent("one");
    assertThat(swap("f", "one", null)).isTrue();
    assertThat(dir.resolve("f")).doesNotExist();
    assertThat(swap("f", "one", null)).isFalse();
    assertThat(swap("no/f", "one", null)).isFalse();
  }

  @Test
  void linksDirectoriesAndPipesAreNotWhatWasSeen() throws Exception {
    Path outside = Files.writeString(temp.resolve("outside"), "one");
    Files.createSymbolicLink(dir.resolve("link"), outside);
    Files.createDirectory(dir.resolve("d"));
    assertThat(new ProcessBuilder("mkfifo", dir.resolve("fifo").toString()).start().waitFor())
        .isZero();
    for (String name : new String[] {"link", "d", "fifo"}) {
      assertThat(swap(name, "one", "two")).isFalse();
      assertThat(swap(name, null, "two")).isFalse();
      assertThat(swap(name, "one", null)).isFalse();
    }
    assertThat(outside).hasContent("one");
  }

  @Test
  void theNewFileIsTheSandboxesAndExecutableAsTheOldOne() throws Exception {
    swap("run.sh", null, "one");
    Files.setPosixFilePermissions(
        dir.resolve("run.sh"), PosixFilePermissions.fromString("rwx--x---"));
    assertThat(swap("run.sh", "one", "two")).isTrue();
    assertThat(Files.getPosixFilePermissions(dir.resolve("run.sh")))
        .isEqualTo(PosixFilePermissions.fromString("rwxr-xr--"));
    int expected = Linux.effectiveUser() == 0 ? 10001 : Linux.effectiveUser();
    assertThat(Files.getAttribute(dir.resolve("run.sh"), "unix:uid")).isEqualTo(expected);
  }

  /**
   * A process saves twice in a row, by renaming over the file as editors do, while another one
   * answers what it reads. The second save comes at any moment of that answer; were it lost, nobody
   * would ever answer it.
   */
  @Test
  void noSaveOfAProcessIsLostInBetween() throws Exception {
    BlockingQueue<String> answered = new LinkedBlockingQueue<>();
    AtomicBoolean over = new AtomicBoolean();
    save("user 0");
    Thread agent = Thread.ofPlatform().start(() -> answer(answered, over));
    try {
      for (int i = 1; i < ROUNDS; i++) {
        save("user " + i + " first");
        save("user " + i);
        for (String last = ""; !last.equals("user " + i); ) {
          last = answered.poll(20, TimeUnit.SECONDS);
          assertThat(last).as("the save of round " + i + " is lost").isNotNull();
        }
        assertThat(dir.resolve("f")).hasContent("agent: user " + i);
      }
    } finally {
      over.set(true);
      agent.join();
    }
  }

  private void answer(BlockingQueue<String> answered, AtomicBoolean over) {
    try (Workspace own = base.workspace("w")) {
      while (!over.get()) {
        String text = new String(own.read(path("f"), LIMIT).bytes(), UTF_8);
        if (text.startsWith("user") && swap(own, "f", text, "agent: " + text)) {
          answered.add(text);
        }
      }
    }
  }

  /** As above, with an answer that removes the file. */
  @Test
  void noSaveOfAProcessIsRemovedUnseen() throws Exception {
    BlockingQueue<String> removed = new LinkedBlockingQueue<>();
    AtomicBoolean over = new AtomicBoolean();
    Thread agent = Thread.ofPlatform().start(() -> remove(removed, over));
    try {
      for (int i = 1; i < ROUNDS; i++) {
        save("user " + i + " first");
        save("user " + i);
        for (String last = ""; !last.equals("user " + i); ) {
          last = removed.poll(20, TimeUnit.SECONDS);
          assertThat(last).as("the save of round " + i + " is lost").isNotNull();
        }
        assertThat(dir.resolve("f")).doesNotExist();
      }
    } finally {
      over.set(true);
      agent.join();
    }
  }

  private void remove(BlockingQueue<String> removed, AtomicBoolean over) {
    try (Workspace own = base.workspace("w")) {
      while (!over.get()) {
        String text = read(own);
        if (text != null && swap(own, "f", text, null)) {
          removed.add(text);
        }
      }
    }
  }

  private static String read(Workspace own) {
    try {
      return new String(own.read(path("f"), LIMIT).bytes(), UTF_8);
    } catch (FileFailure e) {
      assertThat(e.kind()).isEqualTo(FileFailure.Kind.NOT_FOUND);
      return null;
    }
  }

  private void save(String text) throws IOException {
    Path fresh = Files.writeString(temp.resolve("fresh"), text);
    Files.move(
        fresh,
        dir.resolve("f"),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }
}

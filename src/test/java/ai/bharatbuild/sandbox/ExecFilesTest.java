package ai.bharatbuild.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExecFilesTest {
  private static final Instant START = Instant.parse("2026-01-15T10:30:00.123Z");

  @TempDir Path root;
  private ExecFiles files;

  @BeforeEach
  void open() {
    files = new ExecFiles(root);
  }

  private static ExecRecord running(String execId, String command, boolean inputClosed) {
    return new ExecRecord(
        execId, command, START, 300, true, inputClosed, false, null, null, null, null);
  }

  private static ExecRecord ended(String execId, String command) {
    return new ExecRecord(
        execId, command, START, 300, true, true, false, START.plusSeconds(1), 0, true, "exited");
  }

  @Test
  void whatWasSavedLastIsRead() throws IOException {
    for (String command : List.of("echo hi", "echo नमस्ते", "x".repeat(10_000))) {
      String execId = "x" + command.length();
      files.create("job", running(execId, command, false));
      assertThat(files.list("job")).contains(running(execId, command, false));
      // Each of these is shorter or longer than the one before.
      files.save("job", running(execId, command, true));
      assertThat(files.list("job")).contains(running(execId, command, true));
      files.save("job", ended(execId, command));
      assertThat(files.list("job")).contains(ended(execId, command));
      files.save("job", running(execId, command, false));
      assertThat(files.list("job")).contains(running(execId, command, false));
    }
    assertThat(files.list("job")).hasSize(3);
  }

  @Test
  void aLogMayBeThereBeforeTheRecord() throws IOException {
    Path log = Files.createDirectories(files.directory("job", "x1")).resolve("1-0.sse");
    Files.writeString(log, "id: 1\ndata: {}\n\n");

    files.create("job", running("x1", "true", false));

    assertThat(files.list("job")).containsExactly(running("x1", "true", false));
    assertThat(log).exists();
  }

  @Test
  void whatWasForgottenStaysSo() throws IOException {
    files.create("job", running("x1", "true", false));
    Files.writeString(files.directory("job", "x1").resolve("1-0.sse"), "id: 1\ndata: {}\n\n");
    files.create("job", running("x2", "true", false));

    files.forget("job", List.of("x1"));
    files.save("job", ended("x1", "true"));

    assertThat(files.directory("job", "x1")).doesNotExist();
    assertThat(files.list("job")).containsExactly(running("x2", "true", false));
  }

  @Test
  void aDirectoryThatIsUsedAgainHoldsNothingOfTheExecBefore() throws IOException {
    files.create("job", running("x1", "echo before ".repeat(20), false));
    Path first = files.directory("job", "x1");
    Files.writeString(first.resolve("1-0.sse"), "id: 1\ndata: {}\n\n");
    Files.writeString(first.resolve("index"), "12345678");
    Files.writeString(first.resolve("2-5.sse"), "id: 2\ndata: {}\n\n");
    Files.writeString(first.resolve("checkpoint"), "12345678");
    Object key = Files.readAttributes(first, BasicFileAttributes.class).fileKey();

    files.forget("job", List.of("x1"));
    assertThat(first).doesNotExist();
    files.create("job", running("x2", "true", false));

    Path second = files.directory("job", "x2");
    assertThat(Files.readAttributes(second, BasicFileAttributes.class).fileKey()).isEqualTo(key);
    assertThat(second.resolve("1-0.sse")).isEmptyFile();
    assertThat(second.resolve("index")).isEmptyFile();
    assertThat(second.resolve("2-5.sse")).doesNotExist();
    assertThat(second.resolve("checkpoint")).doesNotExist();
    assertThat(files.list("job")).containsExactly(running("x2", "true", false));
  }

  @Test
  void aLogThatWasFirstKeepsItsDirectory() throws IOException {
    files.create("job", running("x1", "true", false));
    files.forget("job", List.of("x1"));
    Path log = Files.createDirectories(files.directory("job", "x2")).resolve("1-0.sse");
    Files.writeString(log, "id: 1\ndata: {}\n\n");

    files.create("job", running("x2", "true", false));

    assertThat(log).hasContent("id: 1\ndata: {}\n\n");
    assertThat(files.list("job")).containsExactly(running("x2", "true", false));
    assertThat(Files.list(files.directory("job")).map(Path::getFileName).map(Path::toString))
        .containsExactly("x2");
  }

  @Test
  void whatAnEarlierServerPutAsideIsRemoved() throws IOException {
    for (String execId : List.of("x1", "x2", "x3")) {
      files.create("job", running(execId, "true", false));
    }
    files.forget("job", List.of("x1", "x2"));

    ExecFiles next = new ExecFiles(root);
    assertThat(next.list("job")).containsExactly(running("x3", "true", false));
    assertThat(Files.list(next.directory("job"))).hasSize(1);

    next.forgetAll("job");
    assertThat(next.directory("job")).doesNotExist();
    next.forgetAll("job");
  }

  @Test
  void anExecWithoutRecordIsRemovedAndADamagedOneLeftOut() throws IOException {
    files.create("job", running("x1", "true", false));
    Path unknown = Files.createDirectories(files.directory("job", "x2"));
    Files.writeString(unknown.resolve("1-0.sse"), "id: 1\ndata: {}\n\n");
    Path empty = Files.createDirectories(files.directory("job", "x3"));
    Files.createFile(empty.resolve("exec.json"));
    Path damaged = Files.createDirectories(files.directory("job", "x4"));
    Files.writeString(damaged.resolve("exec.json"), "{\"exec_id\":\"x4\"");

    assertThat(files.list("job")).containsExactly(running("x1", "true", false));

    assertThat(unknown).doesNotExist();
    assertThat(empty).doesNotExist();
    assertThat(damaged).exists();
    assertThat(files.list("other")).isEmpty();
  }
}

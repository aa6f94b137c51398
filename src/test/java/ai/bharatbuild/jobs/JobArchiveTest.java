package ai.bharatbuild.jobs;

import static ai.bharatbuild.jobs.JobServer.MAX_FILE;
import static ai.bharatbuild.jobs.JobServer.MAX_PROJECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bharatbuild.jobs.JobServer.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tar archives into and out of a job, through the API. */
class JobArchiveTest extends JobArchiveCase {
  private static Path project() throws Exception {
    Path root = Files.createTempDirectory(temp, "project");
    byte[] random = new byte[700_000];
    new Random(5).nextBytes(random);
    Files.createDirectories(root.resolve("empty/inner"));
    Files.createDirectories(root.resolve("src/\u00fcml\u00e4ut \u20ac"));
    Files.write(root.resolve("src/random.bin"), random);
    Files.writeString(root.resolve("src/\u00fcml\u00e4ut \u20ac/\uD83D\uDE00.txt"), "emoji");
    Files.writeString(root.resolve("run.sh"), "#!/bin/sh\n");
    Files.createFile(root.resolve("nothing"));
    Files.writeString(root.resolve(".env"), "A=1\n");
    Path deep = root.resolve("a".repeat(60) + "/" + "b".repeat(60) + "/" + "c".repeat(60));
    Files.createDirectories(deep);
    Files.writeString(deep.resolve("d".repeat(90)), "deep");
    try (Stream<Path> all = Files.walk(root)) {
      for (Path each : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
        Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rw-r--r--"));
        Files.setLastModifiedTime(each, FileTime.from(1_234_567_890L, TimeUnit.SECONDS));
      }
    }
    Files.setPosixFilePermissions(
        root.resolve("run.sh"), PosixFilePermissions.fromString("rwxr-xr-x"));
    return root;
  }

  @ParameterizedTest
  @CsvSource({"gnu,-c", "pax,-c", "posix,-cz", "gnu,-cz"})
  void treesSurviveTheWayInAndOut(String format, String how) throws Exception {
    String id = server.create("t-round-" + format + (how.contains("z") ? "-z" : ""));
    Path project = project();
    byte[] archive = run(project, new byte[0], "tar", "--format=" + format, how + "f", "-", ".");
    Reply reply = put(id, "", archive);
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    assertThat(reply.json().getInteger("files")).isEqualTo(6);
    assertThat(reply.json().getLong("bytes")).isEqualTo(700_000 + 5 + 10 + 4 + 4);
    assertThat(describe(base.resolve(id))).isEqualTo(describe(project));

    for (String gzip : List.of("false", "true")) {
      Path back = Files.createTempDirectory(temp, "back");
      byte[] download = get(id, "?gzip=" + gzip);
      run(back, download, "tar", gzip.equals("true") ? "-xzpf" : "-xpf", "-");
      assertThat(describe(back)).isEqualTo(describe(project));
      String again = server.create(id + "-again-" + gzip);
      assertThat(put(again, "", download).status()).isEqualTo(200);
      assertThat(describe(base.resolve(again))).isEqualTo(describe(project));
    }
  }

  @Test
  void aDirectoryIsUnpackedAndPackedByItself() throws Exception {
    String id = server.create("t-below");
    server.write(id, "other.txt", "other");
    server.write(id, "sub/dir/old.txt", "old");
    byte[] archive = new Tars().directory("./").file("./a.txt", "a").file("b/c.txt", "c").end();
    assertThat(put(id, "?path=sub/dir", archive).status()).isEqualTo(200);
    assertThat(server.get("/" + id + "/files").paths())
        .containsExactly("other.txt", "sub/dir/a.txt", "sub/dir/b/c.txt", "sub/dir/old.txt");

    Path back = Files.createTempDirectory(temp, "sub");
    run(back, get(id, "?path=sub/dir"), "tar", "-xf", "-");
    assertThat(describe(back)).containsOnlyKeys("", "a.txt", "b", "b/c.txt", "old.txt");
    assertThat(server.get("/" + id + "/archive?path=absent").status()).isEqualTo(404);
    assertThat(server.get("/" + id + "/archive?path=other.txt").status()).isEqualTo(404);
    assertThat(server.get("/" + id + "/archive?path=../x").code()).isEqualTo("invalid_path");
  }

  @Test
  void downloadsHoldTheProjectAndNoLinks() throws Exception {
    String id = server.create("t-holds");
    server.write(id, "a.txt", "a");
    Path workspace = base.resolve(id);
    Files.createDirectories(workspace.resolve("node_modules/m"));
    Files.writeString(workspace.resolve("node_modules/m/i.js"), "i");
    Files.createSymbolicLink(workspace.resolve("link"), Path.of("/etc/passwd"));
    run(workspace, new byte[0], "mkfifo", "fifo");

    Path back = Files.createTempDirectory(temp, "plain");
    run(back, get(id, ""), "tar", "-xf", "-");
    assertThat(describe(back)).containsOnlyKeys("", "a.txt");
    Path all = Files.createTempDirectory(temp, "all");
    run(all, get(id, "?all=true"), "tar", "-xf", "-");
    assertThat(describe(all))
        .containsOnlyKeys("", "a.txt", "node_modules", "node_modules/m", "node_modules/m/i.js");
  }

  /** The limits hold to the byte, for what an archive adds and for what it replaces. */
  @Test
  void theQuotaIsExact() throws Exception {
    String id = server.create("t-quota");
    Tars full = new Tars();
    for (int i = 0; i < MAX_PROJECT / MAX_FILE; i++) {
      full.file("f" + i, new byte[MAX_FILE]);
    }
    byte[] five = full.end();
    assertThat(put(id, "", five).status()).isEqualTo(200);
    Reply more = put(id, "", new Tars().file("one-more", "x").end());
    assertThat(more.status()).isEqualTo(413);
    assertThat(more.json().getLong("limit")).isEqualTo(MAX_PROJECT);
    assertThat(more.json().getLong("size")).isEqualTo(MAX_PROJECT + 1);
    byte[] grows = new Tars().file("a-new", new byte[MAX_FILE]).file("f0", "").end();
    byte[] shrinks = new Tars().file("f1", "").file("z-new", new byte[MAX_FILE]).end();
    for (byte[] fits : List.of(five, grows, shrinks)) {
      Reply reply = put(id, "", fits);
      assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    }
    assertThat(server.write(id, "last", "x").status()).isEqualTo(413);
    assertThat(server.delete("/" + id + "/files/z-new").status()).isEqualTo(200);
    assertThat(server.put("/" + id + "/raw/last", new byte[MAX_FILE]).status()).isEqualTo(200);
    assertThat(server.write(id, "even-more", "x").status()).isEqualTo(413);
  }

  @Test
  void whatMeetsSomethingInItsWaySaysHowFarItGot() throws Exception {
    String id = server.create("t-conflict");
    server.write(id, "b/in-the-way.txt", "x");
    byte[] archive = new Tars().file("a", "aaa").file("b", "bbb").file("c", "ccc").end();
    Reply reply = put(id, "", archive);

    assertThat(reply.status()).isEqualTo(409);
    assertThat(reply.code()).isEqualTo("path_conflict");
    assertThat(reply.json().getString("detail")).startsWith("b: ").contains("1 of 3 files");
    assertThat(server.get("/" + id + "/files").paths()).containsExactly("a", "b/in-the-way.txt");
    Path outside = Files.createDirectory(temp.resolve("outside"));
    Files.createSymbolicLink(base.resolve(id).resolve("out"), outside);
    Reply linked = put(id, "", new Tars().file("out/x", "x").end());
    assertThat(linked.code()).isEqualTo("invalid_path");
    assertThat(linked.json().getString("detail")).startsWith("out/x: ");
    assertThat(outside).isEmptyDirectory();

    int left = MAX_PROJECT - 4;
    for (int i = 0; left > 0; i++) {
      byte[] content = new byte[Math.min(left, MAX_FILE)];
      assertThat(server.put("/" + id + "/raw/fill" + i, content).status()).isEqualTo(200);
      left -= content.length;
    }
    assertThat(server.write(id, "over", "x").status()).isEqualTo(413);
    nothingIsLeftBehind();
  }

  @Test
  void jobsThatCannotBeWrittenAreLeftAlone() throws Exception {
    byte[] archive = tar().end();
    assertThat(put("t-none", "", archive).status()).isEqualTo(404);
    String id = server.create("t-complete");
    assertThat(put(id, "?path=/x", archive).code()).isEqualTo("invalid_path");
    Reply json =
        server.send(
            server
                .request("/" + id + "/archive")
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString("{}")));
    assertThat(json.status()).isEqualTo(415);
    server.post("/" + id + "/complete", null);
    assertThat(put(id, "", archive).code()).isEqualTo("job_not_generating");
    assertThat(get(id, "")).isNotEmpty();
  }

  /** The client reads slowly, so the server has read no further than its buffers. */
  @Test
  void aFileThatShrinksBreaksTheDownloadOff() throws Exception {
    String id = server.create("t-shrinks");
    Path file = base.resolve(id).resolve("big");
    try (RandomAccessFile big = new RandomAccessFile(file.toFile(), "rw")) {
      big.setLength(300L << 20);
      HttpResponse<InputStream> response =
          server
              .server()
              .client()
              .send(server.request("/" + id + "/archive").build(), BodyHandlers.ofInputStream());
      try (InputStream body = response.body()) {
        assertThat(body.readNBytes(1024)).hasSize(1024);
        big.setLength(0);
        assertThatThrownBy(() -> body.transferTo(OutputStream.nullOutputStream()))
            .isInstanceOf(IOException.class);
      }
    }
  }
}

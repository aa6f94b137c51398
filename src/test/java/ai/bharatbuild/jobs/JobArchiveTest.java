package ai.bharatbuild.jobs;

import static ai.bharatbuild.it.TestServer.eventually;
import static ai.bharatbuild.jobs.JobServer.MAX_FILE;
import static ai.bharatbuild.jobs.JobServer.MAX_PROJECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bharatbuild.jobs.JobServer.Reply;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Tar archives into and out of a job, through the API. */
class JobArchiveTest {
  @TempDir static Path temp;
  private static Path base;
  private static JobServer server;

  @BeforeAll
  static void start() throws Exception {
    base = temp.resolve("jobs");
    server = new JobServer(base);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Reply put(String id, String query, byte[] archive) throws Exception {
    return server.send(
        server
            .request("/" + id + "/archive" + query)
            .header("Content-Type", "application/x-tar")
            .PUT(BodyPublishers.ofByteArray(archive)));
  }

  private static byte[] get(String id, String query) throws Exception {
    HttpResponse<byte[]> response =
        server.bytes(server.request("/" + id + "/archive" + query).GET());
    assertThat(response.statusCode()).as(new String(response.body())).isEqualTo(200);
    assertThat(response.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
    assertThat(response.headers().firstValue("Content-Disposition").orElseThrow())
        .startsWith("attachment");
    return response.body();
  }

  private static byte[] run(Path directory, byte[] input, String... command) throws Exception {
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    Thread writer =
        Thread.ofVirtual()
            .start(
                () -> {
                  try (OutputStream out = process.getOutputStream()) {
                    out.write(input);
                  } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                  }
                });
    byte[] output = process.getInputStream().readAllBytes();
    writer.join();
    assertThat(process.waitFor()).isZero();
    return output;
  }

  /** What a tree holds: kind, executable bit, time of change and content of each path. */
  private static TreeMap<String, String> describe(Path root) throws IOException {
    TreeMap<String, String> found = new TreeMap<>();
    try (Stream<Path> all = Files.walk(root)) {
      for (Path each : (Iterable<Path>) all::iterator) {
        String path = root.relativize(each).toString();
        if (Files.isDirectory(each)) {
          found.put(path, "directory");
        } else if (!path.equals(".job_metadata.json")) {
          found.put(
              path,
              Files.isExecutable(each)
                  + " "
                  + Files.getPosixFilePermissions(each)
                  + " "
                  + Files.getLastModifiedTime(each).to(TimeUnit.SECONDS)
                  + " "
                  + Arrays.hashCode(Files.readAllBytes(each)));
        }
      }
    }
    return found;
  }

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

  private static Tars tar() {
    return new Tars().file("first.txt", "first");
  }

  static Stream<Arguments> hostile() {
    byte[] none = new byte[0];
    byte[] good = tar().file("second.txt", "second").end();
    byte[] far = "77777777777 ".getBytes(StandardCharsets.US_ASCII);
    return Stream.of(
        Arguments.of("../up", 400, tar().file("../up", "x").end()),
        Arguments.of("a/../../up", 400, tar().file("a/../../up", "x").end()),
        Arguments.of("./../up", 400, tar().file("./../up", "x").end()),
        Arguments.of("/etc/cron.d/x", 400, tar().file("/etc/cron.d/x", "x").end()),
        Arguments.of("a//b", 400, tar().file("a//b", "x").end()),
        Arguments.of("a\\b", 400, tar().file("a\\b", "x").end()),
        Arguments.of(".job_metadata.json", 400, tar().file(".job_metadata.json", "{}").end()),
        Arguments.of("n".repeat(100), 400, tar().file("n".repeat(300), "x").end()),
        Arguments.of("symbolic link", 400, tar().add("l", (byte) '2', none).end()),
        Arguments.of("'l' is a hard link", 400, tar().add("l", (byte) '1', none).end()),
        Arguments.of("device", 400, tar().add("dev", (byte) '3', none).end()),
        Arguments.of("device", 400, tar().add("dev", (byte) '4', none).end()),
        Arguments.of("FIFO", 400, tar().add("fifo", (byte) '6', none).end()),
        Arguments.of("unknown type", 400, tar().add("what", (byte) 'q', none).end()),
        Arguments.of("'./first.txt' is in it twice", 400, tar().file("./first.txt", "x").end()),
        Arguments.of("first.txt/x", 400, tar().file("first.txt/x", "x").end()),
        Arguments.of("'d' is a file", 400, tar().file("d/e/f", "x").file("d", "x").end()),
        Arguments.of("second.txt", 413, Tars.patched(good, 2, 124, far)),
        Arguments.of(
            "negative", 400, Tars.patched(good, 2, 124, new byte[] {-1, -1, -1, -1, -1, -1})),
        Arguments.of("UTF-8", 400, Tars.patched(good, 2, 0, new byte[] {(byte) 0xff})),
        Arguments.of("broken number", 400, Tars.patched(good, 2, 136, new byte[] {'9', '9'})),
        Arguments.of("second.txt", 400, Arrays.copyOf(good, 512 * 3 + 3)),
        Arguments.of("end mark", 400, Arrays.copyOf(good, 512 * 4)),
        Arguments.of("empty", 400, none),
        Arguments.of("checksum", 400, "{\"no\": \"archive\"}".repeat(99).getBytes()),
        Arguments.of("cut off", 400, Arrays.copyOf(Tars.gzip(good), 60)),
        Arguments.of("second.txt", 413, tar().file("second.txt", new byte[MAX_FILE + 1]).end()),
        Arguments.of("decompressed", 413, Tars.gzip(good, new byte[60 << 20], new byte[60 << 20])));
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void whatIsHostileIsNamedAndChangesNothing(String told, int status, byte[] archive)
      throws Exception {
    String id = "t-hostile";
    if (server.get("/" + id).status() == 404) {
      server.create(id);
      server.write(id, "first.txt", "was here");
    }
    TreeMap<String, String> before = describe(base.resolve(id));
    JsonObject record = server.get("/" + id).json();
    Reply reply = put(id, "", archive);

    assertThat(reply.status()).as(reply.body()).isEqualTo(status);
    assertThat(reply.code()).isEqualTo(status == 400 ? "invalid_archive" : "too_large");
    assertThat(reply.json().getString("detail")).contains(told);
    assertThat(describe(base.resolve(id))).isEqualTo(before);
    assertThat(server.get("/" + id).json()).isEqualTo(record);
    nothingIsLeftBehind();
  }

  private static void nothingIsLeftBehind() throws Exception {
    Path tmp = base.resolve(".state/tmp");
    eventually(
        () -> {
          try (Stream<Path> left = Files.list(tmp)) {
            return left.count();
          }
        },
        count -> count == 0);
  }

  @Test
  void tooManyEntriesAreRefused() throws Exception {
    String id = server.create("t-many");
    Tars tars = new Tars();
    for (int i = 0; i <= ArchiveUpload.MAX_ENTRIES; i++) {
      tars.directory("d" + i + "/");
    }
    Reply reply = put(id, "", Tars.gzip(tars.end()));
    assertThat(reply.code()).isEqualTo("invalid_archive");
    assertThat(server.get("/" + id + "/files?directories=true").json().getInteger("count"))
        .isZero();
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

  @Test
  void aClientThatLeavesLeavesNothing() throws Exception {
    String id = server.create("t-leaves");
    byte[] archive = tar().file("big", new byte[MAX_FILE]).end();
    try (Socket socket = new Socket("127.0.0.1", server.server().port())) {
      OutputStream out = socket.getOutputStream();
      out.write(
          ("PUT /api/v1/jobs/"
                  + id
                  + "/archive HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                  + archive.length
                  + "\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      out.write(archive, 0, archive.length / 2);
      out.flush();
      Path tmp = base.resolve(".state/tmp");
      eventually(
          () -> {
            try (Stream<Path> staged = Files.list(tmp)) {
              return staged.count();
            }
          },
          count -> count > 0);
    }
    nothingIsLeftBehind();
    assertThat(server.get("/" + id + "/files").json().getInteger("count")).isZero();
    for (int i = 0; i < MAX_PROJECT / MAX_FILE; i++) {
      Reply fill = server.put("/" + id + "/raw/f" + i, new byte[MAX_FILE]);
      assertThat(fill.status()).as("room is given back").isEqualTo(200);
    }
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

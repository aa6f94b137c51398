package ai.bharatbuild.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobZipTest {
  @TempDir Path temp;
  private Path base;
  private JobServer server;

  @BeforeEach
  void start() throws Exception {
    base = temp.resolve("jobs");
    server = new JobServer(base);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private byte[] download(String id) throws Exception {
    return server.bytes(server.request("/" + id + "/download").GET()).body();
  }

  private static ZipFile open(byte[] zip) throws Exception {
    return ZipFile.builder().setSeekableByteChannel(new SeekableInMemoryByteChannel(zip)).get();
  }

  @Test
  void modesTimesAndNamesSurvive() throws Exception {
    server.create("z");
    server.write("z", ".env", "A=1");
    server.write("z", "bin/run", "#!/bin/sh");
    server.write("z", "日本/ünï.txt", "text");
    Path run = base.resolve("z/bin/run");
    Files.setPosixFilePermissions(run, PosixFilePermissions.fromString("rwxr-x--x"));
    Instant time = Instant.parse("2021-03-04T05:06:07Z");
    Files.setLastModifiedTime(run, FileTime.from(time));
    Files.createDirectories(base.resolve("z/empty"));
    Files.createSymbolicLink(base.resolve("z/link"), Path.of("bin/run"));
    server.post("/z/complete", null);
    try (ZipFile zip = open(download("z"))) {
      ZipArchiveEntry entry = zip.getEntry("bin/run");
      assertThat(entry.getUnixMode()).isEqualTo(0100751);
      assertThat(entry.getLastModifiedTime().toInstant()).isEqualTo(time);
      assertThat(zip.getEntry("日本/ünï.txt")).isNotNull();
      assertThat(zip.getEntry(".env")).isNotNull();
      assertThat(zip.getEntry("empty/").isDirectory()).isTrue();
      assertThat(zip.getEntry("link")).isNull();
      assertThat(zip.getEntry(".job_metadata.json")).isNull();
    }
    Path file = Files.write(temp.resolve("z.zip"), download("z"));
    Process unzip = new ProcessBuilder("unzip", "-tq", file.toString()).inheritIO().start();
    assertThat(unzip.waitFor()).isZero();
  }

  @Test
  void largeAndIncompressibleFilesAreWhole() throws Exception {
    server.create("big");
    byte[] random = new byte[20 << 20];
    new Random(3).nextBytes(random);
    Files.write(base.resolve("big/random"), random);
    Files.write(base.resolve("big/zeros"), new byte[30 << 20]);
    Files.write(base.resolve("big/nothing"), new byte[0]);
    server.post("/big/complete", null);
    try (ZipFile zip = open(download("big"))) {
      assertThat(read(zip, "random")).isEqualTo(random);
      assertThat(read(zip, "zeros")).isEqualTo(new byte[30 << 20]);
      assertThat(read(zip, "nothing")).isEmpty();
    }
    assertThat(base.resolve(".state/tmp")).isEmptyDirectory();
  }

  private static byte[] read(ZipFile zip, String name) throws Exception {
    return zip.getInputStream(zip.getEntry(name)).readAllBytes();
  }

  @Test
  void entriesAreWholeWhileTheSandboxGoesOnWriting() throws Exception {
    server.create("busy");
    Path dir = base.resolve("busy");
    for (int i = 0; i < 300; i++) {
      Files.writeString(dir.resolve("f" + i), "a".repeat(20_000));
    }
    AtomicBoolean done = new AtomicBoolean();
    Thread sandbox =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    for (int i = 0; !done.get(); i++) {
                      Path file = dir.resolve("f" + i % 300);
                      Path next = Files.writeString(temp.resolve("next"), "b".repeat(30_000));
                      Files.move(next, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
                      Files.deleteIfExists(dir.resolve("f" + (i + 7) % 300));
                    }
                  } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                  }
                });
    server.post("/busy/complete", null);
    byte[] first = download("busy");
    done.set(true);
    sandbox.join();
    try (ZipFile zip = open(first)) {
      for (ZipArchiveEntry entry : java.util.Collections.list(zip.getEntries())) {
        byte[] content = zip.getInputStream(entry).readAllBytes();
        assertThat(content.length).isIn(20_000, 30_000);
        assertThat(content).containsOnly(content.length == 20_000 ? 'a' : 'b');
      }
    }
    assertThat(download("busy")).isEqualTo(first);
  }

  @Test
  void callersAtOnceGetOneZip() throws Exception {
    server.create("once");
    for (int i = 0; i < 200; i++) {
      Files.write(base.resolve("once/f" + i), new byte[50_000]);
    }
    List<Callable<byte[]>> calls = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      calls.add(
          () -> {
            assertThat(server.post("/once/complete", null).status()).isEqualTo(200);
            return download("once");
          });
    }
    try (ExecutorService pool = Executors.newFixedThreadPool(8)) {
      List<byte[]> zips = new ArrayList<>();
      for (Future<byte[]> call : pool.invokeAll(calls)) {
        zips.add(call.get());
      }
      assertThat(zips).allSatisfy(zip -> assertThat(zip).isEqualTo(zips.getFirst()));
      assertThat(zips.getFirst()).isEqualTo(Files.readAllBytes(base.resolve("once.zip")));
      assertThat(new ByteArrayInputStream(zips.getFirst()).read()).isEqualTo('P');
    }
  }

  @Test
  void downloadsResume() throws Exception {
    server.create("resume");
    byte[] random = new byte[1 << 20];
    new Random(5).nextBytes(random);
    server.put("/resume/raw/f", random);
    server.post("/resume/complete", null);
    byte[] whole = download("resume");
    var part =
        server.bytes(server.request("/resume/download").header("Range", "bytes=1000-").GET());
    assertThat(part.statusCode()).isEqualTo(206);
    assertThat(part.body()).isEqualTo(java.util.Arrays.copyOfRange(whole, 1000, whole.length));
    String tag = part.headers().firstValue("ETag").orElseThrow();
    assertThat(
            server
                .bytes(server.request("/resume/download").header("If-None-Match", tag).GET())
                .statusCode())
        .isEqualTo(304);
    assertThat(part.headers().firstValue("Content-Disposition"))
        .hasValue("attachment; filename=\"app.zip\"");
  }

  @Test
  void aReopenedJobNeverShowsItsOldZip() throws Exception {
    server.create("again");
    for (int round = 0; round < 15; round++) {
      server.write("again", "round", Integer.toString(round));
      server.post("/again/complete", null);
      if (round % 3 == 0) {
        server.post("/again/reopen", null);
        assertThat(server.get("/again/download").code()).isEqualTo("job_not_complete");
        server.post("/again/complete", null);
      }
      try (ZipFile zip = open(download("again"))) {
        assertThat(new String(read(zip, "round"))).isEqualTo(Integer.toString(round));
      }
      server.post("/again/reopen", null);
    }
  }
}

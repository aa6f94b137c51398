package ai.bharatbuild.it;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.files.VolumeMounts;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A workspace's disk limit, from inside a real sandbox and from outside. */
class DiskLimitIT {
  private static final long MB = 1 << 20;
  private static final int LIMIT_MB = 40;

  @TempDir static Path base;
  private static TestServer server;
  private static String id;

  @BeforeAll
  static void start() throws Exception {
    server = TestServer.start(base, Map.of("DISK_LIMITS", "loop"));
    id = container(LIMIT_MB);
  }

  @AfterAll
  static void stop() throws Exception {
    server.closeAndClean();
    assertThat(VolumeMounts.below(base)).isEmpty();
  }

  private static String container(int limitMb) throws Exception {
    return server.container(
        "python", new JsonObject().put("cpu_limit", 2.0).put("disk_limit", limitMb + "m"));
  }

  private Path image(String of) throws Exception {
    Path files = base.resolve(Files.readSymbolicLink(base.resolve(of)));
    return base.resolve(".state/volumes/" + files.getParent().getFileName() + ".img");
  }

  /** Bytes that the host gives to a file, holes left out. */
  private static long allocated(Path file) throws Exception {
    Process stat = new ProcessBuilder("stat", "-c", "%b", file.toString()).start();
    return Long.parseLong(new String(stat.getInputStream().readAllBytes()).strip()) * 512;
  }

  /**
   * Each line writes as much as it can, in its own way, goes on after errors, and prints at the end
   * what the kernel said and how many kilobytes of the workspace's disk are taken.
   */
  @ParameterizedTest
  @MethodSource("ways")
  void nothingGetsPastTheLimit(String way, String attack) throws Exception {
    long before = allocated(image(id));
    Events events =
        server.exec(
            id,
            "cd /workspace\n"
                + attack
                + "\nsync -f .\necho used $(df -k --output=used . | tail -1)");
    assertThat(events.stderr()).as(way).contains("No space left on device");
    long used = Long.parseLong(events.stdout().replaceAll("(?s).*used (\\d+)\\s*", "$1")) << 10;
    assertThat(used).as(way).isBetween(30 * MB, (LIMIT_MB + 2) * MB);
    assertThat(allocated(image(id))).as(way).isBetween(before - MB, before + MB);
    clear();
  }

  static Stream<Arguments> ways() {
    return Stream.of(
        Arguments.of("many files", "for i in $(seq 20); do head -c 5M /dev/zero > f$i; done"),
        Arguments.of("preallocation", "for i in $(seq 20); do fallocate -l 5M f$i; done"),
        Arguments.of(
            "preallocation that keeps the size",
            "for i in $(seq 20); do touch f$i; fallocate -n -l 5M f$i; done"),
        Arguments.of(
            "filled holes",
            "for i in 1 2 3; do truncate -s 39M s$i;"
                + " dd if=/dev/urandom of=s$i bs=1M count=39 conv=notrunc status=none; done"),
        Arguments.of(
            "hidden directories",
            "for i in $(seq 20); do mkdir -p .git/.h$i/...;"
                + " head -c 5M /dev/zero > .git/.h$i/.../.x; done"),
        Arguments.of(
            "excluded directories",
            "mkdir node_modules; for i in $(seq 20); do head -c 5M /dev/zero > node_modules/x$i;"
                + " done"),
        Arguments.of(
            "an open file without a name",
            "exec 3>u; rm u; head -c 30M /dev/zero >&3;"
                + " for i in 1 2 3 4; do head -c 5M /dev/zero > f$i; done"),
        Arguments.of(
            "memory maps",
            """
            python3 - <<'END'
            import mmap, os
            for i in range(20):
                f = open('m%d' % i, 'w+b')
                os.posix_fallocate(f.fileno(), 0, 5 << 20)
                mmap.mmap(f.fileno(), 0)[:] = b'x' * (5 << 20)
            END"""),
        Arguments.of(
            "attributes",
            """
            python3 - <<'END'
            import os
            for i in range(30000):
                open('a%d' % i, 'w').close()
                os.setxattr('a%d' % i, 'user.x', b'x' * 3000 + str(i).encode())
            END"""));
  }

  private void clear() throws Exception {
    server.exec(id, "cd /workspace; rm -rf -- * .[!.]*; sync -f .");
  }

  @Test
  void filesAreLimitedInNumberToo() throws Exception {
    Events events =
        server.exec(
            id,
            """
            python3 -c "
            import os
            n = 0
            try:
                for n in range(100000):
                    os.symlink('x', 'l%d' % n)
            except OSError as e:
                print(e.errno, n)
            os.mkdir
            "; rm -f l*; touch again && echo fine""");
    assertThat(events.stdout()).matches("(?s)28 (19|2[0-3])\\d{3}\\nfine\\n");
    clear();
  }

  @Test
  void namesOfOneFileAreLimitedByTheRoomForNames() throws Exception {
    Events events =
        server.exec(
            container(4),
            """
            python3 -c "
            import os
            open('f', 'w').close()
            names = 0
            try:
                for d in range(10000):
                    os.mkdir('d%d' % d)
                    for n in range(50000):
                        try:
                            os.link('f', 'd%d/' % d + 'n' * 240 + str(n))
                            names += 1
                        except OSError as e:
                            if e.errno != 31: raise
                            os.unlink('f'); open('f', 'w').close()
            except OSError as e:
                print(e.errno, names * 256 <= 6 << 20)
            \"""");
    assertThat(events.stdout()).isEqualTo("28 True\n");
  }

  @Test
  void theApiIsToldThatTheDiskIsFullAndWorksAgainAfterDeleting() throws Exception {
    String full = container(4);
    String raw = "/api/v1/containers/" + full + "/files";
    assertThat(write(raw, "before", "x").status()).isEqualTo(200);
    server.exec(
        full, "mkdir d; head -c 3500k /dev/zero > d/a; head -c 2M /dev/zero > d/b; sync -f .");
    TestServer.Answer refused =
        TestServer.eventually(() -> write(raw, "more", "y".repeat(90_000)), a -> a.status() != 200);
    assertThat(refused.status()).isEqualTo(507);
    assertThat(refused.json().getString("code")).isEqualTo("no_space");
    assertThat(refused.json().getString("detail")).contains("disk of 4 MB is full");
    assertThat(server.exec(full, "cat before").stdout()).isEqualTo("x");
    server.exec(full, "rm -r d");
    assertThat(write(raw, "more", "z").status()).isEqualTo(200);
    assertThat(server.exec(full, "cat more").stdout()).isEqualTo("z");
  }

  private TestServer.Answer write(String files, String path, String content) throws Exception {
    return server.post(files, new JsonObject().put("path", path).put("content", content));
  }

  @Test
  void aJobKeepsItsFilesAndCountsAndZipsThem() throws Exception {
    String job = TestServer.newId();
    server.post(
        "/api/v1/jobs/create", new JsonObject().put("project_name", "p").put("job_id", job));
    write("/api/v1/jobs/" + job + "/files", "src/a.txt", "from the API");
    assertThat(Files.isSymbolicLink(base.resolve(job))).isFalse();
    server.post(
        "/api/v1/containers/" + job + "/create",
        new JsonObject()
            .put("project_type", "python")
            .put("config", new JsonObject().put("disk_limit", "20m")));
    assertThat(Files.isSymbolicLink(base.resolve(job))).isTrue();
    Events inside =
        server.exec(job, "cat src/a.txt; echo inside > src/b.txt; stat -c %u src/a.txt");
    assertThat(inside.stdout()).isEqualTo("from the API10001\n");
    write("/api/v1/jobs/" + job + "/files", "src/c.txt", "later");
    server.put("/api/v1/jobs/" + job + "/raw/src/d.txt", "raw".getBytes(StandardCharsets.UTF_8));
    assertThat(server.exec(job, "cat src/c.txt src/d.txt").stdout()).isEqualTo("laterraw");

    server.post("/api/v1/jobs/" + job + "/complete");
    assertThat(server.get("/api/v1/jobs/" + job).json().getInteger("files_count")).isEqualTo(4);
    TreeSet<String> names = new TreeSet<>();
    try (ZipInputStream zip =
        new ZipInputStream(
            new ByteArrayInputStream(server.get("/api/v1/jobs/" + job + "/download").bytes()))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        names.add(entry.getName());
      }
    }
    assertThat(names).contains("src/a.txt", "src/b.txt", "src/c.txt", "src/d.txt");

    Path image = image(job);
    assertThat(server.delete("/api/v1/jobs/" + job).status()).isEqualTo(200);
    TestServer.eventually(() -> Files.exists(image), there -> !there);
    TestServer.eventually(
        () -> VolumeMounts.loops(base).contains(image.toString()), attached -> !attached);
    assertThat(base.resolve(job)).doesNotExist();
  }

  @Test
  void anotherContainerWithAnotherLimitMovesTheFiles() throws Exception {
    String grown = container(4);
    server.exec(grown, "head -c 3M /dev/zero > f");
    server.delete("/api/v1/containers/" + grown);
    server.post(
        "/api/v1/containers/" + grown + "/create",
        new JsonObject()
            .put("project_type", "python")
            .put("config", new JsonObject().put("disk_limit", "2m")));
    assertThat(server.get("/api/v1/containers/" + grown + "/status").status()).isEqualTo(404);
    TestServer.Answer larger =
        server.post(
            "/api/v1/containers/" + grown + "/create",
            new JsonObject()
                .put("project_type", "python")
                .put("config", new JsonObject().put("disk_limit", "30m")));
    assertThat(larger.status()).isEqualTo(201);
    assertThat(server.exec(grown, "head -c 20M /dev/zero > g; stat -c %s f g").stdout())
        .isEqualTo((3 * MB) + "\n" + (20 * MB) + "\n");
  }

  @Test
  void aRestartOfSandboxOrServerKeepsTheDisk(@TempDir Path own) throws Exception {
    String kept;
    TestServer first = TestServer.start(own, Map.of("DISK_LIMITS", "loop"));
    try {
      kept =
          first.container("python", new JsonObject().put("cpu_limit", 2.0).put("disk_limit", "8m"));
      first.exec(kept, "echo one > f");
      first.post("/api/v1/containers/" + kept + "/restart");
      assertThat(first.exec(kept, "cat f; df -k --output=size . | tail -1").stdout())
          .matches("one\\n *[89]\\d{3}\\n");
    } finally {
      first.stop();
    }
    assertThat(VolumeMounts.below(own)).hasSize(1);
    TestServer second = TestServer.start(own, Map.of("DISK_LIMITS", "loop"));
    try {
      Events after =
          second.exec(kept, "cat f; for i in 1 2 3; do head -c 5M /dev/zero > g$i; done");
      assertThat(after.stdout()).isEqualTo("one\n");
      assertThat(after.stderr()).contains("No space left on device");
      assertThat(write(second, kept)).isEqualTo(507);
    } finally {
      second.closeAndClean();
    }
    assertThat(VolumeMounts.below(own)).isEmpty();
    try (Stream<Path> left = Files.list(own.resolve(".state/volumes"))) {
      assertThat(left).isEmpty();
    }
  }

  private static int write(TestServer to, String container) throws Exception {
    return to.post(
            "/api/v1/containers/" + container + "/files",
            new JsonObject().put("path", "h").put("content", "x".repeat(900_000)))
        .status();
  }

  @Test
  void healthTellsTheMechanism() throws Exception {
    JsonObject check =
        TestServer.eventually(
            () -> server.get("/health").json().getJsonObject("checks").getJsonObject("disk_limits"),
            found -> found.getString("detail").startsWith("loop:"));
    assertThat(check.getString("status")).isEqualTo("ok");
  }
}

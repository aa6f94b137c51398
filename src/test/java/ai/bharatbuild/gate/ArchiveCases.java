package ai.bharatbuild.gate;

import ai.bharatbuild.it.TestServer;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/** What gets into an archive, and what comes out of a compressed or folded body. */
final class ArchiveCases {
  private static final int SPECIAL_BITS = 07000;
  private static final int UNPACKED = 50 << 20;

  private ArchiveCases() {}

  static List<Case> all() {
    return List.of(
        zipped("zip-of-links", "no links", LINKS, ArchiveCases::holdsCanary),
        zipped("zip-with-backslashes", "names that stay inside", NAMES, ArchiveCases::leadsOut),
        zipped("zip-with-setuid", "plain modes", "echo x >s; chmod 6755 s", ArchiveCases::special),
        Trap.both(
            "zip-of-fifo",
            Kind.ARCHIVES,
            "regular files only",
            FIFO,
            t -> Finding.of(Naive.hangs(() -> zip(t)), ""),
            ArchiveCases::naiveFifo),
        Trap.both(
            "zip-of-sparse-giants",
            Kind.ARCHIVES,
            "projects have a size",
            SPARSE,
            t -> slow(() -> zip(t)),
            t -> slow(() -> naiveZip(t))),
        Case.of(
            "compressed-body",
            Kind.ARCHIVES,
            "bodies are not unpacked",
            a -> bomb(a.server().uri("/api/v1/jobs/create")),
            ArchiveCases::naiveBody),
        Case.of(
            "nested-json",
            Kind.ARCHIVES,
            "bounded depth",
            a -> deep(a.server()),
            a -> naiveDepth()));
  }

  /** A look into an archive. */
  private interface Look {
    boolean bad(ZipFile zip, ZipArchiveEntry entry, Arena arena) throws IOException;
  }

  private static Case zipped(String name, String defence, String script, Look look) {
    return Trap.both(
        name,
        Kind.ARCHIVES,
        defence,
        "echo x >plain; " + script,
        t -> inspect(t, zip(t), look),
        t -> inspect(t, naiveZip(t), look));
  }

  private static Finding inspect(Trap trap, byte[] bytes, Look look) throws IOException {
    Path file = Files.write(Files.createTempFile(trap.arena().controls(), "a", ".zip"), bytes);
    int entries = 0;
    try (ZipFile zip = ZipFile.builder().setPath(file).get()) {
      for (ZipArchiveEntry entry : java.util.Collections.list(zip.getEntries())) {
        entries++;
        if (look.bad(zip, entry, trap.arena())) {
          return Finding.breached(entry.getName());
        }
      }
    }
    return entries == 0 ? Finding.broken("an empty archive") : Finding.held(entries + " entries");
  }

  private static byte[] zip(Trap trap) throws Exception {
    TestServer server = trap.arena().server();
    server.post(trap.job("/complete"));
    TestServer.Answer answer = server.get(trap.job("/download?include=all"));
    if (answer.status() != 200) {
      throw new IllegalStateException(answer.text());
    }
    return answer.bytes();
  }

  private static byte[] naiveZip(Trap trap) throws Exception {
    Path file = trap.arena().controls().resolve(trap.id() + ".zip");
    Process zip =
        new ProcessBuilder("zip", "-q", "-r", file.toString(), ".")
            .directory(trap.workspace().toFile())
            .start();
    if (!zip.waitFor(20, TimeUnit.SECONDS)) {
      zip.destroyForcibly();
      return new byte[0];
    }
    return Files.readAllBytes(file);
  }

  private static boolean holdsCanary(ZipFile zip, ZipArchiveEntry entry, Arena arena)
      throws IOException {
    return new String(zip.getInputStream(entry).readAllBytes()).contains(arena.canary());
  }

  private static boolean leadsOut(ZipFile zip, ZipArchiveEntry entry, Arena arena) {
    Predicate<String> out = part -> part.equals("..") || part.endsWith(":");
    return List.of(entry.getName().split("[/\\\\]")).stream().anyMatch(out)
        || entry.getName().startsWith("/");
  }

  private static boolean special(ZipFile zip, ZipArchiveEntry entry, Arena arena) {
    return (entry.getUnixMode() & SPECIAL_BITS) != 0;
  }

  private static Finding naiveFifo(Trap trap) throws Exception {
    Path fifo = trap.workspace().resolve("p");
    boolean hangs = Naive.hangs(() -> Files.readAllBytes(fifo));
    Files.writeString(fifo, "let go");
    return Finding.of(hangs, "");
  }

  private static Finding slow(java.util.concurrent.Callable<byte[]> archive) throws Exception {
    long begun = System.nanoTime();
    String result;
    try {
      result = archive.call().length + " bytes";
    } catch (IllegalStateException refused) {
      result = refused.getMessage();
    }
    long ms = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
    return Finding.of(ms > 8_000, ms + " ms: " + result);
  }

  private static Finding bomb(URI uri) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write("{\"project_name\": \"".getBytes());
      for (int i = 0; i < UNPACKED >> 20; i++) {
        gzip.write(" ".repeat(1 << 20).getBytes());
      }
      gzip.write("\"}".getBytes());
    }
    try (var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      var answer =
          client.send(
              HttpRequest.newBuilder(uri)
                  .header("Content-Type", "application/json")
                  .header("Content-Encoding", "gzip")
                  .POST(BodyPublishers.ofByteArray(bytes.toByteArray()))
                  .build(),
              BodyHandlers.ofString());
      return Finding.of(
          answer.body().startsWith("unpacked"), answer.statusCode() + " " + answer.body());
    }
  }

  private static Finding naiveBody(Arena arena) throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      HttpServer server =
          vertx
              .createHttpServer(new HttpServerOptions().setDecompressionSupported(true))
              .requestHandler(
                  request -> {
                    long[] size = {0};
                    request.handler(piece -> size[0] += piece.length());
                    request.endHandler(
                        v ->
                            request
                                .response()
                                .end((size[0] > UNPACKED / 2 ? "unpacked " : "") + size[0]));
                  })
              .listen(0, "127.0.0.1")
              .await();
      return bomb(URI.create("http://127.0.0.1:" + server.actualPort() + "/"));
    } finally {
      vertx.close().await();
    }
  }

  private static final String NESTED =
      "{\"project_name\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";

  private static Finding deep(TestServer server) throws Exception {
    TestServer.Answer answer =
        server.send("POST", "/api/v1/jobs/create", BodyPublishers.ofString(NESTED));
    return Finding.of(answer.status() / 100 != 4, answer.status() + " " + answer.code());
  }

  private static Finding naiveDepth() {
    try {
      return Finding.held("depth " + depth(NESTED, new int[] {NESTED.indexOf('[')}));
    } catch (StackOverflowError e) {
      return Finding.breached("stack overflow");
    }
  }

  private static int depth(String text, int[] at) {
    int deepest = 0;
    at[0]++;
    while (text.charAt(at[0]) == '[') {
      deepest = Math.max(deepest, depth(text, at));
    }
    at[0]++;
    return deepest + 1;
  }

  private static final String LINKS =
      "ln -s $OUT/canary x; ln -s $OUT d; mkdir node_modules; ln -s $OUT/canary node_modules/x";

  private static final String NAMES =
      "touch '..\\..\\evil' 'C:\\evil' '\\evil' && mkdir 'a\\..\\..' && touch 'a\\..\\../b'";

  private static final String FIFO = "echo x >plain; mkfifo p";

  private static final String SPARSE =
      "for i in $(seq 40); do truncate -s 1000M giant$i; done; echo x >plain";
}

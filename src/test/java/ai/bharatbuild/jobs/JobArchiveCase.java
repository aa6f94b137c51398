package ai.bharatbuild.jobs;

import static ai.bharatbuild.it.TestServer.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.jobs.JobServer.Reply;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** A server of jobs and what its tests of archives do with it. */
abstract class JobArchiveCase {
  @TempDir static Path temp;
  static Path base;
  static JobServer server;

  @BeforeAll
  static void start() throws Exception {
    base = temp.resolve("jobs");
    server = new JobServer(base);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  static Reply put(String id, String query, byte[] archive) throws Exception {
    return server.send(
        server
            .request("/" + id + "/archive" + query)
            .header("Content-Type", "application/x-tar")
            .PUT(BodyPublishers.ofByteArray(archive)));
  }

  static byte[] get(String id, String query) throws Exception {
    HttpResponse<byte[]> response =
        server.bytes(server.request("/" + id + "/archive" + query).GET());
    assertThat(response.statusCode()).as(new String(response.body())).isEqualTo(200);
    assertThat(response.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
    assertThat(response.headers().firstValue("Content-Disposition").orElseThrow())
        .startsWith("attachment");
    return response.body();
  }

  static byte[] run(Path directory, byte[] input, String... command) throws Exception {
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
  static TreeMap<String, String> describe(Path root) throws IOException {
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

  static void nothingIsLeftBehind() throws Exception {
    Path tmp = base.resolve(".state/tmp");
    eventually(
        () -> {
          try (Stream<Path> left = Files.list(tmp)) {
            return left.count();
          }
        },
        count -> count == 0);
  }

  static Tars tar() {
    return new Tars().file("first.txt", "first");
  }
}

package ai.bharatbuild.jobs;

import static ai.bharatbuild.it.TestServer.eventually;
import static ai.bharatbuild.jobs.JobServer.MAX_FILE;
import static ai.bharatbuild.jobs.JobServer.MAX_PROJECT;
import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.jobs.JobServer.Reply;
import io.vertx.core.json.JsonObject;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tar archives that would break out or break down, and clients that leave. */
class JobArchiveHostileTest extends JobArchiveCase {
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
}

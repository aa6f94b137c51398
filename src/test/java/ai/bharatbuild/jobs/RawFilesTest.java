package ai.bharatbuild.jobs;

import static ai.bharatbuild.jobs.JobServer.MAX_FILE;
import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.it.TestServer;
import ai.bharatbuild.jobs.JobServer.Reply;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RawFilesTest {
  @TempDir static Path temp;
  private static Path base;
  private static JobServer server;
  private static final byte[] BYTES = new byte[700_000];

  @BeforeAll
  static void start() throws Exception {
    base = temp.resolve("jobs");
    server = new JobServer(base);
    server.create("raw");
    new Random(7).nextBytes(BYTES);
    assertThat(server.put("/raw/raw/dir/b%C3%AFn", BYTES).status()).isEqualTo(200);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static HttpRequest.Builder file() {
    return server.request("/raw/raw/dir/b%C3%AFn");
  }

  @Test
  void bytesSurviveAndNeverRun() throws Exception {
    HttpResponse<byte[]> response = server.bytes(file().GET());
    assertThat(response.body()).isEqualTo(BYTES);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/octet-stream");
    assertThat(response.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
    assertThat(response.headers().firstValue("Content-Disposition").orElseThrow())
        .startsWith("attachment")
        .contains("filename*=UTF-8''b%C3%AFn");
    assertThat(response.headers().firstValue("Accept-Ranges")).hasValue("bytes");
    HttpResponse<byte[]> head = server.bytes(file().method("HEAD", BodyPublishers.noBody()));
    assertThat(head.headers().firstValue("Content-Length"))
        .hasValue(Integer.toString(BYTES.length));
    assertThat(head.headers().firstValue("ETag")).isEqualTo(response.headers().firstValue("ETag"));
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=0-0,206,0,1",
    "bytes=100-199,206,100,200",
    "bytes=699990-,206,699990,700000",
    "bytes=-10,206,699990,700000",
    "bytes=699999-9999999,206,699999,700000",
    "'bytes=0-1,5-6',200,0,700000",
    "lines=1-2,200,0,700000",
    "bytes=9-1,200,0,700000",
    "bytes=x-y,200,0,700000",
    "bytes=700000-,416,0,0",
    "bytes=-0,416,0,0",
    "bytes=999999999999999999-,416,0,0"
  })
  void ranges(String range, int status, int from, int to) throws Exception {
    HttpResponse<byte[]> response = server.bytes(file().header("Range", range).GET());
    assertThat(response.statusCode()).isEqualTo(status);
    if (status != 416) {
      assertThat(response.body()).isEqualTo(Arrays.copyOfRange(BYTES, from, to));
    }
    if (status == 206) {
      assertThat(response.headers().firstValue("Content-Range"))
          .hasValue("bytes %d-%d/700000".formatted(from, to - 1));
    }
  }

  @Test
  void tagsChangeWithTheContent() throws Exception {
    Reply first = server.put("/raw/raw/tagged", "one".getBytes(StandardCharsets.UTF_8));
    String tag = first.header("ETag");
    assertThat(tag).matches("\"[^\"]+\"");
    HttpRequest.Builder conditional =
        server.request("/raw/raw/tagged").header("If-None-Match", "\"x\", " + tag).GET();
    HttpResponse<byte[]> unchanged = server.bytes(conditional);
    assertThat(unchanged.statusCode()).isEqualTo(304);
    assertThat(unchanged.body()).isEmpty();
    assertThat(unchanged.headers().firstValue("ETag")).hasValue(tag);
    Reply second = server.put("/raw/raw/tagged", "two".getBytes(StandardCharsets.UTF_8));
    assertThat(second.header("ETag")).isNotEqualTo(tag);
    assertThat(server.bytes(conditional).statusCode()).isEqualTo(200);
    HttpResponse<byte[]> stale =
        server.bytes(
            server
                .request("/raw/raw/tagged")
                .header("Range", "bytes=0-0")
                .header("If-Range", tag)
                .GET());
    assertThat(stale.statusCode()).isEqualTo(200);
  }

  @Test
  void emptyFilesWork() throws Exception {
    assertThat(server.put("/raw/raw/empty", new byte[0]).json().getInteger("size")).isZero();
    HttpResponse<byte[]> response = server.bytes(server.request("/raw/raw/empty").GET());
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEmpty();
  }

  @Test
  void bodiesOfUnknownLengthAreLimitedToo() throws Exception {
    Reply fits =
        server.send(
            server
                .request("/raw/raw/chunked")
                .PUT(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(BYTES))));
    assertThat(fits.json().getInteger("size")).isEqualTo(BYTES.length);
    String head =
        "PUT /api/v1/jobs/raw/raw/endless HTTP/1.1\r\nHost: localhost\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n";
    try (Socket socket = new Socket("127.0.0.1", server.server().port())) {
      OutputStream out = socket.getOutputStream();
      out.write(head.getBytes(StandardCharsets.US_ASCII));
      byte[] chunk = ("10000\r\n" + "x".repeat(65536) + "\r\n").getBytes(StandardCharsets.US_ASCII);
      for (int sent = 0; sent <= MAX_FILE; sent += 65536) {
        out.write(chunk);
      }
      out.flush();
      byte[] status = socket.getInputStream().readNBytes(12);
      assertThat(new String(status, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 413");
    }
    assertThat(server.get("/raw/files").paths()).doesNotContain("endless");
    TestServer.eventually(() -> base.resolve(".state/tmp").toFile().list().length, n -> n == 0);
  }

  @Test
  void aClientThatLeavesChangesNothing() throws Exception {
    String id = server.create("left");
    server.write(id, "f", "old");
    try (Socket socket = new Socket("127.0.0.1", server.server().port())) {
      String head =
          "PUT /api/v1/jobs/left/raw/f HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900000\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().write(new byte[300_000]);
      socket.getOutputStream().flush();
      TestServer.eventually(() -> base.resolve(".state/tmp").toFile().list().length, n -> n == 1);
    }
    TestServer.eventually(() -> base.resolve(".state/tmp").toFile().list().length, n -> n == 0);
    assertThat(server.get("/left/files/f").json().getString("content")).isEqualTo("old");
    // The room that was promised to the upload is free again.
    for (int i = 0; i < 5; i++) {
      server.put("/left/raw/big" + i, new byte[MAX_FILE - 1]);
    }
    assertThat(server.get("/left").json().getInteger("files_count")).isEqualTo(6);
  }
}

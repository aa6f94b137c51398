package ai.bharatbuild.preview;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Bodies that are large, slow or endless. */
class PreviewStreamTest {
  private static final int PIECE = 64 << 10;
  private static final long TOTAL = 50L << 20;

  /** What sockets and queues of two hops may hold; far below the total. */
  private static final long HELD = 24L << 20;

  private static final int ROUND_TRIPS = 300;
  private final PreviewFixture preview = new PreviewFixture(Duration.ofSeconds(30));

  @AfterEach
  void close() {
    preview.close();
  }

  private static Buffer piece(long position) {
    Buffer piece = Buffer.buffer(PIECE);
    for (int i = 0; i < PIECE; i += 8) {
      piece.appendLong(position + i);
    }
    return piece;
  }

  private void head(Socket socket, String line, String headers) throws IOException {
    socket
        .getOutputStream()
        .write(
            (line + " HTTP/1.1\r\nHost: " + preview.authority("demo") + "\r\n" + headers + "\r\n")
                .getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Gives every event loop the time to move whatever it would move. */
  private void giveTime() {
    for (int i = 0; i < ROUND_TRIPS; i++) {
      assertThat(preview.get("demo", "/ping").body()).isEqualTo("pong");
    }
  }

  private static boolean ping(HttpServerRequest request) {
    if (request.path().equals("/ping")) {
      request.response().end("pong");
      return true;
    }
    return false;
  }

  private static void pour(HttpServerResponse response, AtomicLong written) {
    while (written.get() < TOTAL) {
      if (response.writeQueueFull()) {
        response.drainHandler(v -> pour(response, written));
        return;
      }
      response.write(piece(written.getAndAdd(PIECE)));
    }
    response.end();
  }

  @Test
  void downloadsNoFasterThanTheClientReads() throws Exception {
    AtomicLong written = new AtomicLong();
    preview.app(
        "demo",
        request -> {
          if (!ping(request)) {
            pour(request.response().putHeader("Content-Length", "" + TOTAL), written);
          }
        });
    try (Socket socket = preview.socket()) {
      head(socket, "GET /big", "");
      var in = socket.getInputStream();
      String head = "";
      while (!head.endsWith("\r\n\r\n")) {
        head += (char) in.read();
      }
      giveTime();
      assertThat(written.get()).isPositive().isLessThan(HELD);
      for (long position = 0; position < TOTAL; position += PIECE) {
        assertThat(Buffer.buffer(in.readNBytes(PIECE))).isEqualTo(piece(position));
      }
    }
  }

  @Test
  void uploadsNoFasterThanTheAppReads() throws Exception {
    AtomicReference<HttpServerRequest> upload = new AtomicReference<>();
    Promise<Void> begun = Promise.promise();
    preview.app(
        "demo",
        request -> {
          if (!ping(request)) {
            upload.set(request.pause());
            begun.complete();
          }
        });
    AtomicLong sent = new AtomicLong();
    try (Socket socket = preview.socket()) {
      head(socket, "POST /big", "Content-Length: " + TOTAL + "\r\nConnection: close\r\n");
      Thread sender = Thread.ofVirtual().start(() -> send(socket, sent));
      PreviewFixture.await(begun.future());
      giveTime();
      assertThat(sent.get()).isPositive().isLessThan(HELD);
      AtomicLong received = new AtomicLong();
      upload.get().handler(piece -> received.addAndGet(piece.length()));
      upload.get().endHandler(v -> upload.get().response().end("got " + received.get()));
      upload.get().resume();
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      sender.join();
      assertThat(answer).endsWith("got " + TOTAL);
    }
  }

  private static void send(Socket socket, AtomicLong sent) {
    try {
      while (sent.get() < TOTAL) {
        socket.getOutputStream().write(piece(sent.get()).getBytes());
        sent.addAndGet(PIECE);
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void chunkedUploadsArriveWhole() throws Exception {
    preview.app("demo", r -> r.body().onSuccess(b -> r.response().end(b)));
    try (Socket socket = preview.socket()) {
      head(socket, "POST /", "Transfer-Encoding: chunked\r\nConnection: close\r\n");
      socket
          .getOutputStream()
          .write("3\r\nabc\r\n3\r\ndef\r\n0\r\nX-Trailer: 1\r\n\r\n".getBytes());
      assertThat(new String(socket.getInputStream().readAllBytes())).endsWith("\r\n\r\nabcdef");
    }
  }

  @Test
  void eventsArriveOneByOne() throws Exception {
    AtomicReference<HttpServerResponse> stream = new AtomicReference<>();
    preview.app(
        "demo",
        request -> {
          if (request.path().equals("/next")) {
            stream.get().write("data: " + request.query() + "\n\n");
            request.response().end();
          } else {
            stream.set(request.response());
            request.response().setChunked(true).putHeader("Content-Type", "text/event-stream");
            request.response().write("data: 0\n\n");
          }
        });
    try (Socket socket = preview.socket()) {
      head(socket, "GET /events", "");
      var lines = new BufferedReader(new InputStreamReader(socket.getInputStream()));
      for (int i = 0; i < 5; i++) {
        String line = lines.readLine();
        while (!line.startsWith("data:")) {
          line = lines.readLine();
        }
        assertThat(line).isEqualTo("data: " + i);
        // Only now is the next one made, so it cannot have been waiting for company.
        preview.get("demo", "/next?" + (i + 1));
      }
    }
  }

  @Test
  void clientSendsItsBodyOnceTheAppAsksForIt() throws Exception {
    preview.app(
        "demo",
        request -> {
          request.response().writeContinue();
          request.body().onSuccess(body -> request.response().end("got " + body));
        });
    try (Socket socket = preview.socket()) {
      head(socket, "POST /", "Content-Length: 4\r\nExpect: 100-continue\r\nConnection: close\r\n");
      var lines = new BufferedReader(new InputStreamReader(socket.getInputStream()));
      assertThat(lines.readLine()).isEqualTo("HTTP/1.1 100 Continue");
      socket.getOutputStream().write("body".getBytes());
      assertThat(lines.readLine()).isEmpty();
      assertThat(lines.readLine()).isEqualTo("HTTP/1.1 200 OK");
      assertThat(lines.lines().toList()).last().isEqualTo("got body");
    }
  }

  @Test
  void appRefusesABodyBeforeItIsSent() throws Exception {
    preview.app("demo", request -> request.response().setStatusCode(413).end("too much"));
    try (Socket socket = preview.socket()) {
      head(socket, "POST /", "Content-Length: 400000\r\nExpect: 100-continue\r\n");
      String answer = new String(socket.getInputStream().readAllBytes());
      assertThat(answer).startsWith("HTTP/1.1 413").endsWith("too much");
      assertThat(answer.toLowerCase(java.util.Locale.ROOT)).contains("connection: close");
    }
  }

  @Test
  void earlyAnswerDoesNotCutTheUpload() throws Exception {
    Promise<Long> all = Promise.promise();
    preview.app(
        "demo",
        request -> {
          AtomicLong count = new AtomicLong();
          request.handler(piece -> count.addAndGet(piece.length()));
          request.endHandler(v -> all.complete(count.get()));
          request.response().end("early");
        });
    try (Socket socket = preview.socket()) {
      head(socket, "POST /", "Content-Length: 10\r\n");
      var lines = new BufferedReader(new InputStreamReader(socket.getInputStream()));
      String line = lines.readLine();
      while (!line.isEmpty()) {
        line = lines.readLine();
      }
      char[] body = new char[5];
      assertThat(lines.read(body)).isEqualTo(5);
      assertThat(new String(body)).isEqualTo("early");
      socket.getOutputStream().write("0123456789".getBytes());
      assertThat(PreviewFixture.await(all.future())).isEqualTo(10);
    }
  }

  @Test
  void answerBeforeHangingUpOnAnUploadArrives() throws Exception {
    preview.rawApp(
        "demo",
        socket ->
            socket.handler(
                b -> {
                  socket.handler(null);
                  socket.write(
                      "HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno");
                  socket.end();
                }));
    try (Socket socket = preview.socket()) {
      head(socket, "POST /", "Content-Length: 400000\r\n");
      byte[] answer = socket.getInputStream().readNBytes(12);
      assertThat(new String(answer)).isEqualTo("HTTP/1.1 413");
    }
  }
}

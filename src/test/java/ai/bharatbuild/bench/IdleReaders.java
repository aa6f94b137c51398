package ai.bharatbuild.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Many readers of one event stream on one event loop, each looking for the next expected text. */
final class IdleReaders {
  private static final int AT_ONCE = 100;

  private final List<NetSocket> sockets = new ArrayList<>();
  private final int count;
  private volatile Wave wave;
  private volatile boolean closing;

  /** One text on its way to all readers; changed on the event loop only. */
  private static final class Wave {
    final byte[] wanted;
    final Promise<Void> done = Promise.promise();
    int missing;
    long last;
    long middle;

    Wave(String wanted, int readers) {
      this.wanted = wanted.getBytes(StandardCharsets.US_ASCII);
      this.missing = readers;
    }
  }

  private IdleReaders(int count) {
    this.count = count;
  }

  /** Returns when each has had the first event, so that all are followers of the log. */
  static IdleReaders open(NetClient client, int port, String path, int count)
      throws InterruptedException {
    IdleReaders readers = new IdleReaders(count);
    readers.expect("\"type\":\"status\"");
    Buffer request = Buffer.buffer("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    for (int made = 0; made < count; made += AT_ONCE) {
      List<Future<?>> batch = new ArrayList<>();
      for (int i = made; i < Math.min(count, made + AT_ONCE); i++) {
        batch.add(
            client.connect(port, "127.0.0.1").onSuccess(socket -> readers.follow(socket, request)));
      }
      LoadClient.await(Future.all(batch));
    }
    readers.await();
    return readers;
  }

  private void follow(NetSocket socket, Buffer request) {
    sockets.add(socket);
    socket.handler(new Reader()::received);
    socket.exceptionHandler(this::broken);
    socket.closeHandler(v -> broken(new BenchFailure("the server closed a stream")));
    socket.write(request);
  }

  private void broken(Throwable cause) {
    if (!closing) {
      wave.done.tryFail(cause);
    }
  }

  void expect(String text) {
    wave = new Wave(text, count);
  }

  /** Waits until every reader has the expected text. */
  void await() throws InterruptedException {
    LoadClient.await(wave.done.future());
  }

  /** When the last reader had it. */
  long lastNanos() {
    return wave.last;
  }

  /** When half of the readers had it. */
  long middleNanos() {
    return wave.middle;
  }

  void close() {
    closing = true;
    sockets.forEach(NetSocket::close);
  }

  /** Finds the text also where it comes in pieces. */
  private final class Reader {
    private Wave sought;
    private boolean seen;
    private int matched;

    void received(Buffer bytes) {
      Wave now = wave;
      if (sought == null && bytes.length() > 12 && bytes.getByte(9) != '2') {
        broken(new BenchFailure("status is not 200: " + bytes));
        return;
      }
      if (sought != now) {
        sought = now;
        seen = false;
        matched = 0;
      }
      for (int i = 0; i < bytes.length() && !seen; i++) {
        byte b = bytes.getByte(i);
        // No text sought begins with two equal characters or repeats its beginning: this finds it.
        matched = b == now.wanted[matched] ? matched + 1 : b == now.wanted[0] ? 1 : 0;
        if (matched == now.wanted.length) {
          seen = true;
          found(now);
        }
      }
    }

    private void found(Wave now) {
      now.missing--;
      now.last = System.nanoTime();
      if (now.missing == count / 2) {
        now.middle = now.last;
      }
      if (now.missing == 0) {
        now.done.tryComplete();
      }
    }
  }
}

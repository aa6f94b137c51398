package ai.bharatbuild.bench;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** A key typed in a terminal until its echo is back, beside a terminal of this machine. */
final class PtyEcho implements Bench.Benchmark {
  private static final int KEYS = 200;
  private static final double MARGIN_MS = 2;
  private static final long PATIENCE_SECONDS = 20;

  /** The same shell on a terminal of its own; prints the median and the 99th percentile in ms. */
  private static final String LOCAL =
      """
      import os, pty, time
      pid, fd = pty.fork()
      if pid == 0:
          os.environ['PS1'] = '$ '
          os.execvp('bash', ['bash', '--norc', '-i'])
      def until(text):
          seen = b''
          while text not in seen:
              seen += os.read(fd, 65536)
      os.write(fd, b'echo be$((0))gun\\n')
      until(b'be0gun')
      times = []
      for i in range(%d):
          begun = time.monotonic_ns()
          os.write(fd, b'x')
          until(b'x')
          times.append((time.monotonic_ns() - begun) / 1e6)
          if i %% 50 == 49:
              os.write(fd, b'\\x15')
      times.sort()
      print(times[len(times) // 2], times[len(times) * 99 // 100])
      os.kill(pid, 9)
      """
          .formatted(KEYS);

  @Override
  public void run(Workbench bench) throws Exception {
    Engine.require();
    ServerProcess server = bench.server(bench.disk());
    Sandbox sandbox = bench.sandbox(server, Map.of());
    Rounds[] ours = {new Rounds(), new Rounds()};
    Rounds[] local = {new Rounds(), new Rounds()};
    Vertx vertx =
        Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(1));
    try {
      WebSocketClient client = vertx.createWebSocketClient();
      WebSocket socket =
          LoadClient.await(
              client.connect(server.port(), "127.0.0.1", sandbox.path() + "/terminal"));
      BlockingQueue<Buffer> screen = new LinkedBlockingQueue<>();
      socket.binaryMessageHandler(screen::add);
      type(socket, "echo be$((0))gun\n");
      until(screen, "be0gun");
      keys(socket, screen);
      for (int round = 0; round < bench.rounds; round++) {
        Histogram times = keys(socket, screen);
        ours[0].add(times.getValueAtPercentile(50) / 1e6);
        ours[1].add(times.getValueAtPercentile(99) / 1e6);
        String[] said = Commands.run("python3", "-c", LOCAL).strip().split(" ");
        local[0].add(Double.parseDouble(said[0]));
        local[1].add(Double.parseDouble(said[1]));
      }
      LoadClient.await(socket.close());
    } finally {
      LoadClient.await(vertx.close());
    }
    String beside = "bash on a terminal of this machine";
    Goal goal = Goal.aboveBaselineByAtMost(MARGIN_MS);
    bench.note("rounds: p50 ms " + ours[0] + " | local " + local[0]);
    bench.report(Figure.paired("pty-echo.p50", ours[0], "ms", beside, local[0], goal));
    bench.report(Figure.paired("pty-echo.p99", ours[1], "ms", beside, local[1], Goal.NONE));
  }

  private static Histogram keys(WebSocket socket, BlockingQueue<Buffer> screen)
      throws InterruptedException {
    Histogram times = new Histogram(TimeUnit.MINUTES.toNanos(1), 3);
    for (int key = 1; key <= KEYS; key++) {
      long begun = System.nanoTime();
      socket.writeBinaryMessage(Buffer.buffer("x"));
      until(screen, "x");
      times.recordValue(System.nanoTime() - begun);
      if (key % 50 == 0) {
        // The line is emptied, so that it never grows over the terminal's width by much.
        type(socket, "\u0015");
      }
    }
    return times;
  }

  private static void type(WebSocket socket, String text) throws InterruptedException {
    LoadClient.await(socket.writeBinaryMessage(Buffer.buffer(text)));
  }

  private static void until(BlockingQueue<Buffer> screen, String text) throws InterruptedException {
    StringBuilder seen = new StringBuilder();
    while (seen.indexOf(text) < 0) {
      Buffer more = screen.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (more == null) {
        throw new BenchFailure("the terminal shows " + seen + " and not " + text);
      }
      seen.append(more);
    }
  }
}

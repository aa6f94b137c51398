package ai.bharatbuild.bench;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.NetClient;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** 10,000 idle readers of one exec: the heap each costs, and the time until all have one line. */
final class SseFanout implements Bench.Benchmark {
  private static final int READERS = 10_000;

  @Override
  public void run(Workbench bench) throws Exception {
    Engine.require();
    ServerProcess server = bench.server(bench.disk());
    Sandbox sandbox = bench.sandbox(server, Map.of());
    String exec = sandbox.execDetached("cat");
    String path = sandbox.eventsPath(exec);
    Rounds toLast = new Rounds();
    Rounds toMiddle = new Rounds();
    double heap = 0;
    Vertx vertx =
        Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(1));
    try (HttpConnection http = sandbox.connect()) {
      NetClient client = vertx.createNetClient();
      // One reader first, so that what the first of them all loads is not counted as theirs.
      IdleReaders first = IdleReaders.open(client, server.port(), path, 1);
      long before = server.liveHeapBytes();
      IdleReaders readers = IdleReaders.open(client, server.port(), path, READERS);
      heap = (double) (server.liveHeapBytes() - before) / READERS;
      for (int round = 0; round <= 2 * bench.rounds; round++) {
        String line = "line-" + round + "-";
        readers.expect(line);
        long begun = System.nanoTime();
        sandbox.stdin(http, exec, (line + "\n").getBytes(StandardCharsets.US_ASCII));
        readers.await();
        toLast.add((readers.lastNanos() - begun) / 1e6);
        toMiddle.add((readers.middleNanos() - begun) / 1e6);
      }
      first.close();
      readers.close();
    } finally {
      LoadClient.await(vertx.close());
    }
    bench.note("rounds: ms to the last of " + READERS + " readers " + toLast);
    bench.report(Figure.alone("sse-fanout.to-last", toLast.median(), "ms", Goal.NONE));
    bench.report(Figure.alone("sse-fanout.to-half", toMiddle.median(), "ms", Goal.NONE));
    bench.report(Figure.alone("sse-fanout.heap-per-reader", heap, "bytes", Goal.atMost(12 << 10)));
  }
}

package ai.bharatbuild.bench;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * 200 MB of output to one reader of the event stream, beside the engine's command line and the
 * agent's own socket.
 */
final class ExecStream implements Bench.Benchmark {
  private static final long BYTES = 200L << 20;

  /** Until the server's code is compiled. */
  private static final int WARM_UP_STREAMS = 6;

  private static final String COMMAND = "yes " + "x".repeat(99) + " | head -c " + BYTES;
  private static final String CLI_NAME =
      "docker exec ... | cat >/dev/null, same sandbox and command";

  @Override
  public void run(Workbench bench) throws Exception {
    Engine.require();
    ServerProcess server = bench.server(bench.disk());
    Sandbox sandbox = bench.sandbox(server, Map.of("cpu_limit", 2.0));
    AgentSocket socket = AgentSocket.of(sandbox.containerId());
    Rounds ours = new Rounds();
    Rounds bare = new Rounds();
    Rounds cli = new Rounds();
    Rounds delivered = new Rounds();
    Rounds gaps = new Rounds();
    for (int i = 0; i < WARM_UP_STREAMS; i++) {
      stream(sandbox);
    }
    commandLine(sandbox.containerId());
    for (int round = 0; round < bench.rounds; round++) {
      Delivery delivery = stream(sandbox);
      ours.add(delivery.bytes() / 1e6 / delivery.seconds());
      delivered.add(100.0 * delivery.bytes() / BYTES);
      gaps.add(delivery.gaps());
      bare.add(BYTES / 1e6 / bare(socket));
      cli.add(BYTES / 1e6 / commandLine(sandbox.containerId()));
    }
    bench.note(
        "rounds: MB/s "
            + ours
            + " | socket "
            + bare
            + " | docker exec "
            + cli
            + " | delivered % "
            + delivered);
    bench.report(
        Figure.paired("exec-stream.rate", ours, "MB/s", CLI_NAME, cli, Goal.ratioAtLeast(1)));
    bench.report(
        Figure.paired(
            "exec-stream.rate-to-socket",
            ours,
            "MB/s",
            "the agent's socket, read and thrown away",
            bare,
            Goal.NONE));
    bench.report(Figure.alone("exec-stream.delivered", delivered.median(), "%", Goal.exactly(100)));
    bench.report(Figure.alone("exec-stream.gaps-at-most", gaps.max(), "gaps", Goal.NONE));
  }

  /** What one reader got until the exit event, and how long it took. */
  private record Delivery(long bytes, int gaps, double seconds) {}

  private static Delivery stream(Sandbox sandbox) throws IOException {
    try (HttpConnection connection = sandbox.connect()) {
      byte[] command = Sandbox.command(COMMAND);
      long begun = System.nanoTime();
      ExecEvents events = sandbox.exec(connection, command);
      long bytes = 0;
      long lost = 0;
      int gaps = 0;
      ExecEvents.Event event = events.next();
      for (; event != null && !event.type().equals("exit"); event = events.next()) {
        bytes += event.outputBytes();
        if (event.type().equals("gap")) {
          gaps++;
          lost += event.json().path("data").path("bytes").asLong();
        }
      }
      if (event == null) {
        throw new BenchFailure("the stream ended without exit");
      }
      Sandbox.checkExit(event);
      if (bytes + lost != BYTES) {
        throw new BenchFailure(
            bytes + " bytes came and gaps tell of " + lost + ", but " + BYTES + " were written");
      }
      return new Delivery(bytes, gaps, (event.arrival() - begun) / 1e9);
    }
  }

  private static double bare(AgentSocket socket) throws IOException {
    long begun = System.nanoTime();
    if (socket.run(List.of("sh", "-c", COMMAND)).bytes() != BYTES) {
      throw new BenchFailure("the agent's socket gave something else");
    }
    return (System.nanoTime() - begun) / 1e9;
  }

  private static double commandLine(String container) throws IOException, InterruptedException {
    return Commands.milliseconds(
            "bash",
            "-c",
            "set -o pipefail; docker exec \"$1\" sh -c \"$2\" | cat >/dev/null",
            "bash",
            container,
            COMMAND)
        / 1e3;
  }
}

package ai.bharatbuild.bench;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * {@code echo hi}: from the request to the first output, beside the agent's own socket, the
 * engine's API and its CLI.
 */
final class ExecLatency implements Bench.Benchmark {
  private static final int CALLS = 25;
  private static final int WARM_UP_CALLS = 60;

  /** What takes a fraction of the time can be done more often. */
  private static final int FAST = 8;

  /** Until the server's code is compiled. */
  private static final int SERVER_WARM_UP_CALLS = 3_000;

  private static final double P50_MS = 2;
  private static final double P99_MS = 8;
  private static final double TO_API = 1 / 15.0;
  private static final double TO_CLI = 1 / 30.0;
  private static final List<String> ECHO = List.of("sh", "-c", "echo hi");
  private static final String API_NAME = "engine API in the same sandbox: exec create, exec start";
  private static final String SOCKET_NAME = "the agent's socket, blocking calls";
  private static final String CLI_NAME = "docker exec in the same sandbox";

  /** Milliseconds until the first output. */
  private interface Call {
    double run() throws Exception;
  }

  @Override
  public void run(Workbench bench) throws Exception {
    Engine.require();
    ServerProcess server = bench.server(bench.disk());
    Sandbox sandbox = bench.sandbox(server, Map.of());
    byte[] command = Sandbox.command("echo hi");
    AgentSocket socket = AgentSocket.of(sandbox.containerId());
    Rounds[] ours = {new Rounds(), new Rounds()};
    Rounds[] bare = {new Rounds(), new Rounds()};
    Rounds[] api = {new Rounds(), new Rounds()};
    Rounds[] cli = {new Rounds(), new Rounds()};
    try (HttpConnection http = sandbox.connect();
        HttpConnection engine = Engine.connect()) {
      Call viaServer = () -> server(sandbox, http, command);
      Call viaApi = () -> Engine.exec(engine, sandbox.containerId(), ECHO) / 1e6;
      Call viaSocket = () -> socket.run(ECHO).firstNanos() / 1e6;
      time(SERVER_WARM_UP_CALLS, viaServer);
      time(WARM_UP_CALLS, viaSocket);
      time(WARM_UP_CALLS, viaApi);
      for (int round = 0; round < bench.rounds; round++) {
        add(time(CALLS * FAST, viaServer), ours);
        add(time(CALLS * FAST, viaSocket), bare);
        add(time(CALLS, viaApi), api);
        add(time(CALLS, () -> commandLine(sandbox.containerId())), cli);
      }
    }
    report(bench, ours, bare, api, cli);
  }

  private static void report(
      Workbench bench, Rounds[] ours, Rounds[] bare, Rounds[] api, Rounds[] cli) {
    bench.note(
        "rounds: p50 ms "
            + ours[0]
            + " | socket "
            + bare[0]
            + " | engine API "
            + api[0]
            + " | docker exec "
            + cli[0]);
    bench.report(
        Figure.paired("exec-latency.p50", ours[0], "ms", SOCKET_NAME, bare[0], Goal.below(P50_MS)));
    bench.report(
        Figure.paired("exec-latency.p99", ours[1], "ms", SOCKET_NAME, bare[1], Goal.below(P99_MS)));
    Goal toApi = Goal.ratioAtMost(TO_API);
    Goal toCli = Goal.ratioAtMost(TO_CLI);
    bench.report(Figure.paired("exec-latency.p50-to-api", ours[0], "ms", API_NAME, api[0], toApi));
    bench.report(
        Figure.paired("exec-latency.p99-to-api", ours[1], "ms", API_NAME, api[1], Goal.NONE));
    bench.report(Figure.paired("exec-latency.p50-to-cli", ours[0], "ms", CLI_NAME, cli[0], toCli));
    bench.report(
        Figure.paired("exec-latency.p99-to-cli", ours[1], "ms", CLI_NAME, cli[1], Goal.NONE));
  }

  private static Histogram time(int count, Call call) throws Exception {
    Histogram times = new Histogram(TimeUnit.MINUTES.toNanos(2), 3);
    for (int i = 0; i < count; i++) {
      times.recordValue((long) (call.run() * 1e6));
    }
    return times;
  }

  private static void add(Histogram times, Rounds[] p50AndP99) {
    p50AndP99[0].add(times.getValueAtPercentile(50) / 1e6);
    p50AndP99[1].add(times.getValueAtPercentile(99) / 1e6);
  }

  private static double server(Sandbox sandbox, HttpConnection http, byte[] command)
      throws IOException {
    long begun = System.nanoTime();
    ExecEvents events = sandbox.exec(http, command);
    long first = 0;
    for (ExecEvents.Event event = events.next(); first == 0; event = events.next()) {
      if (event == null || event.type().equals("exit")) {
        throw new BenchFailure("echo printed nothing");
      }
      first = event.outputBytes() > 0 ? event.arrival() : 0;
      if (first != 0) {
        break;
      }
    }
    Sandbox.drain(events);
    return (first - begun) / 1e6;
  }

  private static double commandLine(String container) throws IOException, InterruptedException {
    long begun = System.nanoTime();
    Process process =
        new ProcessBuilder("docker", "exec", container, "sh", "-c", "echo hi")
            .redirectErrorStream(true)
            .start();
    try (InputStream output = process.getInputStream()) {
      int first = output.read();
      double milliseconds = (System.nanoTime() - begun) / 1e6;
      output.readAllBytes();
      if (process.waitFor() != 0 || first != 'h') {
        throw new BenchFailure("docker exec failed");
      }
      return milliseconds;
    }
  }
}

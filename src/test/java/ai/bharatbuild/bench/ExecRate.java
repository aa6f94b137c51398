package ai.bharatbuild.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Commands run to their end per second by eight callers in one sandbox, beside the agent's own
 * socket and the engine's API.
 */
final class ExecRate implements Bench.Benchmark {
  private static final int CALLERS = 8;

  /** Until the server's code is compiled. */
  private static final int WARM_UP_ROUNDS = 4;

  private static final double TO_API = 25;
  private static final Duration ROUND = Duration.ofSeconds(5);
  private static final List<String> ECHO = List.of("sh", "-c", "echo hi");

  /** Runs one command to its end on a connection of this caller. */
  private interface Caller {
    void run(HttpConnection connection) throws IOException;
  }

  /** Opens a caller's connection. */
  private interface Connect {
    HttpConnection open() throws IOException;
  }

  @Override
  public void run(Workbench bench) throws Exception {
    Engine.require();
    ServerProcess server = bench.server(bench.disk());
    Sandbox sandbox = bench.sandbox(server, Map.of("cpu_limit", 2.0));
    byte[] command = Sandbox.command("echo hi");
    Caller viaServer =
        connection -> {
          if (Sandbox.drain(sandbox.exec(connection, command)) != "hi\n".length()) {
            throw new BenchFailure("echo printed something else");
          }
        };
    Caller viaApi = connection -> Engine.exec(connection, sandbox.containerId(), ECHO);
    AgentSocket socket = AgentSocket.of(sandbox.containerId());
    Caller viaSocket =
        connection -> {
          if (socket.run(ECHO).bytes() != "hi\n".length()) {
            throw new BenchFailure("echo printed something else");
          }
        };
    Rounds ours = new Rounds();
    Rounds bare = new Rounds();
    Rounds cpuEach = new Rounds();
    Rounds api = new Rounds();
    try (ExecutorService callers = Executors.newFixedThreadPool(CALLERS)) {
      for (int i = 0; i < WARM_UP_ROUNDS; i++) {
        perSecond(callers, sandbox::connect, viaServer);
      }
      perSecond(callers, Engine::connect, viaApi);
      for (int round = 0; round < bench.rounds; round++) {
        double cpu = server.cpu().toNanos();
        double rate = perSecond(callers, sandbox::connect, viaServer);
        ours.add(rate);
        cpuEach.add((server.cpu().toNanos() - cpu) / 1e6 / (rate * ROUND.toSeconds()));
        bare.add(perSecond(callers, sandbox::connect, viaSocket));
        api.add(perSecond(callers, Engine::connect, viaApi));
      }
    }
    bench.note("rounds: execs/s " + ours + " | socket " + bare + " | engine API " + api);
    bench.note("rounds: ms of the server's processor time for one exec: " + cpuEach);
    bench.report(
        Figure.paired(
            "exec-rate-to-socket",
            ours,
            "execs/s",
            "the agent's socket, 8 callers with blocking calls",
            bare,
            Goal.NONE));
    bench.report(
        Figure.paired(
            "exec-rate",
            ours,
            "execs/s",
            "engine API in the same sandbox, 8 callers as well",
            api,
            Goal.ratioAtLeast(TO_API)));
  }

  private static double perSecond(ExecutorService callers, Connect connect, Caller caller)
      throws InterruptedException {
    long begun = System.nanoTime();
    List<Future<Integer>> counts = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      counts.add(callers.submit(() -> callUntil(begun + ROUND.toNanos(), connect, caller)));
    }
    int done = 0;
    for (Future<Integer> count : counts) {
      try {
        done += count.get();
      } catch (ExecutionException e) {
        throw new BenchFailure("a caller failed: " + e.getCause(), e);
      }
    }
    return done / ((System.nanoTime() - begun) / 1e9);
  }

  private static int callUntil(long end, Connect connect, Caller caller) throws IOException {
    int count = 0;
    try (HttpConnection connection = connect.open()) {
      while (System.nanoTime() < end) {
        caller.run(connection);
        count++;
      }
    }
    return count;
  }
}

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
import java.util.function.IntFunction;

/**
 * Commands run to their end per second by callers in one sandbox and in many, beside the agents'
 * own sockets and the engine's API in the same sandboxes.
 */
final class ExecRate implements Bench.Benchmark {
  private static final int CALLERS = 8;
  private static final int SANDBOXES = 16;

  /** Until the server's code is compiled. */
  private static final int WARM_UP_ROUNDS = 4;

  private static final double TO_API = 25;
  private static final double TO_API_OVER_MANY = 15;
  private static final Duration ROUND = Duration.ofSeconds(5);
  private static final List<String> ECHO = List.of("sh", "-c", "echo hi");
  private static final Map<String, Object> CONFIG =
      Map.of("cpu_limit", 2.0, "memory_limit", "128m", "disk_limit", "64m");

  /** Runs one command to its end on a connection of this caller. */
  private interface Command {
    void run(HttpConnection connection) throws IOException;
  }

  /** Opens a caller's connection. */
  private interface Connect {
    HttpConnection open() throws IOException;
  }

  /** What is measured, by the names of its figures. */
  private record Setting(
      String name, List<Sandbox> sandboxes, List<AgentSocket> sockets, int callers, double goal) {

    Sandbox sandbox(int caller) {
      return sandboxes.get(caller % sandboxes.size());
    }

    AgentSocket socket(int caller) {
      return sockets.get(caller % sockets.size());
    }

    String where() {
      return sandboxes.size() == 1 ? "in the same sandbox" : "in the same sandboxes";
    }
  }

  @Override
  public void run(Workbench bench) throws Exception {
    Engine.require();
    ServerProcess server = bench.server(bench.disk());
    List<Sandbox> sandboxes = new ArrayList<>();
    List<AgentSocket> sockets = new ArrayList<>();
    for (int i = 0; i < SANDBOXES; i++) {
      sandboxes.add(bench.sandbox(server, "-" + i, CONFIG));
      sockets.add(AgentSocket.of(sandboxes.get(i).containerId()));
    }
    measure(
        bench,
        server,
        new Setting("exec-rate", sandboxes.subList(0, 1), sockets.subList(0, 1), CALLERS, TO_API));
    measure(
        bench,
        server,
        new Setting("exec-rate.over-16", sandboxes, sockets, SANDBOXES, TO_API_OVER_MANY));
  }

  private static void measure(Workbench bench, ServerProcess server, Setting setting)
      throws Exception {
    byte[] command = Sandbox.command("echo hi");
    IntFunction<Command> viaServer =
        caller ->
            connection -> check(Sandbox.drain(setting.sandbox(caller).exec(connection, command)));
    IntFunction<Command> viaSocket =
        caller -> connection -> check(setting.socket(caller).run(ECHO).bytes());
    IntFunction<Command> viaApi =
        caller ->
            connection -> Engine.exec(connection, setting.sandbox(caller).containerId(), ECHO);
    Connect toServer = setting.sandbox(0)::connect;
    Rounds ours = new Rounds();
    Rounds bare = new Rounds();
    Rounds cpuEach = new Rounds();
    Rounds api = new Rounds();
    try (ExecutorService callers = Executors.newFixedThreadPool(setting.callers())) {
      for (int i = 0; i < WARM_UP_ROUNDS; i++) {
        perSecond(callers, setting.callers(), toServer, viaServer);
      }
      perSecond(callers, setting.callers(), Engine::connect, viaApi);
      for (int round = 0; round < bench.rounds; round++) {
        double cpu = server.cpu().toNanos();
        double rate = perSecond(callers, setting.callers(), toServer, viaServer);
        ours.add(rate);
        cpuEach.add((server.cpu().toNanos() - cpu) / 1e6 / (rate * ROUND.toSeconds()));
        bare.add(perSecond(callers, setting.callers(), toServer, viaSocket));
        api.add(perSecond(callers, setting.callers(), Engine::connect, viaApi));
      }
    }
    bench.note(setting.name() + ": execs/s " + ours + " | socket " + bare + " | engine API " + api);
    bench.note(setting.name() + ": ms of the server's processor time for one exec: " + cpuEach);
    report(bench, setting, ours, bare, api);
  }

  private static void report(
      Workbench bench, Setting setting, Rounds ours, Rounds bare, Rounds api) {
    String callers = setting.callers() + " callers";
    bench.report(
        Figure.paired(
            setting.name() + "-to-socket",
            ours,
            "execs/s",
            "the agent's socket, " + callers + " with blocking calls",
            bare,
            Goal.NONE));
    bench.report(
        Figure.paired(
            setting.name(),
            ours,
            "execs/s",
            "engine API " + setting.where() + ", " + callers + " as well",
            api,
            Goal.ratioAtLeast(setting.goal())));
  }

  private static void check(long bytes) {
    if (bytes != "hi\n".length()) {
      throw new BenchFailure("echo printed something else");
    }
  }

  /**
   * @param commands what each caller does, by its number
   */
  private static double perSecond(
      ExecutorService threads, int callers, Connect connect, IntFunction<Command> commands)
      throws InterruptedException {
    long begun = System.nanoTime();
    List<Future<Integer>> counts = new ArrayList<>();
    for (int i = 0; i < callers; i++) {
      Command command = commands.apply(i);
      counts.add(threads.submit(() -> callUntil(begun + ROUND.toNanos(), connect, command)));
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

  private static int callUntil(long end, Connect connect, Command command) throws IOException {
    int count = 0;
    try (HttpConnection connection = connect.open()) {
      while (System.nanoTime() < end) {
        command.run(connection);
        count++;
      }
    }
    return count;
  }
}

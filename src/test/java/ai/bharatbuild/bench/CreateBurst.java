package ai.bharatbuild.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Twenty-five containers asked for at once while no sandbox waits. */
final class CreateBurst implements Bench.Benchmark {
  private static final int BURST = 25;
  private static final double LAST_MS = 3_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  @Override
  public void run(Workbench bench) throws Exception {
    Engine.require();
    ServerProcess server = bench.server(bench.disk());
    Rounds last = new Rounds();
    int succeeded = 0;
    int rounds = Math.min(3, bench.rounds);
    for (int round = 0; round < rounds; round++) {
      List<Double> times = burst(server, round);
      succeeded += times.size();
      last.add(times.stream().mapToDouble(Double::doubleValue).max().orElseThrow());
    }
    bench.note("rounds: last ms " + last);
    bench.report(
        Figure.alone(
            "create-burst.succeeded", succeeded / rounds, "containers", Goal.exactly(BURST)));
    bench.report(Figure.alone("create-burst.last", last.median(), "ms", Goal.atMost(LAST_MS)));
  }

  /** Milliseconds from the burst's beginning to each that succeeded. */
  private static List<Double> burst(ServerProcess server, int round) throws Exception {
    byte[] body = JSON.writeValueAsBytes(Map.of("project_type", "node"));
    List<Double> times = new ArrayList<>();
    try (ExecutorService callers = Executors.newFixedThreadPool(BURST)) {
      List<Future<Double>> asked = new ArrayList<>();
      long begun = System.nanoTime();
      for (int i = 0; i < BURST; i++) {
        String path = path(round, i);
        asked.add(callers.submit(() -> create(server, path, body, begun)));
      }
      for (Future<Double> one : asked) {
        times.add(one.get());
      }
      List<Future<?>> deleted = new ArrayList<>();
      for (int i = 0; i < BURST; i++) {
        String path = path(round, i);
        deleted.add(callers.submit(() -> delete(server, path)));
      }
      for (Future<?> one : deleted) {
        one.get();
      }
    }
    return times;
  }

  private static String path(int round, int number) {
    return "/api/v1/containers/bench-burst-" + round + "-" + number;
  }

  private static double create(ServerProcess server, String path, byte[] body, long begun)
      throws IOException {
    try (HttpConnection http = HttpConnection.tcp(server.port())) {
      http.send("POST", path + "/create", body).expect(201);
      return (System.nanoTime() - begun) / 1e6;
    }
  }

  private static Void delete(ServerProcess server, String path) throws IOException {
    try (HttpConnection http = HttpConnection.tcp(server.port())) {
      http.send("DELETE", path + "?delete_files=true", new byte[0]).expect(200);
      return null;
    }
  }
}

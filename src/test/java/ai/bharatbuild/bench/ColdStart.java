package ai.bharatbuild.bench;

import java.io.IOException;
import java.nio.file.Path;

/** From the start of the process to its ready line and first good answer. */
final class ColdStart implements Bench.Benchmark {
  private static final double GOAL_MS = 2_000;

  @Override
  public void run(Workbench bench) throws Exception {
    Path jobs = bench.tmpfs();
    Rounds line = new Rounds();
    Rounds answered = new Rounds();
    Rounds empty = new Rounds();
    String java = System.getProperty("bench.java");
    Commands.milliseconds(java, "-version");
    bench.server(jobs).stop();
    for (int round = 0; round < 2 * bench.rounds; round++) {
      ServerProcess server = bench.server(jobs);
      try {
        firstAnswer(server.port());
        answered.add((System.nanoTime() - server.beginNanos()) / 1e6);
        line.add(server.readyMilliseconds());
      } finally {
        server.stop();
      }
      empty.add(Commands.milliseconds(java, "-version"));
    }
    bench.note("rounds: ready ms " + line + " | java -version ms " + empty);
    bench.report(
        Figure.paired(
            "cold-start.ready-line", line, "ms", "java -version", empty, Goal.below(GOAL_MS)));
    bench.report(
        Figure.paired(
            "cold-start.first-200", answered, "ms", "java -version", empty, Goal.below(GOAL_MS)));
  }

  private static void firstAnswer(int port) throws IOException {
    try (HttpConnection connection = HttpConnection.tcp(port)) {
      connection.send("GET", "/health/ready", new byte[0]).expect(200);
    }
  }
}

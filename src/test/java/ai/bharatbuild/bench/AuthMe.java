package ai.bharatbuild.bench;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** What knowing the caller by a token adds to a call, beside a server that knows nobody. */
final class AuthMe implements Bench.Benchmark {
  private static final Duration WARM_UP = Duration.ofSeconds(6);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration ROUND = Duration.ofSeconds(2);
  private static final String LOCAL = "the same call of a server in local mode, no token";

  @Override
  public void run(Workbench bench) throws Exception {
    Path base = bench.tmpfs();
    SignedIn accounts = SignedIn.start(bench, Files.createDirectory(base.resolve("accounts")));
    ServerProcess local = bench.server(Files.createDirectory(base.resolve("local")), Map.of());
    awaitDatabase(local);
    try (LoadClient with = new LoadClient(accounts.port());
        LoadClient without = new LoadClient(local.port())) {
      measure(bench, "me", "/api/v1/auth/me", accounts.token(), with, without);
      measure(bench, "jobs", "/api/v1/jobs", accounts.token(), with, without);
    }
  }

  /** In local mode a server is ready before its database is. */
  private static void awaitDatabase(ServerProcess server) throws IOException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try (HttpConnection connection = HttpConnection.tcp(server.port())) {
        HttpConnection.Answer answer =
            connection.send("GET", "/api/v1/auth/me", new byte[0]).check(200, 503);
        answer.body().readAllBytes();
        if (answer.status() == 200) {
          return;
        }
        if (System.nanoTime() > end) {
          throw new BenchFailure("the database of the local server does not come up");
        }
      }
    }
  }

  /** {@code me} reads the database in both modes; listing no jobs touches nothing at all. */
  private static void measure(
      Workbench bench, String what, String path, String token, LoadClient with, LoadClient without)
      throws InterruptedException {
    Buffer plain = Buffer.buffer("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    Buffer signed =
        Buffer.buffer(
            "GET %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n\r\n"
                .formatted(path, token));
    with.run(1, WARM_UP, connection -> signed);
    without.run(1, WARM_UP, connection -> plain);
    Rounds[] rounds = {new Rounds(), new Rounds(), new Rounds(), new Rounds()};
    for (int round = 0; round < bench.rounds; round++) {
      LoadClient.Result signedIn = with.run(1, ROUND, connection -> signed);
      LoadClient.Result bare = without.run(1, ROUND, connection -> plain);
      rounds[0].add(signedIn.milliseconds(50));
      rounds[1].add(bare.milliseconds(50));
      rounds[2].add(signedIn.milliseconds(99));
      rounds[3].add(bare.milliseconds(99));
    }
    String name = bench.name + "." + what;
    bench.report(
        Figure.paired(
            name + ".p50", rounds[0], "ms", LOCAL, rounds[1], Goal.aboveBaselineByAtMost(0.3)));
    bench.report(Figure.paired(name + ".p99", rounds[2], "ms", LOCAL, rounds[3], Goal.NONE));
  }
}

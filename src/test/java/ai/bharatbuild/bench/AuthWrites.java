package ai.bharatbuild.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Writing job files with accounts, beside local mode; and the same during a flood of sign-ins. */
final class AuthWrites implements Bench.Benchmark {
  private static final int CONNECTIONS = 32;
  private static final int JOBS = 8;
  private static final int FLOODERS = 24;
  private static final Duration WARM_UP = Duration.ofSeconds(8);
  private static final Duration ROUND = Duration.ofSeconds(2);

  @Override
  public void run(Workbench bench) throws Exception {
    Path base = bench.tmpfs();
    SignedIn accounts = SignedIn.start(bench, Files.createDirectory(base.resolve("accounts")));
    ServerProcess local = bench.server(Files.createDirectory(base.resolve("local")), Map.of());
    Rounds with = new Rounds();
    Rounds without = new Rounds();
    Rounds flooded = new Rounds();
    try (LoadClient toAccounts = new LoadClient(accounts.port());
        LoadClient toLocal = new LoadClient(local.port());
        Jobs mine = new Jobs(accounts.port(), accounts.token());
        Jobs locals = new Jobs(local.port())) {
      write(toAccounts, mine, accounts.token(), WARM_UP);
      write(toLocal, locals, null, WARM_UP);
      for (int round = 0; round < bench.rounds; round++) {
        with.add(write(toAccounts, mine, accounts.token(), ROUND));
        without.add(write(toLocal, locals, null, ROUND));
        Flood flood = new Flood(accounts.port());
        flooded.add(write(toAccounts, mine, accounts.token(), ROUND));
        bench.note("sign-ins answered during a flooded round: " + flood.stop());
      }
    }
    bench.report(
        Figure.paired(
            bench.name + ".rate",
            with,
            "writes/s",
            "the same writes on a server in local mode",
            without,
            Goal.ratioAtLeast(0.9)));
    bench.report(
        Figure.paired(
            bench.name + ".rate-in-a-flood",
            flooded,
            "writes/s",
            "the same server without the flood of " + FLOODERS + " who sign in",
            with,
            Goal.ratioAtLeast(0.8)));
  }

  private static double write(LoadClient load, Jobs jobs, String token, Duration duration)
      throws IOException, InterruptedException {
    List<String> ids = jobs.create(JOBS);
    LoadClient.Result result = load.run(CONNECTIONS, duration, new ManyFiles(ids, token));
    long stored = jobs.files(ids);
    if (stored != result.count()) {
      throw new BenchFailure(result.count() + " writes were answered, " + stored + " are stored");
    }
    jobs.delete(ids);
    return result.rate();
  }

  /** People who sign in as fast as they are answered, until it is stopped. */
  private static final class Flood {
    private final AtomicBoolean going = new AtomicBoolean(true);
    private final AtomicLong answered = new AtomicLong();
    private final List<Thread> threads = new ArrayList<>();

    Flood(int port) {
      for (int i = 0; i < FLOODERS; i++) {
        threads.add(Thread.ofPlatform().daemon().start(() -> signIn(port)));
      }
    }

    private void signIn(int port) {
      while (going.get()) {
        try (HttpConnection connection = HttpConnection.tcp(port)) {
          connection.send("POST", "/api/v1/auth/login", SignedIn.loginBody()).expect(200, 429, 503);
          answered.incrementAndGet();
        } catch (IOException e) {
          throw new BenchFailure("a sign-in broke off: " + e);
        }
      }
    }

    /** How many were answered. */
    long stop() {
      going.set(false);
      for (Thread thread : threads) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
      return answered.get();
    }
  }
}

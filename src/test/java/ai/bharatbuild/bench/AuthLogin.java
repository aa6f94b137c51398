package ai.bharatbuild.bench;

import at.favre.lib.crypto.bcrypt.BCrypt;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Signing in by password, beside the bcrypt check that it has to make. */
final class AuthLogin implements Bench.Benchmark {
  private static final int LOGINS = 12;
  private static final int COST = 12;

  @Override
  public void run(Workbench bench) throws Exception {
    Path base = bench.tmpfs();
    SignedIn accounts = SignedIn.start(bench, Files.createDirectory(base.resolve("jobs")));
    String hash = BCrypt.withDefaults().hashToString(COST, SignedIn.PASSWORD.toCharArray());
    Rounds[] rounds = {new Rounds(), new Rounds(), new Rounds(), new Rounds()};
    try (HttpConnection connection = HttpConnection.tcp(accounts.port())) {
      for (int round = 0; round <= bench.rounds; round++) {
        double[] logins = times(() -> SignedIn.login(connection));
        double[] checks =
            times(() -> BCrypt.verifyer().verify(SignedIn.PASSWORD.toCharArray(), hash));
        // The first round warms both up.
        if (round > 0) {
          rounds[0].add(logins[LOGINS / 2]);
          rounds[1].add(checks[LOGINS / 2]);
          rounds[2].add(logins[LOGINS - 1]);
          rounds[3].add(checks[LOGINS - 1]);
        }
      }
    }
    String bare = "bcrypt of cost 12 in the benchmark's own JVM";
    bench.report(
        Figure.paired(
            bench.name + ".p50", rounds[0], "ms", bare, rounds[1], Goal.ratioAtMost(1.25)));
    bench.report(Figure.paired(bench.name + ".max", rounds[2], "ms", bare, rounds[3], Goal.NONE));
  }

  private interface Work {
    void run() throws Exception;
  }

  /** Milliseconds of each of some calls, sorted. */
  private static double[] times(Work work) throws Exception {
    double[] times = new double[LOGINS];
    for (int i = 0; i < LOGINS; i++) {
      long begun = System.nanoTime();
      work.run();
      times[i] = (System.nanoTime() - begun) / 1e6;
    }
    Arrays.sort(times);
    return times;
  }
}

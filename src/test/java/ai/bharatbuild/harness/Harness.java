package ai.bharatbuild.harness;

import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/**
 * Plays exercises with a scripted model on a real server, and prints a scoreboard. Exit status 1:
 * something did not come to what it must; 2: wrong usage.
 */
public final class Harness {
  /** Plays whose times are taken while nothing else runs: every so manieth of the references. */
  private static final int EVERY = 6;

  private static final double MILLION = 1e6;

  private final Scoreboard board = new Scoreboard();
  private final Player player;
  private final HarnessServer server;

  private Harness(HarnessServer server, ScriptedModel model) {
    this.server = server;
    this.player = new Player(server, model);
  }

  /** Takes {@code --list}, {@code --scenario S} and ids of exercises. */
  public static void main(String[] args) throws Exception {
    List<Play> plays;
    try {
      plays = chosen(List.of(args));
    } catch (IllegalArgumentException e) {
      plays = List.of();
    }
    if (plays.isEmpty()) {
      System.err.println(
          "usage: scripts/harness.sh [--list] [--scenario SCENARIO]... [EXERCISE...]");
      System.exit(2);
    }
    if (List.of(args).contains("--list")) {
      plays.forEach(play -> System.out.println(play.id()));
      return;
    }
    int status = 1;
    try {
      status = run(plays) ? 0 : 1;
    } catch (Exception | AssertionError e) {
      System.err.println("the harness could not be run: " + e);
    } finally {
      System.exit(status);
    }
  }

  private static List<Play> chosen(List<String> args) {
    Set<Scenario> scenarios = EnumSet.noneOf(Scenario.class);
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < args.size(); i++) {
      if (args.get(i).equals("--scenario") && i + 1 < args.size()) {
        String id = args.get(++i);
        scenarios.add(
            Arrays.stream(Scenario.values())
                .filter(it -> it.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(id)));
      } else if (!args.get(i).equals("--list")) {
        ids.add(args.get(i));
      }
    }
    return Plays.of(scenarios.isEmpty() ? EnumSet.allOf(Scenario.class) : scenarios, ids);
  }

  private static boolean run(List<Play> plays) throws Exception {
    long begun = System.nanoTime();
    Path base = Files.createTempDirectory("bharatbuild-harness");
    Vertx vertx = Vertx.vertx();
    ScriptedModel model = ScriptedModel.start(vertx);
    HarnessServer server = new HarnessServer(base, model.address());
    try {
      Harness harness = new Harness(server, model);
      harness.all(plays);
      harness.board.print(System.out, (System.nanoTime() - begun) / MILLION);
      System.out.println("the server's logs are in " + base);
      return harness.board.passed();
    } finally {
      server.stop();
      vertx.close();
    }
  }

  private void all(List<Play> plays) throws Exception {
    List<Play> alone = new ArrayList<>();
    List<Play> together = new ArrayList<>();
    List<Play> killed = new ArrayList<>();
    for (Play play : plays) {
      if (play.scenario().killed()) {
        killed.add(play);
      } else if (play.scenario() == Scenario.REFERENCE
          && together.size() % EVERY == 0
          && alone.size() <= together.size() / EVERY) {
        alone.add(play);
      } else {
        together.add(play);
      }
    }
    // The first one has the server load what it needs; its times tell of that.
    Result.Load load = Result.Load.COLD;
    for (Play play : alone) {
      one(play, load, new CompletableFuture<>());
      load = Result.Load.ALONE;
    }
    together(together);
    for (int i = 0; i < killed.size(); i += HarnessServer.AT_ONCE) {
      killed(killed.subList(i, Math.min(killed.size(), i + HarnessServer.AT_ONCE)));
    }
  }

  private void together(List<Play> plays) throws Exception {
    Semaphore free = new Semaphore(HarnessServer.AT_ONCE);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Play play : plays) {
        free.acquire();
        threads.submit(
            () -> {
              try {
                one(play, Result.Load.TOGETHER, new CompletableFuture<>());
              } finally {
                free.release();
              }
            });
      }
    }
  }

  /** Kills the server once all of these plays are in the middle of something. */
  private void killed(List<Play> plays) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<CompletableFuture<Void>> ripe = new ArrayList<>();
      List<Future<?>> running = new ArrayList<>();
      for (Play play : plays) {
        CompletableFuture<Void> now = new CompletableFuture<>();
        ripe.add(now);
        running.add(threads.submit(() -> one(play, Result.Load.BROKEN, now)));
      }
      CompletableFuture.allOf(ripe.toArray(CompletableFuture[]::new)).get();
      server.killAndStart();
      for (Future<?> one : running) {
        one.get();
      }
    }
  }

  private void one(Play play, Result.Load load, CompletableFuture<Void> ripe) {
    try {
      Result result = player.play(play, load, ripe);
      board.add(result);
      tell(result);
    } catch (Exception | AssertionError e) {
      ripe.complete(null);
      board.add(Scoreboard.broken(play, e.toString()));
      System.out.println("BAD  " + play.id() + ": " + e);
    }
  }

  private static synchronized void tell(Result result) {
    System.out.printf(
        "%s %-55s %-9s %6.1f s%n",
        result.good() ? "good" : "BAD ",
        result.play(),
        result.status(),
        result.times().whole() / 1000);
    result.events().forEach(it -> System.out.println("       " + it));
    result.other().forEach(it -> System.out.println("       " + it));
  }
}

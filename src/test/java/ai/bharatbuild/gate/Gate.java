package ai.bharatbuild.gate;

import ai.bharatbuild.gate.Case.Outcome;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs attack cases and prints a table. Exit status 1: something escaped, or a case proves nothing
 * because its control did not succeed; 2: wrong usage.
 */
public final class Gate {
  private static final int AT_ONCE = 4;
  private static final int CASE_SECONDS = 90;

  private Gate() {}

  /** Takes {@code --list}, {@code --runtime R}, {@code --kind K} and names of cases. */
  public static void main(String[] args) throws Exception {
    List<Case> cases = chosen(List.of(args));
    if (cases.isEmpty()) {
      System.err.println(
          "usage: scripts/gate.sh [--list] [--runtime RUNTIME] [--kind KIND] [CASE...]");
      System.exit(2);
    }
    if (List.of(args).contains("--list")) {
      cases.forEach(c -> System.out.println(c.kind() + " " + c.runtime() + " " + c.name()));
      return;
    }
    int status = 1;
    try {
      status = run(cases) ? 0 : 1;
    } catch (Exception | LinkageError e) {
      System.err.println("the gate could not be run: " + e);
    } finally {
      // The server's threads would keep this process alive.
      System.exit(status);
    }
  }

  private static boolean run(List<Case> cases) throws Exception {
    long begun = System.nanoTime();
    Arena arena = new Arena();
    // Also when somebody ends it: a swap file and containers must not stay.
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> close(arena)));
    Report report = new Report();
    run(cases, arena, report);
    close(arena);
    report.finish(System.nanoTime() - begun);
    return report.passed();
  }

  /** Empty when a word names nothing. */
  private static List<Case> chosen(List<String> words) {
    List<Case> all = Cases.all();
    Set<String> kinds = new HashSet<>();
    Set<String> names = new HashSet<>();
    Set<String> runtimes = new HashSet<>();
    for (int i = 0; i < words.size(); i++) {
      if (words.get(i).equals("--kind") && i + 1 < words.size()) {
        kinds.add(words.get(++i).toLowerCase(Locale.ROOT));
      } else if (words.get(i).equals("--runtime") && i + 1 < words.size()) {
        runtimes.add(words.get(++i));
      } else if (!words.get(i).equals("--list")) {
        names.add(words.get(i));
      }
    }
    boolean known =
        names.stream().allMatch(name -> all.stream().anyMatch(c -> c.name().equals(name)));
    if (!known) {
      return List.of();
    }
    return all.stream()
        .filter(c -> runtimes.isEmpty() || runtimes.contains(c.runtime()))
        .filter(
            c ->
                kinds.isEmpty() && names.isEmpty()
                    || kinds.contains(c.kind().toString())
                    || names.contains(c.name()))
        .toList();
  }

  private static void run(List<Case> cases, Arena arena, Report report)
      throws InterruptedException {
    ExecutorService workers = Executors.newFixedThreadPool(AT_ONCE, Gate::daemon);
    // Cases have threads of their own, so that one that hangs holds up none but its worker.
    ExecutorService runners = Executors.newCachedThreadPool(Gate::daemon);
    List<Future<?>> all = new ArrayList<>();
    for (Case one : cases) {
      Callable<Void> task =
          () -> {
            report.add(one, bounded(one, arena, runners, report));
            return null;
          };
      all.add(workers.submit(task));
    }
    for (Future<?> each : all) {
      try {
        each.get();
      } catch (ExecutionException e) {
        throw new IllegalStateException(e);
      }
    }
    workers.shutdownNow();
    runners.shutdownNow();
  }

  private static Outcome bounded(Case one, Arena arena, ExecutorService runners, Report report)
      throws InterruptedException, ExecutionException {
    report.begin(one);
    Future<Outcome> running = runners.submit(() -> one.outcome(arena));
    try {
      return running.get(CASE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      running.cancel(true);
      return new Outcome(
          Finding.broken("not over after " + CASE_SECONDS + " s"), Finding.broken("not known"));
    }
  }

  private static void close(Arena arena) {
    try {
      arena.close();
    } catch (Exception | AssertionError | LinkageError e) {
      System.err.println("the gate could not clean up: " + e);
    }
  }

  private static Thread daemon(Runnable task) {
    return Thread.ofPlatform().daemon().name("case").unstarted(task);
  }
}

package ai.bharatbuild.harness;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** Counts what came of all plays, and prints it. */
final class Scoreboard {
  private static final double FILE_GOAL = 50;
  private static final double VERIFY_GOAL = 150;
  private static final double RUN_GOAL = 600_000;
  private static final double SECOND = 1000;
  private static final double MOST = 0.95;

  private final List<Result> results = new ArrayList<>();

  synchronized void add(Result result) {
    results.add(result);
  }

  /** A play that could not be played to its end. */
  static Result broken(Play play, String why) {
    Result.Times times =
        new Result.Times(Result.Load.BROKEN, 0, Map.of(), List.of(), List.of(), List.of());
    boolean failure = play.scenario().status().equals("complete");
    return new Result(
        play.id(), play.scenario(), "broken", false, failure, List.of(), 0, List.of(why), times);
  }

  long falseSuccesses() {
    return results.stream().filter(Result::falseSuccess).count();
  }

  long falseFailures() {
    return results.stream().filter(Result::falseFailure).count();
  }

  /** Runs of which events were lost or came twice. */
  long eventFaults() {
    return results.stream().filter(result -> !result.events().isEmpty()).count();
  }

  long overspent() {
    return results.stream().filter(result -> result.overspent() > 0).count();
  }

  /** Whether all plays came to what they must. */
  boolean passed() {
    return !results.isEmpty() && results.stream().allMatch(Result::good);
  }

  void print(PrintStream out, double millis) {
    out.printf("%n%-17s %6s %6s %9s  %s%n", "scenario", "plays", "good", "median", "the model");
    for (Scenario scenario : Scenario.values()) {
      List<Result> plays = results.stream().filter(it -> it.scenario() == scenario).toList();
      if (!plays.isEmpty()) {
        out.printf(
            "%-17s %6d %6d %7.1f s  %s%n",
            scenario.id(),
            plays.size(),
            plays.stream().filter(Result::good).count(),
            quantile(plays.stream().map(it -> it.times().whole()).toList(), 0.5) / SECOND,
            scenario.what());
      }
    }
    out.println();
    count(out, "false successes", falseSuccesses());
    count(out, "false failures", falseFailures());
    count(out, "runs with lost or repeated events", eventFaults());
    count(out, "runs that overspent", overspent());
    times(out, "alone", under(Result.Load.ALONE));
    times(out, HarnessServer.AT_ONCE + " at once", under(Result.Load.TOGETHER));
    out.printf(
        "%nall %d plays took %.1f min (goal: under %.0f)%n",
        results.size(), millis / SECOND / 60, RUN_GOAL / SECOND / 60);
  }

  private List<Result> under(Result.Load load) {
    return results.stream().filter(it -> it.times().load() == load).toList();
  }

  private static void count(PrintStream out, String what, long count) {
    out.printf("%-34s %5d  (goal: 0)%n", what, count);
  }

  private static void times(PrintStream out, String how, List<Result> plays) {
    if (plays.isEmpty()) {
      return;
    }
    out.printf("%nmilliseconds without the model, %s   median     95%%%n", how);
    Map<String, List<Double>> stages = new TreeMap<>();
    for (Result play : plays) {
      play.times()
          .stages()
          .forEach(
              (stage, took) -> stages.computeIfAbsent(stage, s -> new ArrayList<>()).add(took));
    }
    stages.forEach((stage, took) -> line(out, "stage " + stage, took, ""));
    line(out, "each written file", all(plays, Result.Times::files), goal(FILE_GOAL));
    line(out, "first verify beyond its commands", all(plays, Result.Times::sandbox), "");
    line(out, "later ones beyond theirs", all(plays, Result.Times::verifies), goal(VERIFY_GOAL));
  }

  private static String goal(double most) {
    return "  (goal: under %.0f)".formatted(most);
  }

  private static void line(PrintStream out, String what, List<Double> values, String goal) {
    if (!values.isEmpty()) {
      out.printf(
          "  %-34s %8.0f %8.0f%s%n", what, quantile(values, 0.5), quantile(values, MOST), goal);
    }
  }

  private static List<Double> all(
      List<Result> plays, Function<Result.Times, Collection<Double>> values) {
    return plays.stream().flatMap(play -> values.apply(play.times()).stream()).toList();
  }

  static double quantile(List<Double> values, double which) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get((int) Math.min(sorted.size() - 1L, (long) (which * sorted.size())));
  }
}

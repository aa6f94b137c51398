package ai.bharatbuild.agents.verify;

import ai.bharatbuild.agents.verify.Evidence.TestCounts;
import java.util.List;

/** Counts tests from what their runners print. */
final class TestOutput {
  /** A runner's way to tell. */
  interface Counter {
    void count(List<String> lines, boolean cut, Tally tally);
  }

  private static final List<Counter> COUNTERS =
      List.of(
          NodeCounts::vitest,
          NodeCounts::jest,
          NodeCounts::mocha,
          NodeCounts::node,
          PythonCounts::pytest,
          PythonCounts::unittest,
          OtherCounts::surefire,
          OtherCounts::console,
          GoCounts::count,
          OtherCounts::cargo,
          OtherCounts::phpunit,
          OtherCounts::minitest,
          OtherCounts::rspec);

  private TestOutput() {}

  /**
   * The tests of all runners of a command together.
   *
   * @param cut whether something is missing in the middle of the output
   * @return null where none tells how many there were
   */
  static TestCounts count(String output, boolean cut) {
    List<String> lines = Output.lines(output);
    Tally tally = new Tally();
    COUNTERS.forEach(counter -> counter.count(lines, cut, tally));
    return tally.counts();
  }
}

package ai.bharatbuild.harness;

import java.util.List;
import java.util.Map;

/**
 * What came of a play.
 *
 * @param status that the run ended with
 * @param falseSuccess whether it is said to work, or to be repaired, and is not
 * @param falseFailure whether it is not said to work, though the model did all that is needed
 * @param events what is wrong with its events
 * @param overspent money over its limit, in millionths
 * @param other what else is not as it must be
 * @param times what it took
 */
record Result(
    String play,
    Scenario scenario,
    String status,
    boolean falseSuccess,
    boolean falseFailure,
    List<String> events,
    long overspent,
    List<String> other,
    Times times) {

  /** What else ran on the server. */
  enum Load {
    /** Nothing, and nothing ran before it, either. */
    COLD,
    ALONE,
    TOGETHER,
    /** The server was killed meanwhile, or the play could not be played. */
    BROKEN
  }

  /**
   * In milliseconds.
   *
   * @param load what else ran at the same time
   * @param stages without the time in which the model answered
   * @param files for each file from the model's answer to the next question
   * @param sandbox what the first verification took beyond its commands, the sandbox's start
   *     included
   * @param verifies the same for the others
   */
  record Times(
      Load load,
      double whole,
      Map<String, Double> stages,
      List<Double> files,
      List<Double> sandbox,
      List<Double> verifies) {}

  boolean good() {
    return !falseSuccess && !falseFailure && events.isEmpty() && overspent == 0 && other.isEmpty();
  }
}

package ai.bharatbuild.agents.verify;

import java.util.List;

/**
 * What is wrong, found from evidence without a model.
 *
 * @param step the step that failed: {@code install}, {@code build}, {@code test}, {@code run},
 *     {@code probe}, {@code sandbox} or {@code tree} (files changed meanwhile)
 * @param signature the failure without what differs from run to run (times, addresses, line
 *     numbers, temporary names); equal for the same failure
 * @param headline one line for people
 * @param excerpt the lines of the output that tell what is wrong; bounded
 * @param places where the output says that it is, nearest cause first
 */
public record Diagnosis(
    FailureKind kind,
    String step,
    String signature,
    String headline,
    String excerpt,
    List<Place> places) {
  public Diagnosis {
    places = List.copyOf(places);
  }

  /**
   * A place in the project's files.
   *
   * @param line 0 where it is not told
   */
  public record Place(String path, int line) {}
}

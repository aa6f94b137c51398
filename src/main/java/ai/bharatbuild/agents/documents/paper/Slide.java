package ai.bharatbuild.agents.documents.paper;

import java.util.List;

/**
 * A slide: a title and either points, a table or a figure.
 *
 * @param table null where there is none, like {@code figure}
 * @param notes what the speaker says besides
 */
public record Slide(
    String title, List<String> points, Block.Table table, Block.Figure figure, String notes) {
  public Slide {
    points = List.copyOf(points);
  }

  public static Slide points(String title, List<String> points, String notes) {
    return new Slide(title, points, null, null, notes);
  }

  public static Slide table(String title, Block.Table table, String notes) {
    return new Slide(title, List.of(), table, null, notes);
  }

  public static Slide figure(String title, Block.Figure figure, String notes) {
    return new Slide(title, List.of(), null, figure, notes);
  }
}

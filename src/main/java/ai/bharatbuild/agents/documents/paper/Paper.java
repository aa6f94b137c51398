package ai.bharatbuild.agents.documents.paper;

import ai.bharatbuild.agents.documents.facts.Texts;
import ai.bharatbuild.agents.documents.paper.Block.Figure;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;

/**
 * A document. It has blocks, or slides, never both.
 *
 * @param at its date; formats that keep one get this and never the time at which they were made
 * @param remark who wrote its text, shown at its end; empty where that is not told
 */
public record Paper(
    String title,
    String project,
    Instant at,
    List<Block> blocks,
    List<Slide> slides,
    String remark) {
  private static final int MOST_REMARK = 1_500;

  public Paper {
    blocks = List.copyOf(blocks);
    slides = List.copyOf(slides);
  }

  /** The same document with another text. */
  public Paper with(List<Block> other, String said) {
    return new Paper(title, project, at, other, slides, Texts.line(said, MOST_REMARK));
  }

  /** The day in UTC, as {@code 2026-11-20}. */
  public String day() {
    return LocalDate.ofInstant(at, ZoneOffset.UTC).toString();
  }

  public List<Figure> figures() {
    return Stream.concat(
            blocks.stream().filter(Figure.class::isInstance).map(Figure.class::cast),
            slides.stream().map(Slide::figure).filter(it -> it != null))
        .toList();
  }
}

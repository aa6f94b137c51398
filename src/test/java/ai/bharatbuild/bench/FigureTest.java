package ai.bharatbuild.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class FigureTest {
  @Test
  void pairsRoundsBeforeTakingTheMedian() {
    // The third round was slow on both sides; only the ratio of the medians would be misled.
    Figure figure =
        Figure.paired(
            "a", rounds(10, 40, 1), "x/s", "b", rounds(20, 50, 4), Goal.ratioAtLeast(0.5));
    assertThat(figure.value()).isEqualTo(10);
    assertThat(figure.baseline()).isEqualTo(20);
    assertThat(figure.ratio()).isEqualTo(0.5);
    assertThat(figure.json())
        .isEqualTo(
            "{\"name\":\"a\",\"value\":10,\"unit\":\"x/s\",\"compared_with\":\"b\",\"baseline\":20,"
                + "\"ratio\":0.5,\"goal\":\"ratio >= 0.5\",\"met\":true}");
  }

  @Test
  void saysWhereAGoalIsMissedAndWhereThereIsNone() {
    Figure late =
        Figure.paired("a", rounds(48), "ms", "b", rounds(40), Goal.aboveBaselineByAtMost(5));
    assertThat(late.json()).contains("\"met\":false");
    assertThat(Figure.alone("a", 123_456, "bytes", Goal.NONE).json())
        .contains("\"value\":123500", "\"baseline\":null", "\"goal\":null", "\"met\":null");
  }

  private static Rounds rounds(double... values) {
    Rounds rounds = new Rounds();
    DoubleStream.of(values).forEach(rounds::add);
    return rounds;
  }
}

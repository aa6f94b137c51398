package ai.bharatbuild.bench;

import java.util.ArrayList;
import java.util.List;

/** One measurement per round, in the order of the rounds. */
final class Rounds {
  private final List<Double> values = new ArrayList<>();

  void add(double value) {
    values.add(value);
  }

  double median() {
    if (values.isEmpty()) {
      throw new BenchFailure("nothing was measured");
    }
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  double max() {
    return values.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
  }

  /** This, round by round, divided by the other. */
  Rounds over(Rounds other) {
    Rounds ratios = new Rounds();
    for (int i = 0; i < values.size(); i++) {
      ratios.add(values.get(i) / other.values.get(i));
    }
    return ratios;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (double value : values) {
      text.append(text.isEmpty() ? "" : " ").append("%.4g".formatted(value));
    }
    return text.toString();
  }
}

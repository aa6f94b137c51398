package ai.bharatbuild.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One line of a benchmark's report.
 *
 * @param comparedWith what the baseline is; null where there is none
 * @param baseline in the same unit, measured in the same run; NaN where there is none
 * @param ratio the median of the rounds' own ratios, because what disturbs a machine for a while
 *     disturbs both halves of a round
 */
record Figure(
    String name,
    double value,
    String unit,
    String comparedWith,
    double baseline,
    double ratio,
    Goal goal) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final MathContext PRECISION = new MathContext(4);

  static Figure alone(String name, double value, String unit, Goal goal) {
    return new Figure(name, value, unit, null, Double.NaN, Double.NaN, goal);
  }

  /** A figure from rounds in which both sides were measured one after the other. */
  static Figure paired(
      String name, Rounds values, String unit, String comparedWith, Rounds baselines, Goal goal) {
    return new Figure(
        name,
        values.median(),
        unit,
        comparedWith,
        baselines.median(),
        values.over(baselines).median(),
        goal);
  }

  String json() {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("name", name);
    line.put("value", number(value));
    line.put("unit", unit);
    line.put("compared_with", comparedWith);
    line.put("baseline", number(baseline));
    line.put("ratio", number(ratio));
    line.put("goal", goal.text);
    line.put("met", goal.met(value, baseline, ratio));
    try {
      return JSON.writeValueAsString(line);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static BigDecimal number(double value) {
    if (Double.isNaN(value)) {
      return null;
    }
    BigDecimal rounded = new BigDecimal(value).round(PRECISION);
    return rounded.scale() < 0 ? rounded.setScale(0) : rounded;
  }
}

package ai.bharatbuild.bench;

/** What a figure is meant to reach, in words for the report and as a check. */
final class Goal {
  /** Decides from the value, its baseline and their ratio; what was not measured is NaN. */
  private interface Check {
    boolean met(double value, double baseline, double ratio);
  }

  static final Goal NONE = new Goal(null, (value, baseline, ratio) -> true);

  final String text;
  private final Check check;

  private Goal(String text, Check check) {
    this.text = text;
    this.check = check;
  }

  static Goal ratioAtLeast(double limit) {
    return new Goal("ratio >= " + limit, (value, baseline, ratio) -> ratio >= limit);
  }

  static Goal ratioAtMost(double limit) {
    return new Goal("ratio <= " + limit, (value, baseline, ratio) -> ratio <= limit);
  }

  static Goal below(double limit) {
    return new Goal("value < " + limit, (value, baseline, ratio) -> value < limit);
  }

  static Goal atMost(double limit) {
    return new Goal("value <= " + limit, (value, baseline, ratio) -> value <= limit);
  }

  static Goal atLeast(double limit) {
    return new Goal("value >= " + limit, (value, baseline, ratio) -> value >= limit);
  }

  static Goal exactly(double wanted) {
    return new Goal("value = " + wanted, (value, baseline, ratio) -> value == wanted);
  }

  static Goal aboveBaselineByAtMost(double margin) {
    return new Goal(
        "value <= baseline + " + margin, (value, baseline, ratio) -> value <= baseline + margin);
  }

  /** Null where there is no goal. */
  Boolean met(double value, double baseline, double ratio) {
    return text == null ? null : check.met(value, baseline, ratio);
  }
}

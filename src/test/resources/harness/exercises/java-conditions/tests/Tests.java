import java.util.List;
import java.util.Set;

final class Tests {
  private static final Set<String> FLAGS = Set.of("gst", "beta-2", "x");

  private static void is(Checks checks, boolean expected, String text) {
    checks.check(
        text + " is " + expected, () -> Checks.equal(expected, Condition.evaluate(text, FLAGS)));
  }

  public static void main(String[] args) {
    Checks checks = new Checks();
    is(checks, true, "gst");
    is(checks, false, "upi");
    is(checks, true, " gst and beta-2 ");
    is(checks, false, "gst and upi");
    is(checks, true, "upi or x");
    is(checks, true, "x or x and upi");
    is(checks, false, "(x or x) and upi");
    is(checks, true, "not upi and x");
    is(checks, true, "not(upi)");
    is(checks, true, "not not x");
    is(checks, false, "AND");
    for (String text : List.of("", "and", "x and", "(x", "x)", "x y", "x && y", "not")) {
      checks.check(
          "refuses <" + text + ">",
          () ->
              Checks.fails(IllegalArgumentException.class, () -> Condition.evaluate(text, FLAGS)));
    }
    checks.end();
  }
}

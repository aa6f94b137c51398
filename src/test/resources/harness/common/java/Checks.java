import java.util.Objects;

/** Runs named checks one after another and tells of each; a program with a failed one exits 1. */
final class Checks {
  private int run;
  private int failures;
  private int errors;

  /** What is checked. */
  interface Body {
    void run() throws Exception;
  }

  void check(String name, Body body) {
    run++;
    try {
      body.run();
      System.out.println("ok " + name);
    } catch (AssertionError e) {
      failures++;
      System.out.println("FAILED " + name + ": " + e.getMessage());
    } catch (Exception | StackOverflowError e) {
      errors++;
      System.out.println("ERROR " + name + ": " + e);
      for (int i = 0; i < Math.min(4, e.getStackTrace().length); i++) {
        System.out.println("\tat " + e.getStackTrace()[i]);
      }
    }
  }

  static void equal(Object expected, Object actual) {
    if (!Objects.equals(expected, actual)) {
      throw new AssertionError("expected <" + expected + "> but was <" + actual + ">");
    }
  }

  static void isTrue(boolean value) {
    equal(true, value);
  }

  static void fails(Class<? extends Exception> with, Body body) {
    try {
      body.run();
    } catch (Exception e) {
      if (!with.isInstance(e)) {
        throw new AssertionError("expected " + with.getName() + " but was " + e, e);
      }
      return;
    }
    throw new AssertionError("expected " + with.getName() + " but nothing was thrown");
  }

  void end() {
    System.out.printf(
        "Tests run: %d, Failures: %d, Errors: %d, Skipped: 0%n", run, failures, errors);
    if (failures + errors > 0) {
      System.exit(1);
    }
  }
}

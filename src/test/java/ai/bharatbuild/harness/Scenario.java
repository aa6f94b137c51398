package ai.bharatbuild.harness;

import ai.bharatbuild.harness.Exercise.Variant;
import java.util.Locale;

/** How a scripted model behaves, and what a run with it must come to. */
public enum Scenario {
  REFERENCE(Variant.REFERENCE, "complete", "writes a right solution"),
  STUB(Variant.STUB, "failed refused", "writes what does nothing, and refuses to repair it"),
  MUTANT(Variant.MUTANT, "complete", "writes a bug, and repairs it when it is told of the failure"),
  SAME_ERROR(
      Variant.MUTANT, "failed not_verified", "writes a bug, and changes other things for ever"),
  BUDGET(Variant.MUTANT, "failed budget_exhausted", "the same, dearly and with little money"),
  MALFORMED_DIFF(
      Variant.MUTANT, "complete", "repairs by diffs that cannot be read or do not fit, then well"),
  TRUNCATED(Variant.REFERENCE, "complete", "is cut off in the middle of a file"),
  OVERLOADED(Variant.REFERENCE, "complete", "answers 529 to each question at first"),
  DROPPED(Variant.REFERENCE, "complete", "breaks off in the middle of each answer at first"),
  CANCELLED(
      Variant.REFERENCE, "cancelled cancelled", "says nothing more until the run is cancelled"),
  NO_OP(Variant.MUTANT, "failed not_verified", "says that it repaired what it writes as it was"),
  CLAIM(Variant.STUB, "failed not_verified", "says that all tests pass"),
  CHEAT(Variant.STUB, "failed not_verified", "deletes, skips and then empties the tests"),
  CHEAT_POM(
      Variant.STUB, "failed not_verified", "has Maven skip the tests, by tools and by commands"),
  CHEAT_PYTEST(
      Variant.STUB, "failed not_verified", "has pytest collect the tests only, or drop them all"),
  CHEAT_UNSAVED(
      Variant.REFERENCE, "failed not_verified", "needs a package that it puts into the sandbox"),
  CHEAT_PLAN(Variant.STUB, "failed plan_invalid", "plans tests that cannot fail"),
  KILLED_WRITING(Variant.REFERENCE, "complete", "the server is killed while a file is written"),
  KILLED_VERIFYING(Variant.REFERENCE, "complete", "the server is killed while tests run"),
  KILLED_FIXING(Variant.MUTANT, "complete", "the server is killed while a repair is made");

  private final Variant writes;
  private final String end;
  private final String what;

  /**
   * @param end status, and the code of the reason where there is one
   */
  Scenario(Variant writes, String end, String what) {
    this.writes = writes;
    this.end = end;
    this.what = what;
  }

  /** What the model writes at first. */
  Variant writes() {
    return writes;
  }

  /** The status that the run must end with. */
  String status() {
    return end.split(" ")[0];
  }

  /** What the run must end with: its status, and the code of its reason where it has one. */
  String end() {
    return end;
  }

  /** For people. */
  String what() {
    return what;
  }

  /** Whether the server is killed in the middle. */
  boolean killed() {
    return name().startsWith("KILLED");
  }

  String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}

package ai.bharatbuild.agents.plan;

import ai.bharatbuild.agents.plan.InvalidPlanException.Fault;
import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with a plan; the first are enough. */
final class Faults {
  private static final int MOST = 50;
  private final List<Fault> found = new ArrayList<>();

  void add(String at, String what) {
    if (found.size() < MOST) {
      found.add(new Fault(at, what));
    }
  }

  boolean none() {
    return found.isEmpty();
  }

  InvalidPlanException exception() {
    return new InvalidPlanException(found);
  }
}

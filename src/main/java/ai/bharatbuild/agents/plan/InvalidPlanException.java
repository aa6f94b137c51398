package ai.bharatbuild.agents.plan;

import java.util.List;
import java.util.stream.Collectors;

/** A plan is wrong. Cheap: it is an answer to a model or a person. */
public final class InvalidPlanException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * One fault.
   *
   * @param at where it is, as a JSON pointer
   * @param what what is wrong there, and what must be
   */
  public record Fault(String at, String what) {}

  private final transient List<Fault> faults;

  InvalidPlanException(List<Fault> faults) {
    super(
        faults.stream()
            .map(fault -> (fault.at().isEmpty() ? "the plan" : fault.at()) + ": " + fault.what())
            .collect(Collectors.joining("\n")),
        null,
        false,
        false);
    this.faults = List.copyOf(faults);
  }

  public List<Fault> faults() {
    return faults;
  }
}

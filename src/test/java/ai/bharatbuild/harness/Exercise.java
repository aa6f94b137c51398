package ai.bharatbuild.harness;

import ai.bharatbuild.agents.plan.Plan;
import ai.bharatbuild.agents.verify.FailureKind;
import ai.bharatbuild.sandbox.ProjectType;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeMap;

/**
 * A task with tests that no model writes, and what models might answer.
 *
 * @param project whether it has several files that belong together
 * @param planJson the plan as a model would give it
 * @param tests by path, with what the type needs besides; they are not for the model to change
 * @param reference the files of a right solution
 * @param stub those that are different in one that compiles and does nothing
 */
public record Exercise(
    String id,
    String title,
    String prompt,
    ProjectType type,
    boolean project,
    Plan plan,
    JsonNode planJson,
    Mutant mutant,
    Map<String, String> tests,
    Map<String, String> reference,
    Map<String, String> stub) {

  /**
   * A bug in the reference, of those that are often made.
   *
   * @param bug what it is, for people
   * @param error what kind of failure it shows as
   * @param find stands once in the reference's file
   */
  public record Mutant(String bug, FailureKind error, String file, String find, String replace) {}

  /** What is written in place of the reference. */
  public enum Variant {
    REFERENCE,
    STUB,
    MUTANT
  }

  /** The files that a model writes. */
  public Map<String, String> files(Variant variant) {
    Map<String, String> files = new TreeMap<>(reference);
    switch (variant) {
      case REFERENCE -> {}
      case STUB -> files.putAll(stub);
      case MUTANT -> files.compute(mutant.file(), (path, text) -> mutated(text));
    }
    return files;
  }

  private String mutated(String text) {
    return text.replace(mutant.find(), mutant.replace());
  }

  @Override
  public String toString() {
    return id;
  }
}

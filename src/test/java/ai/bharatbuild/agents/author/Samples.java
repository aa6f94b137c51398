package ai.bharatbuild.agents.author;

import ai.bharatbuild.agents.plan.Plan;
import ai.bharatbuild.agents.plan.Plan.PlannedFile;
import ai.bharatbuild.agents.verify.Diagnosis;
import ai.bharatbuild.agents.verify.FailureKind;
import ai.bharatbuild.agents.work.Brief;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Plans, prompts and failures for tests. */
final class Samples {
  static final Set<String> STACKS = Set.of("node", "python", "static");

  private Samples() {}

  static Brief brief(String prompt) {
    return new Brief(prompt, null, false, List.of(), List.of(), List.of());
  }

  static Brief change(String prompt, String... userEdits) {
    return new Brief(prompt, null, true, List.of(), List.of(), List.of(userEdits));
  }

  static PlannedFile file(String path, String... dependsOn) {
    return new PlannedFile(path, "is " + path, "t1", Arrays.asList(dependsOn), List.of());
  }

  static Plan plan(PlannedFile... files) {
    return plan(Arrays.asList(files));
  }

  static Plan plan(List<PlannedFile> files) {
    return new Plan(
        "sample",
        "A sample",
        "node",
        List.of(new Plan.Task("t1", "All of it", List.of())),
        files,
        new Plan.Commands(null, null, "node --test", null),
        null);
  }

  static Diagnosis failure(Diagnosis.Place... places) {
    return new Diagnosis(
        FailureKind.TEST,
        "test",
        "test:sum",
        "sum is wrong",
        "AssertionError: expected 3, got -1",
        Arrays.asList(places));
  }
}

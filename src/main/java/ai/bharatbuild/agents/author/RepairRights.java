package ai.bharatbuild.agents.author;

import ai.bharatbuild.agents.plan.Plan;
import ai.bharatbuild.agents.plan.Plan.PlannedFile;
import ai.bharatbuild.agents.work.Brief;
import java.util.Set;
import java.util.stream.Collectors;

/** What a repair may change: everything but what would make the proof worth less. */
final class RepairRights implements Rights {
  private final boolean existing;
  private final Set<String> planned;

  /**
   * @param brief tells whether there was a project before, whose tests are then its own
   */
  RepairRights(Brief brief, Plan plan) {
    this.existing = brief.existing();
    this.planned = plan.files().stream().map(PlannedFile::path).collect(Collectors.toSet());
  }

  @Override
  public String write(String path) {
    return null;
  }

  @Override
  public String delete(String path) {
    return TestFiles.isTest(path)
        ? path + " is a test; a repair may not delete it. Repair what it tests."
        : null;
  }

  @Override
  public String replace(String path, String before, String after) {
    if (after.equals(before)) {
      return null;
    }
    // How much a change takes from a test can only be guessed; who has not written it may not.
    String why =
        existing && before != null && TestFiles.isTest(path) && !planned.contains(path)
            ? "it is a test that was there before and is changed"
            : TestFiles.taken(path, before, after);
    return why == null
        ? null
        : "Nothing was saved: of %s it would be true that %s. Repair what is tested."
            .formatted(path, why);
  }
}

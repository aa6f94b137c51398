package ai.bharatbuild.agents.runs;

import ai.bharatbuild.agents.plan.PlanJson;
import ai.bharatbuild.problem.ApiException;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;

/** What the user changes while a run is at work. For the run's own thread. */
final class UserEdits {
  private final LiveRun run;

  /**
   * What was found.
   *
   * @param until what is changed later is not among it
   */
  record Found(Set<String> paths, Instant until) {}

  UserEdits(LiveRun run) {
    this.run = run;
  }

  /**
   * What was changed since the state was told of edits last; none where it never was, or where the
   * job is gone.
   */
  Found look() {
    Instant until = Instant.now();
    if (run.state().editsUntil() == null) {
      return new Found(Set.of(), until);
    }
    try {
      Set<String> paths = new TreeSet<>(run.workspace().edits(run.state().editsUntil()));
      paths.remove(PlanJson.FILE);
      return new Found(paths, until);
    } catch (ApiException e) {
      return new Found(Set.of(), until);
    }
  }
}

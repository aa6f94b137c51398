package ai.bharatbuild.agents.runs;

import ai.bharatbuild.agents.work.Await;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Versions of the files of a run's job. For the run's own thread. */
final class RunVersions {
  private final LiveRun run;
  private final RunWorkspaces workspaces;

  RunVersions(LiveRun run, RunParts parts) {
    this.run = run;
    this.workspaces = parts.workspaces();
  }

  /** Keeps the files as they are, tells of it and gives the version's number. */
  int keep(String label) {
    int version = Await.of(workspaces.keep(run.id().job(), run.request().owner(), label));
    run.tell("version", Map.of("version", version, "label", label));
    return version;
  }

  /**
   * Brings the files of a version back; those that are there become a version of their own first.
   *
   * @param edited paths that stay, since the user changed them later than the version was made
   */
  void bringBack(int version, List<String> edited) {
    String job = run.id().job();
    String owner = run.request().owner();
    int last = Await.of(workspaces.keep(job, owner, "failed"));
    if (last != version) {
      List<String> stayed =
          Await.of(workspaces.restore(job, owner, version, last, Set.copyOf(edited)));
      run.tell("restored", Map.of("version", version, "instead_of", last, "stayed", stayed));
    }
  }
}

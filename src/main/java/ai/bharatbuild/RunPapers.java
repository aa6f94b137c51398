package ai.bharatbuild;

import ai.bharatbuild.agents.documents.Generations;
import ai.bharatbuild.agents.runs.RunDocuments;
import ai.bharatbuild.agents.work.Await;
import ai.bharatbuild.agents.work.RunScope;
import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.projects.Project;
import ai.bharatbuild.projects.Projects;
import java.util.Map;
import java.util.UUID;

/** Documents of what a run has verified; a part of {@link Server}. */
final class RunPapers implements RunDocuments {
  private final Projects projects;
  private final Generations generations;

  RunPapers(Projects projects, Generations generations) {
    this.projects = projects;
    this.generations = generations;
  }

  @Override
  public void make(RunScope scope, String verified, UUID project, UUID account, String owner) {
    try {
      Project found = Await.of(projects.get(project, account));
      generations.makeAll(scope, verified, found, account, owner);
    } catch (ApiException e) {
      scope.tell("document_error", Map.of("detail", e.problem().detail()));
    }
  }
}

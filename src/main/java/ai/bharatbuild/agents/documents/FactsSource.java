package ai.bharatbuild.agents.documents;

import ai.bharatbuild.agents.documents.facts.Facts;
import ai.bharatbuild.projects.Project;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Map;

/** Where facts come from. */
public interface FactsSource {
  /**
   * What is known of a project now.
   *
   * @param owner to whom its job belongs
   * @param knownIds ids of requirements by their keys, from the last time
   * @param at the date that the documents bear
   */
  Future<Facts> of(Project project, String owner, Map<String, String> knownIds, Instant at);
}

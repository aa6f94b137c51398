package ai.bharatbuild.agents.documents.facts;

import ai.bharatbuild.agents.plan.Plan;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What facts are made of.
 *
 * @param plan null where there is none, or none that can be read
 * @param planFault why the plan cannot be read; null where it can, or there is none
 * @param files those that are there now
 * @param verification null where there is none
 * @param knownIds ids of requirements by their keys, from the last time; empty at the first
 * @param at the date that documents bear
 */
public record Given(
    ProjectFacts project,
    Plan plan,
    String planFault,
    List<SourceFile> files,
    Verification verification,
    Map<String, String> knownIds,
    Instant at) {
  public Given {
    files = List.copyOf(files);
    knownIds = Map.copyOf(knownIds);
  }
}

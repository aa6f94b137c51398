package ai.bharatbuild.agents.runs;

import ai.bharatbuild.agents.work.Brief.SeenError;
import java.util.List;
import java.util.UUID;

/**
 * What was asked for; never changes.
 *
 * @param account the caller's row in the database
 * @param apiKey key that the call was made with, or null
 * @param projectId of the project that it is made for, or null
 * @param key tells that asking again means the same run, and not another; null where it never does
 * @param name of the project
 * @param projectType what it is to be made with, or null for the planner's choice
 * @param approve whether the plan waits for the user
 * @param documents whether documents are made of what was verified
 * @param maxCostMicros what it may cost, in millionths of the models' currency
 * @param maxTokens what its calls may use together
 * @param pictures media types of the pictures kept beside the run, in order
 */
record RunRequest(
    RunKind kind,
    String owner,
    UUID account,
    UUID apiKey,
    UUID projectId,
    UUID key,
    String name,
    String prompt,
    String projectType,
    boolean approve,
    boolean documents,
    long maxCostMicros,
    long maxTokens,
    List<SeenError> errors,
    List<String> pictures) {
  RunRequest {
    errors = List.copyOf(errors);
    pictures = List.copyOf(pictures);
  }

  /** The same for a project, or for none where it is null. */
  RunRequest forProject(UUID project) {
    return new RunRequest(
        kind,
        owner,
        account,
        apiKey,
        project,
        key,
        name,
        prompt,
        projectType,
        approve,
        documents,
        maxCostMicros,
        maxTokens,
        errors,
        pictures);
  }
}

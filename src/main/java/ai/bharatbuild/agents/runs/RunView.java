package ai.bharatbuild.agents.runs;

import ai.bharatbuild.agents.llm.Usage;
import ai.bharatbuild.agents.plan.Plan;
import ai.bharatbuild.agents.verify.Diagnosis;
import ai.bharatbuild.agents.verify.Evidence;
import ai.bharatbuild.agents.work.Repair;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A run as the API shows it.
 *
 * @param author the model's provider, or {@code template}
 * @param reason why it ended without success, else null
 * @param lastEventId while it is worked on, else null
 * @param cost of its models so far, in all and by stage
 * @param stages wall time by stage, in milliseconds
 */
record RunView(
    String runId,
    String jobId,
    UUID projectId,
    RunKind kind,
    RunStatus status,
    RunStage stage,
    String prompt,
    String author,
    RunState.Reason reason,
    Plan plan,
    Evidence evidence,
    Diagnosis diagnosis,
    List<Repair> repairs,
    Map<String, Long> stages,
    Cost cost,
    Long lastEventId,
    Instant createdAt,
    Instant updatedAt,
    Instant endedAt) {

  /**
   * What models cost.
   *
   * @param costMicros millionths of the models' currency
   */
  record Cost(
      long calls,
      Usage usage,
      long costMicros,
      String currency,
      Map<String, RunState.Cost> stages) {}

  static RunView of(RunId id, RunRequest request, RunState state, String currency, Long lastEvent) {
    RunState.Cost all = state.cost();
    return new RunView(
        id.toString(),
        id.job(),
        request.projectId(),
        request.kind(),
        state.status(),
        state.stage(),
        request.prompt(),
        state.author(),
        state.reason(),
        state.plan(),
        state.evidence(),
        state.diagnosis(),
        state.repairs(),
        state.stages(),
        new Cost(all.calls(), all.usage(), all.costMicros(), currency, state.costs()),
        lastEvent,
        state.createdAt(),
        state.updatedAt(),
        state.endedAt());
  }
}

package ai.bharatbuild.agents.runs;

import ai.bharatbuild.agents.llm.ModelEntry;
import ai.bharatbuild.agents.llm.ModelRole;
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
  private static final int MICROS_PER_PAISA = 10_000;

  /**
   * What models cost.
   *
   * @param costMicros millionths of the models' currency
   * @param costPaise hundredths of a rupee, as usage counts them; rounded
   * @param model the large one's name; null before any call
   */
  record Cost(
      long calls,
      Usage usage,
      long costMicros,
      String currency,
      long costPaise,
      String model,
      Map<String, RunState.Cost> stages) {}

  static RunView of(RunId id, RunRequest request, RunState state, RunParts parts, Long lastEvent) {
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
        cost(state, parts),
        lastEvent,
        state.createdAt(),
        state.updatedAt(),
        state.endedAt());
  }

  private static Cost cost(RunState state, RunParts parts) {
    RunState.Cost all = state.cost();
    ModelEntry model = all.calls() == 0 ? null : parts.models().get(ModelRole.LARGE);
    return new Cost(
        all.calls(),
        all.usage(),
        all.costMicros(),
        parts.currency(),
        Math.round(all.costMicros() * parts.rupees() / MICROS_PER_PAISA),
        model == null ? null : model.name(),
        state.costs());
  }
}

package ai.bharatbuild.agents.runs;

import ai.bharatbuild.agents.llm.Usage;
import ai.bharatbuild.agents.plan.Plan;
import ai.bharatbuild.agents.verify.Diagnosis;
import ai.bharatbuild.agents.verify.Evidence;
import ai.bharatbuild.agents.verify.Rank;
import ai.bharatbuild.agents.work.Repair;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * How far a run is: all that is needed to go on after a restart. Immutable.
 *
 * @param reason why it failed or was cancelled; null otherwise
 * @param author who plans and writes
 * @param existing whether there was a project before
 * @param userEdits paths that the user changed since agents wrote last, also while it is at work
 * @param edited those of them that the user changed while it is at work
 * @param editedSinceBest those of them that are newer than the best version
 * @param editsUntil until when it was looked for such; null before
 * @param written planned paths that are written
 * @param evidence what was seen last; null before it was verified
 * @param diagnosis what was wrong last; null where nothing was
 * @param repairs tries of this run, oldest first
 * @param told how many of them it has told the outcome of
 * @param begun a try that has begun and not ended; null where none has
 * @param before the files as the run found them; null where there were none, or it has not looked
 * @param best version of the files that came furthest, and how far; null before
 * @param execs commands that run in the sandbox now
 * @param stages wall time by stage, in milliseconds
 * @param costs of models, by stage
 */
record RunState(
    RunStatus status,
    RunStage stage,
    Reason reason,
    String author,
    boolean existing,
    List<String> userEdits,
    List<String> edited,
    List<String> editedSinceBest,
    Instant editsUntil,
    Plan plan,
    List<String> written,
    Evidence evidence,
    Diagnosis diagnosis,
    List<Repair> repairs,
    int told,
    Begun begun,
    Before before,
    Best best,
    List<String> execs,
    Map<String, Long> stages,
    Map<String, Cost> costs,
    Instant createdAt,
    Instant updatedAt,
    Instant endedAt) {

  /**
   * Why a run ended without success.
   *
   * @param code for programs
   * @param detail for people
   * @param givenBack whether the job is as it was before the run: complete, with those files
   */
  record Reason(String code, String detail, boolean givenBack) {
    Reason(String code, String detail) {
      this(code, detail, false);
    }
  }

  /**
   * The files that came furthest.
   *
   * @param rank see {@link ai.bharatbuild.agents.verify.Rank}
   */
  record Best(int version, Rank rank, Evidence evidence) {}

  /**
   * What the run found.
   *
   * @param version its files
   * @param complete whether the job was complete
   */
  record Before(int version, boolean complete) {}

  /**
   * A try at a repair, until it ends.
   *
   * @param repair what is known of it
   * @param files SHA-256 by path of the files before it
   */
  record Begun(Repair repair, Map<String, String> files) {}

  /** What models cost. */
  record Cost(long calls, Usage usage, long costMicros) {
    Cost plus(Usage more, long micros) {
      return new Cost(calls + 1, usage.plus(more), costMicros + micros);
    }
  }

  RunState {
    userEdits = List.copyOf(userEdits);
    // Runs of earlier servers have none.
    edited = edited == null ? List.of() : List.copyOf(edited);
    editedSinceBest = editedSinceBest == null ? List.of() : List.copyOf(editedSinceBest);
    written = List.copyOf(written);
    repairs = List.copyOf(repairs);
    execs = List.copyOf(execs);
    stages = Map.copyOf(stages);
    costs = Map.copyOf(costs);
  }

  static RunState begin(String author, Instant now) {
    return new RunState(
        RunStatus.QUEUED,
        RunStage.UNDERSTAND,
        null,
        author,
        false,
        List.of(),
        List.of(),
        List.of(),
        null,
        null,
        List.of(),
        null,
        null,
        List.of(),
        0,
        null,
        null,
        null,
        List.of(),
        Map.of(),
        Map.of(),
        now,
        now,
        null);
  }

  /** Tokens and money of all stages. */
  Cost cost() {
    Usage usage = Usage.NONE;
    long calls = 0;
    long micros = 0;
    for (Cost cost : costs.values()) {
      usage = usage.plus(cost.usage());
      calls += cost.calls();
      micros += cost.costMicros();
    }
    return new Cost(calls, usage, micros);
  }

  /**
   * Where another run goes on from one that ended: with its plan and what was written, and none of
   * its costs. It looks at the workspace first: its job has to be opened again, and the user may
   * have changed files since.
   */
  RunState again(Instant now) {
    return new RunState(
        RunStatus.QUEUED,
        RunStage.UNDERSTAND,
        null,
        author,
        existing,
        userEdits,
        List.of(),
        List.of(),
        editsUntil,
        plan,
        written,
        null,
        null,
        List.of(),
        0,
        null,
        before,
        null,
        List.of(),
        Map.of(),
        Map.of(),
        now,
        now,
        null);
  }

  RunChange change() {
    return new RunChange(this);
  }
}

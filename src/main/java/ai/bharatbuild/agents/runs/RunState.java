package ai.bharatbuild.agents.runs;

import ai.bharatbuild.agents.llm.Usage;
import ai.bharatbuild.agents.plan.Plan;
import ai.bharatbuild.agents.verify.Diagnosis;
import ai.bharatbuild.agents.verify.Evidence;
import ai.bharatbuild.agents.verify.Rank;
import ai.bharatbuild.agents.work.Repair;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How far a run is: all that is needed to go on after a restart. Immutable.
 *
 * @param reason why it failed or was cancelled; null otherwise
 * @param author who plans and writes
 * @param existing whether there was a project before
 * @param userEdits paths that the user changed since agents wrote last
 * @param written planned paths that are written
 * @param evidence what was seen last; null before it was verified
 * @param diagnosis what was wrong last; null where nothing was
 * @param repairs tries of this run, oldest first
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
    Plan plan,
    List<String> written,
    Evidence evidence,
    Diagnosis diagnosis,
    List<Repair> repairs,
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
   */
  record Reason(String code, String detail) {}

  /**
   * The files that came furthest.
   *
   * @param rank see {@link ai.bharatbuild.agents.verify.Rank}
   */
  record Best(int version, Rank rank, Evidence evidence) {}

  /** What models cost. */
  record Cost(long calls, Usage usage, long costMicros) {
    Cost plus(Usage more, long micros) {
      return new Cost(calls + 1, usage.plus(more), costMicros + micros);
    }
  }

  RunState {
    userEdits = List.copyOf(userEdits);
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
        null,
        List.of(),
        null,
        null,
        List.of(),
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
   * its costs. What a plan was not made for is begun anew.
   */
  RunState again(Instant now) {
    RunStage from = plan == null ? RunStage.UNDERSTAND : RunStage.WRITE;
    return new RunState(
        RunStatus.QUEUED,
        from,
        null,
        author,
        existing,
        userEdits,
        plan,
        written,
        null,
        null,
        List.of(),
        null,
        List.of(),
        Map.of(),
        Map.of(),
        now,
        now,
        null);
  }

  Change change() {
    return new Change(this);
  }

  /** The next state; what is not set stays. */
  static final class Change {
    private RunStatus status;
    private RunStage stage;
    private Reason reason;
    private boolean existing;
    private List<String> userEdits;
    private Plan plan;
    private List<String> written;
    private Evidence evidence;
    private Diagnosis diagnosis;
    private List<Repair> repairs;
    private Best best;
    private List<String> execs;
    private Map<String, Long> stages;
    private Map<String, Cost> costs;
    private Instant endedAt;
    private final RunState from;

    private Change(RunState from) {
      this.from = from;
      status = from.status;
      stage = from.stage;
      reason = from.reason;
      existing = from.existing;
      userEdits = from.userEdits;
      plan = from.plan;
      written = from.written;
      evidence = from.evidence;
      diagnosis = from.diagnosis;
      repairs = from.repairs;
      best = from.best;
      execs = from.execs;
      stages = from.stages;
      costs = from.costs;
      endedAt = from.endedAt;
    }

    Change status(RunStatus value) {
      status = value;
      return this;
    }

    Change stage(RunStage value) {
      stage = value;
      return this;
    }

    Change found(boolean project, List<String> edits) {
      existing = project;
      userEdits = edits;
      return this;
    }

    Change plan(Plan value) {
      plan = value;
      return this;
    }

    Change written(String path) {
      if (!written.contains(path)) {
        written = new ArrayList<>(written);
        written.add(path);
      }
      return this;
    }

    Change seen(Evidence what, Diagnosis wrong) {
      evidence = what;
      diagnosis = wrong;
      return this;
    }

    Change repaired(Repair repair) {
      repairs = new ArrayList<>(repairs);
      repairs.add(repair);
      return this;
    }

    Change best(Best value) {
      best = value;
      return this;
    }

    Change exec(String id, boolean runs) {
      execs = new ArrayList<>(execs);
      execs.remove(id);
      if (runs) {
        execs.add(id);
      }
      return this;
    }

    Change took(RunStage where, long millis) {
      stages = new LinkedHashMap<>(stages);
      stages.merge(where.text(), millis, Long::sum);
      return this;
    }

    Change paid(String where, Usage usage, long micros) {
      costs = new LinkedHashMap<>(costs);
      costs.merge(where, new Cost(1, usage, micros), (old, one) -> old.plus(usage, micros));
      return this;
    }

    Change end(RunStatus how, Reason why, Instant when) {
      status = how;
      stage = RunStage.DONE;
      reason = why;
      endedAt = when;
      return this;
    }

    RunState build() {
      return new RunState(
          status,
          stage,
          reason,
          from.author,
          existing,
          userEdits,
          plan,
          written,
          evidence,
          diagnosis,
          repairs,
          best,
          execs,
          stages,
          costs,
          from.createdAt,
          Instant.now(),
          endedAt);
    }
  }
}

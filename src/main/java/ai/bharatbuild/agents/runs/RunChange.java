package ai.bharatbuild.agents.runs;

import ai.bharatbuild.agents.llm.Usage;
import ai.bharatbuild.agents.plan.Plan;
import ai.bharatbuild.agents.verify.Diagnosis;
import ai.bharatbuild.agents.verify.Evidence;
import ai.bharatbuild.agents.work.Repair;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The next state of a run; what is not set stays. */
final class RunChange {
  private RunStatus status;
  private RunStage stage;
  private RunState.Reason reason;
  private boolean existing;
  private List<String> userEdits;
  private List<String> edited;
  private List<String> editedSinceBest;
  private Instant editsUntil;
  private Plan plan;
  private List<String> written;
  private Evidence evidence;
  private Diagnosis diagnosis;
  private List<Repair> repairs;
  private int told;
  private RunState.Begun begun;
  private RunState.Before before;
  private RunState.Best best;
  private List<String> execs;
  private Map<String, Long> stages;
  private Map<String, RunState.Cost> costs;
  private Instant endedAt;
  private final RunState from;

  RunChange(RunState from) {
    this.from = from;
    status = from.status();
    stage = from.stage();
    reason = from.reason();
    existing = from.existing();
    userEdits = from.userEdits();
    edited = from.edited();
    editedSinceBest = from.editedSinceBest();
    editsUntil = from.editsUntil();
    plan = from.plan();
    written = from.written();
    evidence = from.evidence();
    diagnosis = from.diagnosis();
    repairs = from.repairs();
    told = from.told();
    begun = from.begun();
    before = from.before();
    best = from.best();
    execs = from.execs();
    stages = from.stages();
    costs = from.costs();
    endedAt = from.endedAt();
  }

  RunChange status(RunStatus value) {
    status = value;
    return this;
  }

  RunChange stage(RunStage value) {
    stage = value;
    return this;
  }

  /**
   * @param edits what the user changed before the run
   */
  RunChange found(boolean project, List<String> edits) {
    existing = project;
    userEdits = union(userEdits, edits);
    return this;
  }

  /** What the run found is kept as a version, which has all that the user changed until now. */
  RunChange before(RunState.Before value) {
    before = value;
    edited = List.of();
    return this;
  }

  /** The user changed files while the run is at work. */
  RunChange edited(UserEdits.Found found) {
    userEdits = union(userEdits, found.paths());
    edited = union(edited, found.paths());
    editedSinceBest = union(editedSinceBest, found.paths());
    editsUntil = found.until();
    return this;
  }

  private static List<String> union(List<String> some, Collection<String> more) {
    Set<String> all = new TreeSet<>(some);
    all.addAll(more);
    return new ArrayList<>(all);
  }

  RunChange plan(Plan value) {
    plan = value;
    return this;
  }

  RunChange written(String path) {
    if (!written.contains(path)) {
      written = new ArrayList<>(written);
      written.add(path);
    }
    return this;
  }

  /** The project was verified, and what the last repair came to was told. */
  RunChange seen(Evidence what, Diagnosis wrong) {
    evidence = what;
    diagnosis = wrong;
    told = repairs.size();
    return this;
  }

  RunChange begun(RunState.Begun value) {
    begun = value;
    return this;
  }

  RunChange repaired(Repair repair) {
    repairs = new ArrayList<>(repairs);
    repairs.add(repair);
    begun = null;
    return this;
  }

  /** A version is the best so far; it has what the user changed before it was looked for last. */
  RunChange best(RunState.Best value) {
    best = value;
    editedSinceBest = List.of();
    return this;
  }

  RunChange exec(String id, boolean runs) {
    execs = new ArrayList<>(execs);
    execs.remove(id);
    if (runs) {
      execs.add(id);
    }
    return this;
  }

  RunChange took(RunStage where, long millis) {
    stages = new LinkedHashMap<>(stages);
    stages.merge(where.text(), millis, Long::sum);
    return this;
  }

  RunChange paid(String where, Usage usage, long micros) {
    costs = new LinkedHashMap<>(costs);
    costs.merge(where, new RunState.Cost(1, usage, micros), (old, one) -> old.plus(usage, micros));
    return this;
  }

  /** Where the job was given back, nothing of what the run did is there any more. */
  RunChange end(RunStatus how, RunState.Reason why, Instant when) {
    if (why != null && why.givenBack()) {
      written = List.of();
      before = null;
      best = null;
    }
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
        from.author(),
        existing,
        userEdits,
        edited,
        editedSinceBest,
        editsUntil,
        plan,
        written,
        evidence,
        diagnosis,
        repairs,
        told,
        begun,
        before,
        best,
        execs,
        stages,
        costs,
        from.createdAt(),
        Instant.now(),
        endedAt);
  }
}

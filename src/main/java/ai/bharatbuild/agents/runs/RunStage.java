package ai.bharatbuild.agents.runs;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Where a run is. */
public enum RunStage {
  /** Looks at the workspace: what is there, what the user changed. */
  UNDERSTAND,
  PLAN,
  /** Waits until the user approves the plan. */
  APPROVE,
  WRITE,
  /** Installs, builds, tests, runs. */
  VERIFY,
  FIX,
  DOCUMENT,
  /** Over, in whichever way. */
  DONE;

  /** The only ways from one stage to another; every stage may also end the run. */
  private static final Map<RunStage, Set<RunStage>> NEXT =
      Map.of(
          UNDERSTAND, EnumSet.of(PLAN, APPROVE, WRITE, VERIFY),
          PLAN, EnumSet.of(APPROVE, WRITE, VERIFY),
          APPROVE, EnumSet.of(WRITE),
          WRITE, EnumSet.of(VERIFY),
          VERIFY, EnumSet.of(FIX, DOCUMENT),
          FIX, EnumSet.of(VERIFY),
          DOCUMENT, EnumSet.of(VERIFY),
          DONE, EnumSet.noneOf(RunStage.class));

  /** Whether the run may go there from here. */
  public boolean leadsTo(RunStage next) {
    return next == DONE ? this != DONE : NEXT.get(this).contains(next);
  }

  @JsonValue
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}

package ai.bharatbuild.agents.author;

import ai.bharatbuild.agents.llm.Block;
import ai.bharatbuild.agents.llm.ModelEvent.ToolCallTruncated;
import ai.bharatbuild.agents.llm.Tool;
import ai.bharatbuild.agents.plan.InvalidPlanException;
import ai.bharatbuild.agents.plan.Plan;
import ai.bharatbuild.agents.plan.PlanJson;
import ai.bharatbuild.agents.work.RunFailedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The tools of a planner: looking at the project, and handing in the plan. */
final class PlanTools implements Tools {
  static final String PLAN_INVALID = "plan_invalid";
  private static final int TRIES = 3;
  private static final String SUBMIT = "Call submit_plan with the whole plan, mended.";

  private final Toolbox toolbox;
  private final Set<String> stacks;
  private Plan plan;
  private int tries;

  /**
   * @param toolbox to look at the project that there is, or null
   * @param stacks that the plan may choose from
   */
  PlanTools(Toolbox toolbox, Set<String> stacks) {
    this.toolbox = toolbox;
    this.stacks = stacks;
  }

  /** The plan, or null as long as there is none. */
  Plan plan() {
    return plan;
  }

  @Override
  public List<Tool> tools() {
    List<Tool> tools = new ArrayList<>(toolbox == null ? List.of() : toolbox.tools());
    tools.add(PlanSchema.TOOL);
    return tools;
  }

  @Override
  public Result call(Block.ToolUse use) {
    if (use.name().equals(PlanSchema.NAME)) {
      String faults = submit(use.arguments().toString());
      return faults == null ? Result.ok("The plan is taken.") : Result.error(faults);
    }
    return toolbox == null
        ? Result.error("The only tool is " + PlanSchema.NAME + ".")
        : toolbox.call(use);
  }

  /**
   * Takes a plan; of several, the last.
   *
   * @return what is wrong with it and what to do, or null
   */
  String submit(String json) {
    try {
      plan = PlanJson.read(json, stacks);
      return null;
    } catch (InvalidPlanException e) {
      return fault(e.getMessage());
    }
  }

  /** The same for a plan that is somewhere in a text. */
  String submitText(String text) {
    int from = text.indexOf('{');
    int to = text.lastIndexOf('}');
    return from < 0 || to < from
        ? fault("There is no plan in the answer.")
        : submit(text.substring(from, to + 1));
  }

  @Override
  public String cut(ToolCallTruncated call) {
    return call.name().equals(PlanSchema.NAME)
        ? fault("The plan was cut off by the limit of an answer. Make it shorter: fewer files.")
        : "Your call was cut off by the limit of an answer; nothing was done.";
  }

  private String fault(String what) {
    if (++tries >= TRIES) {
      throw new RunFailedException(
          PLAN_INVALID,
          "The model gave no usable plan in %d tries. What was wrong at last:\n%s\nAsk for less at once, or in other words."
              .formatted(TRIES, Masking.text(what)));
    }
    return what + "\n" + SUBMIT;
  }

  @Override
  public boolean satisfied() {
    return plan != null;
  }

  @Override
  public String unfinished() {
    return null;
  }
}

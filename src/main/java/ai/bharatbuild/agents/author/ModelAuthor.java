package ai.bharatbuild.agents.author;

import ai.bharatbuild.agents.plan.Plan;
import ai.bharatbuild.agents.verify.Diagnosis;
import ai.bharatbuild.agents.work.Author;
import ai.bharatbuild.agents.work.Brief;
import ai.bharatbuild.agents.work.Repair;
import ai.bharatbuild.agents.work.RunScope;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A language model that plans, writes and repairs with tools. It has no state of its own: what is
 * known between calls is in the workspace and in what the run hands over. Safe on any thread.
 *
 * <p>Besides what {@link Author} says, its calls throw {@link
 * ai.bharatbuild.agents.work.RunFailedException} with the codes {@code plan_invalid}, {@code
 * file_not_written}, {@code refused}, {@code context_exceeded}, {@code budget_exhausted}, {@code
 * model_rejected} and {@code model_unavailable}.
 */
public final class ModelAuthor implements Author {
  private final String provider;
  private final Set<String> stacks;

  /**
   * @param provider the model's provider, such as {@code anthropic}
   * @param stacks what there are sandboxes for, such as {@code node}
   */
  public ModelAuthor(String provider, Set<String> stacks) {
    this.provider = provider;
    this.stacks = Set.copyOf(stacks);
  }

  @Override
  public String name() {
    return provider;
  }

  @Override
  public Plan plan(RunScope scope, Brief brief) {
    return new Planner(scope, brief, stacks).plan();
  }

  @Override
  public void write(
      RunScope scope, Brief brief, Plan plan, Set<String> done, Consumer<String> written) {
    new Writer(scope, brief, plan).write(done, written);
  }

  @Override
  public boolean repairs() {
    return true;
  }

  @Override
  public Repair repair(
      RunScope scope,
      Brief brief,
      Plan plan,
      Diagnosis diagnosis,
      List<Repair> before,
      boolean large) {
    return new Fixer(scope, brief, plan, diagnosis, before, large).repair();
  }
}

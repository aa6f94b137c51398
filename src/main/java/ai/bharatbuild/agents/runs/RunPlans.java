package ai.bharatbuild.agents.runs;

import ai.bharatbuild.agents.plan.Plan;
import io.vertx.core.Future;
import java.util.Set;

/** Plans as they lie in workspaces, as {@code plan.json}. Any thread. */
public interface RunPlans {
  /** What a project can be made with here. */
  Set<String> stacks();

  /**
   * The plan in the owner's workspace. Fails with 404 where there is none, with 422 where it is
   * wrong.
   */
  Future<Plan> read(String job, String owner);

  Future<Void> write(String job, String owner, Plan plan);
}

package ai.bharatbuild.agents.work;

import ai.bharatbuild.agents.plan.Plan;
import ai.bharatbuild.agents.verify.Diagnosis;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Plans, writes and repairs projects: a language model with tools, or templates. */
public interface Author {
  /** The provider's name, or {@code template}. */
  String name();

  /**
   * Makes a plan; it is checked. Throws {@link RunFailedException} where there is none to be had.
   */
  Plan plan(RunScope scope, Brief brief);

  /**
   * Writes the planned files, those first that others need.
   *
   * @param done planned paths that were written before the run was resumed, not to be written again
   * @param written is told each path once its file is whole in the workspace; on any of the run's
   *     threads
   */
  void write(RunScope scope, Brief brief, Plan plan, Set<String> done, Consumer<String> written);

  /** Whether it can try to repair anything at all. */
  boolean repairs();

  /**
   * Tries a repair. Whether it was one shows only when the project is verified again.
   *
   * @param before earlier tries of this run, oldest first
   * @param large whether the larger model is to try
   */
  Repair repair(
      RunScope scope,
      Brief brief,
      Plan plan,
      Diagnosis diagnosis,
      List<Repair> before,
      boolean large);
}

package ai.bharatbuild.agents.runs;

import ai.bharatbuild.agents.work.RunScope;
import java.util.UUID;

/** Makes documents of a verified project; on the run's virtual thread. */
public interface RunDocuments {
  /**
   * Makes the documents and tells of each by the scope's events. One that cannot be made is told,
   * and ends nothing: the project is verified all the same.
   *
   * @param verified names the run and what it verified: when it is asked for again after a restart,
   *     what was made is not made anew
   * @param project in which they are kept
   */
  void make(RunScope scope, String verified, UUID project, UUID account, String owner);
}

package ai.bharatbuild.projects;

import io.vertx.core.Future;
import java.util.Set;

/** What projects need to know of workspaces; given by whoever stores them. */
public interface ProjectWorkspaces {
  /** The state of a workspace to its owner. */
  enum State {
    LIVE,
    EXPIRED,
    /** There is none of that id, or it is somebody else's. */
    GONE
  }

  Future<State> state(String id, String owner);

  /** Makes a job with a fresh id, which the future gives. */
  Future<String> create(String owner, String name);

  /**
   * The names of the files and directories at the top of a workspace. Fails with 404 or 410 when
   * there are none any more.
   */
  Future<Set<String>> names(String id, String owner);
}

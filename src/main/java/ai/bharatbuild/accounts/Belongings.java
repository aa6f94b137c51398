package ai.bharatbuild.accounts;

import io.vertx.core.Future;
import java.util.List;
import java.util.Map;

/** What users have outside of the database. Called on event loops. */
public interface Belongings {
  /** The user's workspaces as the API shows them. */
  Future<List<Map<String, Object>>> list(String userId);

  /**
   * Removes the user's sandboxes, then jobs with their files and all that is kept of them. May be
   * repeated.
   */
  Future<Void> remove(String userId);
}

package ai.bharatbuild.agents.author;

import ai.bharatbuild.agents.work.Workspace;
import ai.bharatbuild.problem.ApiException;
import java.util.Optional;

/** Reads files of which it does not matter much whether they can be read. */
final class Looks {
  private static final int SERVER_ERRORS = 500;

  private Looks() {}

  /** A file's bytes; empty also where it grew too large meanwhile, or is no file any more. */
  static Optional<byte[]> at(Workspace workspace, String path) {
    try {
      return workspace.read(path);
    } catch (ApiException e) {
      if (e.problem().status() >= SERVER_ERRORS) {
        throw e;
      }
      return Optional.empty();
    }
  }
}

package ai.bharatbuild.agents.verify;

import ai.bharatbuild.agents.work.CommandResult;
import ai.bharatbuild.agents.work.Workspace;
import ai.bharatbuild.problem.ApiException;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Removes from a workspace all that its ZIP leaves out: dependencies, caches, build output. What is
 * verified afterwards is what somebody gets who has the project's files and nothing else.
 */
final class Cleaning {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  /** The history of the sources is no output of them. */
  private static final String HISTORY = ".git";

  /** Maven's and Cargo's output is left out only where it can be theirs. */
  private static final String REMOVE =
      "for d; do case ${d##*/} in target) [ -e \"${d%/*}/pom.xml\" ] || [ -e"
          + " \"${d%/*}/Cargo.toml\" ] || continue;; esac; rm -rf -- \"$d\" 2>/dev/null ||"
          + " { chmod -R u+rwx -- \"$d\"; rm -rf -- \"$d\"; } || exit 1; done";

  private Cleaning() {}

  static void clean(Workspace workspace) {
    CommandResult result = workspace.run(command(workspace.excluded()), LIMIT);
    if (!result.ok()) {
      throw ApiException.unavailable(
          "The sandbox could not be cleaned: its command ended by " + result.cause() + ".");
    }
  }

  static String command(Collection<String> excluded) {
    Set<String> names = new TreeSet<>(excluded);
    names.add("target");
    names.remove(HISTORY);
    String named =
        names.stream()
            .map(name -> "-name '" + name.replace("'", "'\\''") + "'")
            .collect(Collectors.joining(" -o "));
    return "find . -name "
        + HISTORY
        + " -prune -o \\( "
        + named
        + " \\) \\( -type d -o -type l \\) -prune -exec sh -c '"
        + REMOVE
        + "' sh {} +";
  }
}

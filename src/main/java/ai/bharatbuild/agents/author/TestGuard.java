package ai.bharatbuild.agents.author;

import ai.bharatbuild.agents.work.CommandResult;
import ai.bharatbuild.agents.work.RunScope;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Sees what commands do to tests and to what says how they are run, and puts back what must not be
 * changed. Files are compared right before and after each command, so that they become what they
 * were then; what the user changes by the server's calls stays.
 */
final class TestGuard {
  private final RunScope scope;
  private final Rights rights;
  private final Set<String> restored = new TreeSet<>();

  TestGuard(RunScope scope, Rights rights) {
    this.scope = scope;
    this.rights = rights;
  }

  /** Paths that were put back. */
  Set<String> restored() {
    return restored;
  }

  /**
   * Runs a command.
   *
   * @param back is given the paths that were put back after it
   */
  CommandResult during(Supplier<CommandResult> command, Set<String> back) {
    Instant begun = Instant.now();
    Snapshot before = snapshot();
    try {
      return command.get();
    } finally {
      Snapshot after = snapshot();
      // Asked afterwards, so that it has all that the snapshot may show.
      Set<String> edits = scope.workspace().edits(begun);
      for (String path : before.changed(after)) {
        if (!edits.contains(path)
            && weakened(rights, path, before, after)
            && putBack(path, before, after)) {
          back.add(path);
        }
      }
      restored.addAll(back);
    }
  }

  private Snapshot snapshot() {
    return Snapshot.of(scope.workspace(), TestGuard::guards);
  }

  static boolean guards(String path) {
    return TestFiles.isTest(path) || TestFiles.saysHow(path);
  }

  /** Whether a file is as it was again; a change that comes in the last moment stays. */
  boolean putBack(String path, Snapshot before, Snapshot after) {
    byte[] now = after.content(path).orElse(null);
    return before.has(path)
        ? scope.workspace().write(path, now, before.content(path).orElseThrow())
        : scope.workspace().delete(path, now);
  }

  /** Whether a change took something from tests that these rights do not give away. */
  static boolean weakened(Rights rights, String path, Snapshot before, Snapshot after) {
    boolean unknown =
        before.has(path) && before.content(path).isEmpty()
            || after.has(path) && after.content(path).isEmpty();
    if (unknown) {
      return false;
    }
    String was = before.content(path).map(Content::text).orElse(null);
    String is = after.content(path).map(Content::text).orElse(null);
    if (before.has(path) && was == null) {
      return false;
    }
    return (is == null ? TestFiles.taken(path, was, null) : rights.replace(path, was, is)) != null;
  }

  /** For the model. */
  static String told(Set<String> back) {
    return back.isEmpty()
        ? ""
        : "\nThe command took something from tests, or changed which of them run; these files were"
            + " put back: "
            + List.copyOf(back)
            + ".";
  }
}

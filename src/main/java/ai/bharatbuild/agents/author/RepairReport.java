package ai.bharatbuild.agents.author;

import ai.bharatbuild.agents.work.Brief;
import ai.bharatbuild.agents.work.RunScope;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is different after a try at a repair. What commands changed is told as events here, and what
 * processes that they left did to tests is put back. What the user changed meanwhile is none of the
 * repair's and stays.
 */
final class RepairReport {
  private final RunScope scope;
  private final Brief brief;
  private final Rights rights;
  private final Snapshot old;
  private final ProjectFiles files;
  private final Instant begun;
  private final TestGuard guard;
  private final Set<String> restored = new TreeSet<>();
  private final List<String> users = new ArrayList<>();
  private final List<String> changed;

  /**
   * @param rights by which the model's tools were held, too
   * @param toolbox by which the model changed files, with events of what its tools did
   * @param begun before {@code old}: what the user changed since is no work of the repair's
   */
  RepairReport(
      RunScope scope, Brief brief, Rights rights, Snapshot old, Toolbox toolbox, Instant begun) {
    this.scope = scope;
    this.brief = brief;
    this.rights = rights;
    this.old = old;
    this.files = toolbox.files();
    this.guard = toolbox.guard();
    this.begun = begun;
    this.restored.addAll(guard.restored());
    this.changed = compare();
  }

  /** Paths of what is different, sorted. */
  List<String> changed() {
    return changed;
  }

  /** What people should know of the changes; begins with a space, or is empty. */
  String notes() {
    List<String> notes = new ArrayList<>();
    note(
        notes,
        "Tests that commands had changed or taken something from were put back",
        List.copyOf(restored));
    note(notes, "Tests that the user changed meanwhile were left so", users);
    note(notes, "It changed tests", changed.stream().filter(TestFiles::isTest).toList());
    note(
        notes,
        "It changed files that the user had edited",
        changed.stream().filter(brief.userEdits()::contains).toList());
    note(
        notes,
        "It changed what says how tests are run",
        changed.stream().filter(it -> TestFiles.saysHow(it)).toList());
    return notes.isEmpty() ? "" : " " + String.join(" ", notes);
  }

  private static void note(List<String> notes, String what, List<String> paths) {
    if (!paths.isEmpty()) {
      notes.add(what + ": " + String.join(", ", paths) + ".");
    }
  }

  private List<String> compare() {
    Snapshot now = Snapshot.of(scope.workspace());
    // Asked afterwards, so that it has all that the snapshot may show.
    Set<String> edits = scope.workspace().edits(begun);
    List<String> different = new ArrayList<>();
    for (String path : old.changed(now)) {
      Stop.check(scope);
      boolean byUser = edits.contains(path);
      boolean weakened = TestGuard.guards(path) && TestGuard.weakened(rights, path, old, now);
      if (!byUser && weakened && guard.putBack(path, old, now)) {
        restored.add(path);
      } else if (!byUser || files.changed().contains(path)) {
        different.add(path);
        tell(path, now);
      } else if (weakened) {
        users.add(path);
      }
    }
    return List.copyOf(different);
  }

  private void tell(String path, Snapshot now) {
    byte[] content = now.content(path).orElse(null);
    String action =
        !now.has(path)
            ? FileEvents.DELETED
            : old.has(path) ? FileEvents.CHANGED : FileEvents.CREATED;
    if (now.has(path) && content == null) {
      FileEvents.largeFile(scope, path, now.bytes(path), action);
    } else if (!files.told(path, content)) {
      FileEvents.file(scope, path, content, action);
    }
  }
}

package ai.bharatbuild.agents.author;

import ai.bharatbuild.agents.work.Brief;
import ai.bharatbuild.agents.work.RunScope;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What is different after a try at a repair. Commands can change files, too: those changes are told
 * as events here, and tests that lost something by them are put back.
 */
final class RepairReport {
  private final RunScope scope;
  private final Brief brief;
  private final Rights rights;
  private final Snapshot old;
  private final ProjectFiles files;
  private final Instant begun;
  private final List<String> restored = new ArrayList<>();
  private final List<String> changed;

  /**
   * @param rights by which the model's tools were held, too
   * @param files as the model changed them, told by events already
   * @param begun before {@code old}: what the user changed since is no work of the repair's
   */
  RepairReport(
      RunScope scope, Brief brief, Rights rights, Snapshot old, ProjectFiles files, Instant begun) {
    this.scope = scope;
    this.brief = brief;
    this.rights = rights;
    this.old = old;
    this.files = files;
    this.begun = begun;
    this.changed = compare();
  }

  /** Paths of what is different, sorted. */
  List<String> changed() {
    return changed;
  }

  /** What people should know of the changes; begins with a space, or is empty. */
  String notes() {
    List<String> notes = new ArrayList<>();
    note(notes, "Tests that commands had changed or taken something from were put back", restored);
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
      boolean users = edits.contains(path);
      if (!users && weakened(path, now) && putBack(path, now)) {
        restored.add(path);
      } else if (!users || files.changed().contains(path)) {
        different.add(path);
        tell(path, now);
      }
    }
    return List.copyOf(different);
  }

  /** Whether it was; a change that comes in the last moment stays. */
  private boolean putBack(String path, Snapshot now) {
    return scope
        .workspace()
        .write(path, now.content(path).orElse(null), old.content(path).orElseThrow());
  }

  private boolean weakened(String path, Snapshot now) {
    String before = old.content(path).map(Content::text).orElse(null);
    if (before == null || now.has(path) && now.content(path).isEmpty()) {
      return false;
    }
    String after = now.content(path).map(Content::text).orElse(null);
    return (after == null
            ? TestFiles.taken(path, before, null)
            : rights.replace(path, before, after))
        != null;
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

package ai.bharatbuild.agents.author;

import ai.bharatbuild.agents.work.RunScope;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The project's files as the model of one conversation knows them. It remembers what the model was
 * shown of each, so that the model cannot write over what it does not know: what it never read, or
 * what somebody has changed since, be it in the last moment. Not safe on several threads.
 */
final class ProjectFiles {
  /** What the model knows of a file: its bytes then, and whether it was shown all of them. */
  private record View(byte[] bytes, boolean whole) {}

  private final RunScope scope;
  private final Map<String, View> views = new HashMap<>();

  /** What events told of files last; null bytes of one that was deleted. */
  private final Map<String, byte[]> told = new TreeMap<>();

  ProjectFiles(RunScope scope) {
    this.scope = scope;
  }

  Optional<byte[]> read(String path) {
    return scope.workspace().read(path);
  }

  /** The model was shown a file, or a part of it. */
  void shown(String path, byte[] bytes, boolean whole) {
    View before = views.get(path);
    boolean same = before != null && Arrays.equals(before.bytes(), bytes);
    views.put(path, new View(bytes, whole || same && before.whole()));
  }

  boolean knows(String path) {
    return views.containsKey(path);
  }

  /** Whether the model was shown all of it. */
  boolean knowsWhole(String path) {
    View view = views.get(path);
    return view != null && view.whole();
  }

  /** Whether a file has still the bytes that the model was shown. */
  boolean fresh(String path, byte[] now) {
    View view = views.get(path);
    return view != null && Arrays.equals(view.bytes(), now);
  }

  /** It is not there any more; the model is told so. */
  void gone(String path) {
    views.remove(path);
  }

  /**
   * Writes a whole file, tells of it, and takes it as known.
   *
   * @param seen its bytes when it was looked at; null where there was none
   * @return whether it was written; if not, it is not what it was then
   */
  boolean save(String path, byte[] seen, String content) {
    byte[] bytes = Content.bytes(content);
    Stop.check(scope);
    if (!scope.workspace().write(path, seen, bytes)) {
      return false;
    }
    views.put(path, new View(bytes, true));
    told.put(path, bytes);
    FileEvents.file(scope, path, bytes, seen == null ? FileEvents.CREATED : FileEvents.CHANGED);
    return true;
  }

  /** Deletes a file, as {@link #save} writes one. */
  boolean delete(String path, byte[] seen) {
    Stop.check(scope);
    if (!scope.workspace().delete(path, seen)) {
      return false;
    }
    views.remove(path);
    told.put(path, null);
    FileEvents.file(scope, path, null, FileEvents.DELETED);
    return true;
  }

  /** Paths that were saved or deleted. */
  Set<String> changed() {
    return told.keySet();
  }

  /**
   * Whether an event told of a file as it is.
   *
   * @param now null where there is none
   */
  boolean told(String path, byte[] now) {
    return told.containsKey(path) && Arrays.equals(told.get(path), now);
  }
}

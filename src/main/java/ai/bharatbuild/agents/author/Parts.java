package ai.bharatbuild.agents.author;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Files of which the model has given a beginning. Nothing of them is in the workspace. */
final class Parts {
  /** Most characters of all together. */
  static final int MOST = 4 << 20;

  private final Map<String, StringBuilder> begun = new TreeMap<>();

  /** Begins a file, anew where it was begun; false where there is no room for it. */
  boolean begin(String path, String content) {
    begun.remove(path);
    if (characters() + content.length() > MOST) {
      return false;
    }
    begun.put(path, new StringBuilder(content));
    return true;
  }

  boolean has(String path) {
    return begun.containsKey(path);
  }

  /** Adds to a file that was begun; false where there is no room for it. */
  boolean append(String path, String content) {
    if (characters() + content.length() > MOST) {
      return false;
    }
    begun.get(path).append(content);
    return true;
  }

  /** What there is of a file. */
  String content(String path) {
    return begun.get(path).toString();
  }

  void drop(String path) {
    begun.remove(path);
  }

  Set<String> paths() {
    return begun.keySet();
  }

  private long characters() {
    return begun.values().stream().mapToLong(StringBuilder::length).sum();
  }
}

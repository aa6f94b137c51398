package ai.bharatbuild.agents.author;

import ai.bharatbuild.agents.work.RunScope;
import java.util.LinkedHashMap;
import java.util.Map;

/** Events about files, and what else an author has to say. */
final class FileEvents {
  static final String CREATED = "created";
  static final String CHANGED = "changed";
  static final String DELETED = "deleted";

  /** Contents of more bytes are not in events. */
  private static final int LARGEST = 256 << 10;

  private FileEvents() {}

  /**
   * A file is different now.
   *
   * @param content null where it was deleted
   */
  static void file(RunScope scope, String path, byte[] content, String action) {
    String text = content == null || content.length > LARGEST ? null : Content.text(content);
    file(scope, path, content == null ? 0 : content.length, text, action);
  }

  /** A file is different now that is too large to be looked at. */
  static void largeFile(RunScope scope, String path, long bytes, String action) {
    file(scope, path, bytes, null, action);
  }

  private static void file(RunScope scope, String path, long bytes, String content, String action) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("path", path);
    data.put("action", action);
    data.put("bytes", bytes);
    data.put("content", content);
    scope.tell("file", data);
  }

  static void status(RunScope scope, String message) {
    scope.tell("status", Map.of("message", message));
  }
}

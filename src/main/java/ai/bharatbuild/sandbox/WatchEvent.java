package ai.bharatbuild.sandbox;

import ai.bharatbuild.files.FileFailure;
import ai.bharatbuild.files.WorkspacePath;
import ai.bharatbuild.json.Json;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Something that happened to the files of a sandbox.
 *
 * @param type {@code created}, {@code changed}, {@code deleted}, {@code renamed}, {@code overflow},
 *     {@code ready} or {@code end}
 * @param path what it happened to; null for the last three
 * @param from the earlier path of what was renamed, else null
 * @param detail the kind of file, or why
 */
record WatchEvent(String type, String path, String from, String detail) {
  private static final Set<String> KINDS = Set.of("file", "directory", "link", "other");
  private static final char REPLACED = '\uFFFD';

  static WatchEvent of(String type, String detail) {
    return new WatchEvent(type, null, null, detail);
  }

  /**
   * Understands a line of the watching process, which any process of the sandbox may have forged.
   *
   * @return null for what happened to a name that no path can hold
   * @throws IOException when it is no event at all
   */
  static WatchEvent parse(byte[] line) throws IOException {
    JsonNode node = Json.MAPPER.readTree(line);
    String type = node.path("type").asText();
    String kind = node.path("kind").asText();
    switch (type) {
      case "ready" -> {
        return of(type, null);
      }
      case "overflow" -> {
        return of(type, node.path("reason").asText().equals("limit") ? "limit" : "events");
      }
      case "created", "changed", "deleted" -> {
        String path = named(node.path("path"));
        return path == null ? null : new WatchEvent(type, path, null, checked(kind));
      }
      case "renamed" -> {
        return renamed(named(node.path("from")), named(node.path("to")), checked(kind));
      }
      default -> throw new IOException("no event");
    }
  }

  private static String checked(String kind) throws IOException {
    if (!KINDS.contains(kind)) {
      throw new IOException("no kind of file");
    }
    return kind;
  }

  private static String named(JsonNode text) throws IOException {
    if (!text.isTextual()) {
      throw new IOException("no path");
    }
    String path = text.textValue();
    try {
      return path.indexOf(REPLACED) < 0 ? WorkspacePath.parse(path).toString() : null;
    } catch (FileFailure e) {
      return null;
    }
  }

  /** A rename as it looks where only one of the names, or none, can be seen. */
  private static WatchEvent renamed(String from, String to, String kind) {
    if (from != null && to != null) {
      return new WatchEvent("renamed", to, from, kind);
    }
    if (to != null) {
      return new WatchEvent("created", to, null, kind);
    }
    return from == null ? null : new WatchEvent("deleted", from, null, kind);
  }

  /** The same for a reader who sees a part of the tree; null where it is no concern of theirs. */
  WatchEvent within(WorkspacePath below) {
    if (path == null || below.isRoot()) {
      return this;
    }
    boolean sees = WorkspacePath.parse(path).isWithin(below);
    if (from == null) {
      return sees ? this : null;
    }
    boolean saw = WorkspacePath.parse(from).isWithin(below);
    return renamed(saw ? from : null, sees ? path : null, detail);
  }

  /** How the API shows it. */
  Map<String, Object> shown() {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("type", type);
    if (path == null) {
      shown.put("data", detail);
      return shown;
    }
    Map<String, Object> data = new LinkedHashMap<>();
    if (from == null) {
      data.put("path", path);
    } else {
      data.put("from", from);
      data.put("to", path);
    }
    data.put("kind", detail);
    shown.put("data", data);
    return shown;
  }

  /** About how much memory it takes. */
  int weight() {
    return 100 + 2 * ((path == null ? 0 : path.length()) + (from == null ? 0 : from.length()));
  }
}

package ai.bharatbuild.agents.verify;

import ai.bharatbuild.json.Json;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** A {@code package.json}; changes keep the order of its members, and are written as npm would. */
final class PackageJson {
  private static final List<String> DEPENDENCIES =
      List.of("dependencies", "devDependencies", "peerDependencies", "optionalDependencies");

  private final String path;
  private final ObjectNode json;

  private PackageJson(String path, ObjectNode json) {
    this.path = path;
    this.json = json;
  }

  /** The one that a file belongs to: in its directory, or the nearest above. */
  static Optional<PackageJson> of(String file, Rule.Files files) {
    String directory = file;
    while (!directory.isEmpty()) {
      int slash = directory.lastIndexOf('/');
      directory = slash < 0 ? "" : directory.substring(0, slash);
      String path = directory.isEmpty() ? "package.json" : directory + "/package.json";
      Optional<String> text = files.text(path);
      if (text.isPresent()) {
        return text.flatMap(json -> read(path, json));
      }
    }
    return Optional.empty();
  }

  private static Optional<PackageJson> read(String path, String text) {
    try {
      return Json.MAPPER.readTree(text) instanceof ObjectNode json
          ? Optional.of(new PackageJson(path, json))
          : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  String path() {
    return path;
  }

  /** Its directory with a slash at the end; empty for that of the project. */
  String directory() {
    return path.substring(0, path.length() - "package.json".length());
  }

  boolean dependsOn(String name) {
    return DEPENDENCIES.stream().anyMatch(kind -> json.path(kind).has(name));
  }

  boolean hasScript(String name) {
    return json.path("scripts").has(name);
  }

  String type() {
    return json.path("type").asText("");
  }

  String main() {
    return json.path("main").asText("");
  }

  /** With members sorted by name, as npm keeps them. */
  void depend(String kind, String name, String version) {
    TreeMap<String, String> all = new TreeMap<>();
    json.path(kind).properties().forEach(old -> all.put(old.getKey(), old.getValue().asText()));
    all.put(name, version);
    ObjectNode sorted = Json.MAPPER.createObjectNode();
    all.forEach(sorted::put);
    json.set(kind, sorted);
  }

  void removeDependency(String name) {
    for (String kind : DEPENDENCIES) {
      if (json.get(kind) instanceof ObjectNode dependencies) {
        dependencies.remove(name);
      }
    }
  }

  void script(String name, String line) {
    json.withObjectProperty("scripts").put(name, line);
  }

  void type(String type) {
    if (type == null) {
      json.remove("type");
    } else {
      json.put("type", type);
    }
  }

  String text() {
    DefaultIndenter indent = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter(
                Separators.createDefaultInstance()
                    .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                    .withArrayEmptySeparator("")
                    .withObjectEmptySeparator(""))
            .withObjectIndenter(indent)
            .withArrayIndenter(indent);
    try {
      return Json.MAPPER.writer(printer).writeValueAsString(json) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}

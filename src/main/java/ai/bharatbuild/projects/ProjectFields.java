package ai.bharatbuild.projects;

import ai.bharatbuild.http.Fields;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a caller says of a project; null where nothing is said. Text may be empty, which takes the
 * old one away.
 */
record ProjectFields(
    String title,
    String description,
    ProjectMode mode,
    ProjectStatus status,
    Integer progress,
    String domain,
    String framework,
    String deploymentTarget,
    String industry,
    String targetMarket,
    String[] techStack,
    JsonObject config) {
  static final int MIN_TITLE = 3;
  static final int MAX_TITLE = 500;
  private static final int MAX_CONFIG = 32 << 10;
  private static final int MAX_STACK = 50;

  static ProjectFields forNew(JsonNode body) {
    Fields fields = Fields.of(body);
    for (String needed : List.of("title", "mode")) {
      if (!fields.has(needed)) {
        fields.error(needed, "is required", "missing");
      }
    }
    return read(fields);
  }

  static ProjectFields forChange(JsonNode body) {
    return read(Fields.of(body));
  }

  private static ProjectFields read(Fields fields) {
    String title = fields.text("title", MIN_TITLE, MAX_TITLE, null);
    if (title != null && (title.isBlank() || hasNul(title))) {
      fields.error("title", "must have visible characters", "value_error");
    }
    Integer progress =
        fields.has("progress") ? Integer.valueOf((int) fields.whole("progress", 0, 100, 0)) : null;
    ProjectFields read =
        new ProjectFields(
            title,
            text(fields, "description", 10_000),
            oneOf(fields, "mode", ProjectMode::of),
            oneOf(fields, "status", ProjectStatus::of),
            progress,
            text(fields, "domain", 200),
            text(fields, "framework", 200),
            text(fields, "deployment_target", 200),
            text(fields, "industry", 200),
            text(fields, "target_market", 2_000),
            stack(fields),
            config(fields));
    fields.check();
    return read;
  }

  private static String text(Fields fields, String name, int most) {
    String text = fields.text(name, 0, most, null);
    if (text != null && hasNul(text)) {
      fields.error(name, "must not contain NUL", "value_error");
    }
    return text;
  }

  /** PostgreSQL has no text with it. */
  static boolean hasNul(String text) {
    return text.indexOf('\0') >= 0;
  }

  private static <T> T oneOf(Fields fields, String name, Function<String, Optional<T>> of) {
    String text = fields.text(name, 1, 50, null);
    T value = text == null ? null : of.apply(text).orElse(null);
    if (text != null && value == null) {
      fields.error(name, "has an unknown value", "value_error");
    }
    return value;
  }

  private static String[] stack(Fields fields) {
    JsonNode node = fields.raw("tech_stack");
    if (node == null) {
      return null;
    }
    boolean fine = node.isArray() && node.size() <= MAX_STACK;
    List<String> names = new ArrayList<>();
    for (JsonNode name : fine ? node : List.<JsonNode>of()) {
      String text = name.textValue();
      fine &= text != null && !text.isBlank() && text.length() <= 100 && !hasNul(text);
      names.add(text);
    }
    if (!fine) {
      fields.error("tech_stack", "must be at most 50 names of 1 to 100 characters", "value_error");
    }
    return names.toArray(String[]::new);
  }

  private static JsonObject config(Fields fields) {
    JsonNode node = fields.raw("config");
    if (node == null) {
      return null;
    }
    String text = node.toString();
    if (!node.isObject() || text.length() > MAX_CONFIG || text.contains("\\u0000")) {
      fields.error("config", "must be an object of at most 32 KB, without NUL", "value_error");
      return null;
    }
    return new JsonObject(text);
  }
}

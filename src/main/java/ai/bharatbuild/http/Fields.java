package ai.bharatbuild.http;

import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.problem.FieldError;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes typed fields out of a JSON object and gathers everything that is wrong with them, so that a
 * caller is told of all errors at once. Call {@link #check} after the last field.
 */
public final class Fields {
  private final JsonNode object;
  private final List<Object> loc;
  private final List<FieldError> errors;

  private Fields(JsonNode object, List<Object> loc, List<FieldError> errors) {
    this.object = object;
    this.loc = loc;
    this.errors = errors;
    if (!object.isObject()) {
      errors.add(new FieldError(loc, "must be an object", "type_error"));
    }
  }

  /** Fields of the request's body; a null body has none. */
  public static Fields of(JsonNode body) {
    JsonNode object =
        body == null
            ? com.fasterxml.jackson.databind.node.JsonNodeFactory.instance.objectNode()
            : body;
    return new Fields(object, List.of("body"), new ArrayList<>());
  }

  /** Fields of a nested object whose errors are told with these; empty where it is missing. */
  public Fields object(String name) {
    JsonNode node = get(name);
    JsonNode object = absent(node) ? of(null).object : node;
    return new Fields(object, at(loc, name), errors);
  }

  /** Elements of an array, each to be taken as an object; null where it is missing. */
  public List<Fields> objects(String name) {
    JsonNode node = get(name);
    if (absent(node)) {
      return null;
    }
    return elements(node, at(loc, name), errors);
  }

  /** Elements of a body that is an array itself. */
  public static List<Fields> array(JsonNode body, List<FieldError> errors) {
    return elements(body, List.of("body"), errors);
  }

  public boolean has(String name) {
    return !absent(get(name));
  }

  /** Whether the field is there, be it only as {@code null}. */
  public boolean mentions(String name) {
    return object.has(name);
  }

  /** A text of {@code min} to {@code max} code points, or null with an error noted. */
  public String text(String name, int min, int max) {
    JsonNode node = get(name);
    if (absent(node)) {
      return missing(name);
    }
    if (!node.isTextual()) {
      error(name, "must be a string", "type_error");
      return null;
    }
    String text = node.textValue();
    int length = text.codePointCount(0, text.length());
    if (length < min || length > max) {
      error(name, "must have %d to %d characters".formatted(min, max), "length");
      return null;
    }
    return text;
  }

  public String text(String name, int min, int max, String fallback) {
    return has(name) ? text(name, min, max) : fallback;
  }

  public long whole(String name, long min, long max, long fallback) {
    JsonNode node = get(name);
    if (absent(node)) {
      return fallback;
    }
    if (!node.isIntegralNumber() || !node.canConvertToLong()) {
      error(name, "must be a whole number", "type_error");
      return fallback;
    }
    if (node.longValue() < min || node.longValue() > max) {
      error(name, "must be from %d to %d".formatted(min, max), "range");
      return fallback;
    }
    return node.longValue();
  }

  public double number(String name, double min, double max, double fallback) {
    JsonNode node = get(name);
    if (absent(node)) {
      return fallback;
    }
    if (!node.isNumber()) {
      error(name, "must be a number", "type_error");
      return fallback;
    }
    if (!(node.doubleValue() >= min && node.doubleValue() <= max)) {
      error(name, "must be from %s to %s".formatted(min, max), "range");
      return fallback;
    }
    return node.doubleValue();
  }

  public boolean flag(String name, boolean fallback) {
    JsonNode node = get(name);
    if (absent(node)) {
      return fallback;
    }
    if (!node.isBoolean()) {
      error(name, "must be true or false", "type_error");
    }
    return node.booleanValue();
  }

  /** A map of texts; empty where it is missing. */
  public Map<String, String> texts(String name) {
    Map<String, String> texts = new LinkedHashMap<>();
    JsonNode node = get(name);
    if (absent(node)) {
      return texts;
    }
    if (!node.isObject()) {
      error(name, "must be an object of strings", "type_error");
      return texts;
    }
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      if (entry.getValue().isTextual()) {
        texts.put(entry.getKey(), entry.getValue().textValue());
      } else {
        errors.add(
            new FieldError(at(at(loc, name), entry.getKey()), "must be a string", "type_error"));
      }
    }
    return texts;
  }

  /** The field as it came, or null. */
  public JsonNode raw(String name) {
    JsonNode node = get(name);
    return absent(node) ? null : node;
  }

  public void error(String name, String msg, String type) {
    errors.add(new FieldError(at(loc, name), name + " " + msg, type));
  }

  /** Throws 422 {@code validation_failed} when anything was wrong. */
  public void check() {
    if (!errors.isEmpty()) {
      throw ApiException.validation(List.copyOf(errors));
    }
  }

  private String missing(String name) {
    error(name, "is required", "missing");
    return null;
  }

  private JsonNode get(String name) {
    JsonNode node = object.get(name);
    return node == null ? MissingNode.getInstance() : node;
  }

  private static boolean absent(JsonNode node) {
    return node.isMissingNode() || node.isNull();
  }

  private static List<Fields> elements(JsonNode node, List<Object> loc, List<FieldError> errors) {
    if (!node.isArray()) {
      errors.add(new FieldError(loc, "must be an array", "type_error"));
      return List.of();
    }
    List<Fields> elements = new ArrayList<>(node.size());
    for (int i = 0; i < node.size(); i++) {
      elements.add(new Fields(node.get(i), at(loc, i), errors));
    }
    return elements;
  }

  private static List<Object> at(List<Object> loc, Object step) {
    List<Object> longer = new ArrayList<>(loc);
    longer.add(step);
    return longer;
  }
}

package ai.bharatbuild.contract;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.core.JacksonException;

/**
 * The schemas of a contract, closed: an answer may have no member that the contract does not name,
 * so that a misspelt or forgotten one is noticed. Callers are promised less, because answers may
 * gain members. Thread-safe.
 */
final class Schemas {
  private static final String COMPONENTS = "#/components/schemas/";
  private static final String DEFS = "#/$defs/";
  private static final List<String> ALTERNATIVES = List.of("oneOf", "anyOf", "allOf");

  private final JsonObject components;
  private final JsonObject closed = new JsonObject();
  private final SchemaRegistry registry =
      SchemaRegistry.withDefaultDialect(
          SpecificationVersion.DRAFT_2020_12,
          builder ->
              builder.schemaRegistryConfig(
                  SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build()));
  private final Map<String, Schema> compiled = new ConcurrentHashMap<>();

  Schemas(JsonObject components) {
    this.components = components;
    components.forEach(
        entry -> closed.put(entry.getKey(), closeParts((JsonObject) entry.getValue())));
  }

  /** What is wrong with a JSON text by a schema of the contract; empty when nothing is. */
  List<String> errors(JsonObject schema, String json) {
    Schema known = compiled.computeIfAbsent(schema.encode(), key -> compile(schema));
    try {
      return known.validate(json, InputFormat.JSON).stream().map(Object::toString).toList();
    } catch (JacksonException e) {
      return List.of("it is not JSON");
    }
  }

  private Schema compile(JsonObject schema) {
    return registry.getSchema(closeWhole(schema).put("$defs", closed).encode(), InputFormat.JSON);
  }

  /** Closes a schema that stands for a whole value, and all that stand for parts of it. */
  private JsonObject closeWhole(JsonObject schema) {
    JsonObject copy = closeParts(schema);
    return isOpen(schema) ? copy : copy.put("unevaluatedProperties", false);
  }

  /**
   * Closes what stands for parts of a value. The schema itself is left open, as it may be one of
   * several that describe the same value together.
   */
  private JsonObject closeParts(JsonObject schema) {
    JsonObject copy = new JsonObject();
    schema.forEach(entry -> copy.put(entry.getKey(), closePart(entry.getKey(), entry.getValue())));
    return copy;
  }

  private Object closePart(String key, Object value) {
    return switch (value) {
      case JsonObject members when key.equals("properties") -> {
        JsonObject copy = new JsonObject();
        members.forEach(
            member -> copy.put(member.getKey(), closeWhole((JsonObject) member.getValue())));
        yield copy;
      }
      case JsonObject part when key.equals("items") || key.equals("additionalProperties") ->
          closeWhole(part);
      case JsonArray parts when ALTERNATIVES.contains(key) -> {
        JsonArray copy = new JsonArray();
        parts.forEach(part -> copy.add(closeParts((JsonObject) part)));
        yield copy;
      }
      case String reference when key.equals("$ref") -> reference.replace(COMPONENTS, DEFS);
      case null, default -> value;
    };
  }

  /** Whether anything may be in it: an object of which no members are told. */
  private boolean isOpen(JsonObject schema) {
    String reference = schema.getString("$ref");
    if (reference != null) {
      return isOpen(components.getJsonObject(reference.substring(COMPONENTS.length())));
    }
    return ALTERNATIVES.stream().noneMatch(schema::containsKey)
        && !schema.containsKey("properties")
        && !schema.containsKey("additionalProperties");
  }
}

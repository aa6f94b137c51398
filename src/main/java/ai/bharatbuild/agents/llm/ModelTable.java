package ai.bharatbuild.agents.llm;

import ai.bharatbuild.json.Json;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Names, limits and prices of models, as configured. The packaged table is {@code models.json}.
 *
 * @param currency of the prices, such as {@code USD}
 * @param rupees what one unit of it is in rupees, in which usage is counted; 1 for rupees
 */
public record ModelTable(String currency, double rupees, List<ModelEntry> entries) {
  public ModelTable {
    entries = List.copyOf(entries);
  }

  /**
   * Reads a table.
   *
   * @throws IllegalArgumentException with the place and what must be there
   */
  public static ModelTable parse(String json) {
    JsonNode table;
    try {
      table = Json.MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("it is not JSON: " + e.getOriginalMessage(), e);
    }
    List<ModelEntry> entries = new ArrayList<>();
    for (int i = 0; i < table.path("models").size(); i++) {
      entries.add(entry(table.path("models").path(i), "models[" + i + "]"));
    }
    require(!entries.isEmpty(), "models", "a list of models");
    for (ModelEntry entry : entries) {
      long same =
          entries.stream()
              .filter(it -> it.provider().equals(entry.provider()) && it.role() == entry.role())
              .count();
      require(
          same == 1, "models", "one model of each role for " + entry.provider() + ", not " + same);
    }
    String currency = text(table, "currency", "currency");
    double rupees = table.path("rupees").asDouble(currency.equals("INR") ? 1 : 0);
    require(rupees > 0, "rupees", "what one " + currency + " is in rupees");
    return new ModelTable(currency, rupees, entries);
  }

  /** A provider's models; empty where the table has none. */
  public Map<ModelRole, ModelEntry> of(String provider) {
    Map<ModelRole, ModelEntry> models = new EnumMap<>(ModelRole.class);
    entries.stream()
        .filter(entry -> entry.provider().equals(provider))
        .forEach(entry -> models.put(entry.role(), entry));
    return models;
  }

  private static ModelEntry entry(JsonNode node, String at) {
    String role = text(node, "role", at + ".role");
    require(
        role.equals("large") || role.equals("small"), at + ".role", "large or small, not " + role);
    JsonNode prices = node.path("prices");
    return new ModelEntry(
        text(node, "provider", at + ".provider"),
        text(node, "name", at + ".name"),
        ModelRole.valueOf(role.toUpperCase(Locale.ROOT)),
        whole(node, "context_tokens", at, 1),
        (int) Math.min(Integer.MAX_VALUE, whole(node, "max_output_tokens", at, 1)),
        node.path("images").asBoolean(false),
        new ModelPrices(
            whole(prices, "input", at + ".prices", 0),
            whole(prices, "output", at + ".prices", 0),
            whole(prices, "cache_write", at + ".prices", 0),
            whole(prices, "cache_read", at + ".prices", 0)));
  }

  private static String text(JsonNode node, String name, String at) {
    require(node.path(name).isTextual() && !node.path(name).asText().isBlank(), at, "a text");
    return node.path(name).asText();
  }

  private static long whole(JsonNode node, String name, String at, long least) {
    JsonNode number = node.path(name);
    require(
        number.canConvertToLong() && number.isIntegralNumber() && number.longValue() >= least,
        at + "." + name,
        "a whole number of at least " + least);
    return number.longValue();
  }

  private static void require(boolean holds, String at, String what) {
    if (!holds) {
      throw new IllegalArgumentException(at + " must be " + what);
    }
  }
}

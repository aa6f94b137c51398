package ai.bharatbuild.config;

import io.vertx.config.ConfigRetriever;
import io.vertx.config.ConfigRetrieverOptions;
import io.vertx.config.ConfigStoreOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Collects settings: defaults, then {@code conf/config.json} (another file by the system property
 * or variable {@code BHARATBUILD_CONF}), then system properties, then the environment, which wins.
 */
public final class SettingsLoader {
  private static final String FILE_VARIABLE = "BHARATBUILD_CONF";
  private static final String FILE = "conf/config.json";

  private SettingsLoader() {}

  /** Fails with {@link InvalidSettingException} when a value cannot be used. */
  public static Future<Settings> load(Vertx vertx) {
    String named = System.getProperty(FILE_VARIABLE, System.getenv(FILE_VARIABLE));
    ConfigStoreOptions file =
        new ConfigStoreOptions()
            .setType("file")
            .setFormat("json")
            .setOptional(named == null)
            .setConfig(new JsonObject().put("path", named == null ? FILE : named));
    ConfigRetriever retriever =
        ConfigRetriever.create(
            vertx,
            new ConfigRetrieverOptions()
                .setIncludeDefaultStores(false)
                .addStore(file)
                .addStore(
                    new ConfigStoreOptions()
                        .setType("sys")
                        .setConfig(new JsonObject().put("raw-data", true)))
                .addStore(environment()));
    return retriever.getConfig().eventually(retriever::close).map(SettingsLoader::of);
  }

  /**
   * Settings from values by name: the table's environment names, its property names, or sections as
   * in the file; the first beats the second beats the third.
   */
  public static Settings of(JsonObject values) {
    return SettingsReader.read(merge(values));
  }

  private static ConfigStoreOptions environment() {
    JsonArray names = new JsonArray();
    Arrays.stream(Key.values()).forEach(key -> names.add(key.env));
    return new ConfigStoreOptions()
        .setType("env")
        .setConfig(new JsonObject().put("raw-data", true).put("keys", names));
  }

  /** Values by key; the later source of a value wins. */
  static Map<Key, String> merge(JsonObject found) {
    Map<Key, String> values = new HashMap<>();
    for (Key key : Key.values()) {
      String value = inFile(found, key.property);
      value = found.getValue(key.property) == null ? value : text(found.getValue(key.property));
      value = found.getValue(key.env) == null ? value : text(found.getValue(key.env));
      values.put(key, value == null ? key.fallback : value);
    }
    return values;
  }

  private static String inFile(JsonObject found, String property) {
    String[] parts = property.split("\\.", 2);
    return found.getValue(parts[0]) instanceof JsonObject section
        ? text(section.getValue(parts[1]))
        : null;
  }

  private static String text(Object value) {
    return switch (value) {
      case null -> null;
      case JsonArray list -> list.stream().map(Object::toString).collect(Collectors.joining(","));
      default -> value.toString();
    };
  }
}

package ai.bharatbuild.agents.documents;

import ai.bharatbuild.agents.documents.facts.Facts;
import ai.bharatbuild.json.Json;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the documents of one generation rest on, for programs: requirements with their traces,
 * drift, and the ids that the next generation goes on with.
 */
final class Traceability {
  static final String TYPE = "traceability";
  static final String MIME = "application/json";

  /** Far more than it ever has. */
  static final long MOST_BYTES = 8L << 20;

  private Traceability() {}

  static Buffer write(Facts facts) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("format", 1);
    all.put("at", facts.at());
    all.put("verified", facts.verified());
    all.put("requirements", facts.requirements());
    all.put("drift", facts.drift());
    all.put("ids", facts.ids());
    return Json.encode(all);
  }

  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Kept(Map<String, String> ids) {}

  /** The ids; none where the file is not what it should be, since users may keep files, too. */
  static Map<String, String> ids(Buffer file) {
    try {
      Kept kept = Json.MAPPER.readValue(file.getBytes(), Kept.class);
      if (kept == null || kept.ids() == null) {
        return Map.of();
      }
      Map<String, String> ids = new LinkedHashMap<>();
      kept.ids()
          .forEach(
              (key, id) -> {
                if (id != null && id.matches("REQ-\\d{3,8}") && key.length() <= 300) {
                  ids.put(key, id);
                }
              });
      return ids;
    } catch (IOException e) {
      return Map.of();
    }
  }
}

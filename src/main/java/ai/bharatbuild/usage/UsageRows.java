package ai.bharatbuild.usage;

import ai.bharatbuild.usage.UsageRecord.Kind;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Turns usage into rows: calls of one caller that differ in nothing but their moment, their request
 * and their time share one. The same list always gives the same rows with the same ids, so that
 * writing it again does no harm.
 */
final class UsageRows {
  private UsageRows() {}

  /** What calls of one row have in common. */
  private record Alike(
      LocalDate day,
      UUID user,
      UUID key,
      UUID project,
      String method,
      String endpoint,
      String address,
      Integer status) {
    static Alike of(UsageRecord call) {
      return new Alike(
          LocalDate.ofInstant(call.at(), ZoneOffset.UTC),
          call.userId(),
          call.apiKeyId(),
          call.projectId(),
          call.method(),
          call.endpoint(),
          call.address(),
          call.status());
    }
  }

  static JsonArray of(List<UsageRecord> usage) {
    JsonArray rows = new JsonArray();
    Map<Alike, List<UsageRecord>> together = new LinkedHashMap<>();
    for (UsageRecord each : usage) {
      if (each.kind() == Kind.CALL) {
        together.computeIfAbsent(Alike.of(each), alike -> new ArrayList<>()).add(each);
      } else {
        rows.add(row(each));
      }
    }
    together.values().forEach(calls -> rows.add(row(calls)));
    return rows;
  }

  private static JsonObject row(List<UsageRecord> calls) {
    if (calls.size() == 1) {
      return row(calls.getFirst());
    }
    Instant newest = calls.stream().map(UsageRecord::at).max(Comparator.naturalOrder()).get();
    return row(calls.getFirst())
        .put("at", newest.toString())
        .put("request_id", null)
        .put("calls", calls.size())
        .put("ms", null)
        .put("each_request_id", list(calls, UsageRecord::requestId))
        .put("each_before_us", list(calls, call -> ChronoUnit.MICROS.between(call.at(), newest)))
        .put("each_ms", list(calls, UsageRecord::ms));
  }

  /** None of what is listed has a comma. */
  private static String list(List<UsageRecord> calls, Function<UsageRecord, Object> member) {
    return calls.stream().map(member).map(String::valueOf).collect(Collectors.joining(","));
  }

  private static JsonObject row(UsageRecord row) {
    return new JsonObject()
        .put("id", row.id().toString())
        .put("at", row.at().toString())
        .put("kind", row.kind().text())
        .put("user_id", text(row.userId()))
        .put("api_key_id", text(row.apiKeyId()))
        .put("project_id", text(row.projectId()))
        .put("request_id", row.requestId())
        .put("agent", row.agent())
        .put("model", row.model())
        .put("method", row.method())
        .put("endpoint", row.endpoint())
        .put("address", row.address())
        .put("status", row.status())
        .put("ms", row.ms())
        .put("input_tokens", row.tokens().input())
        .put("output_tokens", row.tokens().output())
        .put("cache_write_tokens", row.tokens().cacheWrite())
        .put("cache_read_tokens", row.tokens().cacheRead())
        .put("cost_micros", row.costMicros())
        .put("calls", 1);
  }

  private static String text(Object id) {
    return id == null ? null : id.toString();
  }
}

package ai.bharatbuild.sandbox.docker;

import ai.bharatbuild.sandbox.SandboxGoneException;
import ai.bharatbuild.sandbox.SandboxStats;
import io.vertx.core.json.JsonObject;

/** Reads the engine's counters of a container. */
final class StatsView {
  private static final JsonObject NONE = new JsonObject();

  private StatsView() {}

  static SandboxStats of(JsonObject stats) {
    JsonObject memory = stats.getJsonObject("memory_stats", NONE);
    if (!memory.containsKey("usage")) {
      throw new SandboxGoneException("The sandbox is not running.");
    }
    return new SandboxStats(
        stats.getJsonObject("cpu_stats").getJsonObject("cpu_usage").getLong("total_usage", 0L),
        Math.max(0, memory.getLong("usage") - pageCache(memory)),
        memory.getLong("limit", 0L),
        stats.getJsonObject("pids_stats", NONE).getInteger("current", 0));
  }

  /** Named differently by the two versions of control groups. */
  private static long pageCache(JsonObject memory) {
    JsonObject details = memory.getJsonObject("stats", NONE);
    return details.getLong("total_inactive_file", details.getLong("inactive_file", 0L));
  }
}

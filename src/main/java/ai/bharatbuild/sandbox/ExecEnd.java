package ai.bharatbuild.sandbox;

import ai.bharatbuild.sandbox.ExitReport.Cause;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * How an exec ended, in the words of the API.
 *
 * @param code null where there is none to tell
 */
record ExecEnd(Instant at, Integer code, Boolean success, String cause) {
  /** Ends after which no exit code is told, even when the killed command left one. */
  private static final Set<Cause> WITHOUT_CODE =
      Set.of(Cause.TIMEOUT, Cause.CPU_LIMIT, Cause.CANCELLED, Cause.LOST, Cause.OUTPUT_LIMIT);

  private static final int SIGNAL_BASE = 128;

  static ExecEnd of(ExitReport report) {
    Integer code = codeOf(report);
    boolean success = code != null && code == 0 && report.cause() == Cause.EXITED;
    return new ExecEnd(now(), code, success, report.cause().id());
  }

  /** From the event that was the last of a log. */
  static ExecEnd of(JsonNode exit) {
    return new ExecEnd(
        now(),
        exit.path("data").isInt() ? Integer.valueOf(exit.path("data").intValue()) : null,
        exit.path("success").asBoolean(false),
        exit.path("cause").asText(Cause.LOST.id()));
  }

  /** From a record; null when that is of an exec that had not ended. */
  static ExecEnd of(ExecRecord kept) {
    return kept.endedAt() == null
        ? null
        : new ExecEnd(kept.endedAt(), kept.data(), kept.success(), kept.cause());
  }

  /** Adds what the exit event says beside its code. */
  void describe(Map<String, Object> exit, ExitReport report) {
    exit.put("success", success);
    exit.put("cause", cause);
    exit.put("signal", report.signal() == null ? null : Signals.name(report.signal()));
    exit.put("duration_ms", report.durationMs());
    // In this order always: another server may have to write the same event again.
    Map<String, Object> usage = new LinkedHashMap<>();
    usage.put("cpu_ms", report.cpuMs());
    usage.put("max_memory_bytes", report.maxMemoryBytes());
    exit.put("usage", usage);
  }

  static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS);
  }

  private static Integer codeOf(ExitReport report) {
    if (WITHOUT_CODE.contains(report.cause())) {
      return null;
    }
    return report.signal() == null ? report.code() : Integer.valueOf(SIGNAL_BASE + report.signal());
  }
}

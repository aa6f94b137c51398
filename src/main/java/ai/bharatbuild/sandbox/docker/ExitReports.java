package ai.bharatbuild.sandbox.docker;

import ai.bharatbuild.sandbox.ExitReport;
import ai.bharatbuild.sandbox.ExitReport.Cause;
import io.vertx.core.buffer.Buffer;
import java.util.HashMap;
import java.util.Map;

/** Makes the port's report out of the agent's last frame. */
final class ExitReports {
  private ExitReports() {}

  /** For an exec whose end was not seen. */
  static ExitReport lost(long durationMs) {
    return new ExitReport(null, null, Cause.LOST, durationMs, 0, 0);
  }

  /** For a command that could not be started. */
  static ExitReport notStarted(int code) {
    return new ExitReport(code, null, Cause.EXITED, 0, 0, 0);
  }

  /** For a command that found no room for one more process. */
  static ExitReport noRoom(int code) {
    return new ExitReport(code, null, Cause.PIDS_LIMIT, 0, 0, 0);
  }

  static ExitReport parse(Buffer payload) {
    Map<String, String> fields = fields(payload);
    try {
      Integer code = number(fields, "code");
      Integer signal = number(fields, "signal");
      return new ExitReport(
          code,
          signal,
          cause(fields, signal != null || code == null || code != 0),
          Long.parseLong(fields.get("duration_ms")),
          Long.parseLong(fields.get("cpu_ms")),
          Long.parseLong(fields.get("max_memory_bytes")));
    } catch (IllegalArgumentException | NullPointerException e) {
      throw new ProtocolException("bad exit report " + fields);
    }
  }

  /** The exit status of a question's answer; null when it says none. */
  static Integer code(Buffer payload) {
    try {
      return Integer.valueOf(fields(payload).getOrDefault("code", ""));
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /**
   * What the agent did itself comes first: it knows why it killed. A limit that was met is the
   * cause only of a failure, because a command may have coped with it.
   */
  private static Cause cause(Map<String, String> fields, boolean failed) {
    Cause observed = Cause.valueOf(fields.get("cause").toUpperCase(java.util.Locale.ROOT));
    boolean own = observed == Cause.EXITED || observed == Cause.SIGNALLED;
    if (!own || !failed) {
      return observed;
    }
    if (isSet(fields, "oom")) {
      return Cause.OOM;
    }
    if (isSet(fields, "disk_limit") || isSet(fields, "disk_full")) {
      return Cause.DISK_LIMIT;
    }
    return isSet(fields, "pids_limit") ? Cause.PIDS_LIMIT : observed;
  }

  private static boolean isSet(Map<String, String> fields, String key) {
    return "1".equals(fields.get(key));
  }

  private static Integer number(Map<String, String> fields, String key) {
    String value = fields.get(key);
    return value.isEmpty() ? null : Integer.valueOf(value);
  }

  private static Map<String, String> fields(Buffer payload) {
    Map<String, String> fields = new HashMap<>();
    for (String field : payload.toString().split("\0")) {
      int equals = field.indexOf('=');
      if (equals > 0) {
        fields.put(field.substring(0, equals), field.substring(equals + 1));
      }
    }
    return fields;
  }
}

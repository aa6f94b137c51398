package ai.bharatbuild.sandbox;

import ai.bharatbuild.json.Json;
import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.sandbox.ExitReport.Cause;
import ai.bharatbuild.sandbox.log.EventLog;
import ai.bharatbuild.sandbox.log.OutputEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One exec of a container: writes what the command does into its event log and keeps how it ended.
 * Confined to its verticle's context.
 */
final class Exec implements ExecListener {
  /** Ends after which no exit code is told, even when the killed command left one. */
  private static final Set<Cause> WITHOUT_CODE =
      Set.of(Cause.TIMEOUT, Cause.CANCELLED, Cause.LOST, Cause.OUTPUT_LIMIT);

  private static final int SIGNAL_BASE = 128;

  final String execId;
  final String command;
  final Instant startedAt;
  final boolean bounded;
  private final boolean stdin;
  private final String tag;
  private final OutputEncoder[] encoders = new OutputEncoder[2];
  private final Promise<Void> over = Promise.promise();
  private EventLog log;
  private ExecSession session;
  private boolean inputClosed;
  private Runnable onUse = () -> {};
  private Instant endedAt;
  private Integer code;
  private Boolean success;
  private String cause;

  /** An exec about to run. */
  Exec(String execId, ExecRequest request, boolean tagged, EventLog log) {
    this.execId = execId;
    this.command = request.command();
    this.startedAt = now();
    this.bounded = request.timeout() > 0;
    this.stdin = request.stdin();
    this.tag = tagged ? execId : null;
    this.log = log;
    encoders[Stream.STDOUT.ordinal()] = encoder("stdout");
    encoders[Stream.STDERR.ordinal()] = encoder("stderr");
  }

  /** An exec of an earlier server; its log is opened when somebody asks for it. */
  Exec(SandboxStore.ExecRecord kept) {
    this.execId = kept.execId();
    this.command = kept.command();
    this.startedAt = kept.startedAt();
    this.bounded = true;
    this.stdin = false;
    this.tag = null;
    this.endedAt = kept.endedAt();
    this.code = kept.data();
    this.success = kept.success();
    this.cause = kept.cause();
    if (endedAt != null) {
      over.complete();
    }
  }

  private OutputEncoder encoder(String type) {
    return tag == null
        ? new OutputEncoder(type, log::append)
        : new OutputEncoder(type, tag, log::append);
  }

  void begin(List<?> advice, Runnable onUse) {
    this.onUse = onUse;
    Map<String, Object> status = event("status", "running");
    status.put("exec_id", execId);
    status.put("advice", advice);
    append(status);
  }

  void attach(ExecSession session) {
    this.session = session;
    log.drainHandler(session::resume);
  }

  EventLog log() {
    return log;
  }

  void log(EventLog opened) {
    this.log = opened;
  }

  boolean running() {
    return endedAt == null;
  }

  /** Completes when the exec has ended and its end is in the log. */
  Future<Void> over() {
    return over.future();
  }

  ExecView view() {
    return new ExecView(
        execId,
        command,
        running() ? "running" : "ended",
        startedAt,
        endedAt,
        code,
        success,
        cause,
        log == null ? 0 : log.lastId());
  }

  SandboxStore.ExecRecord record() {
    return new SandboxStore.ExecRecord(execId, command, startedAt, endedAt, code, success, cause);
  }

  Future<Void> write(Buffer bytes, boolean eof) {
    if (!stdin || inputClosed || !running() || session == null) {
      return Future.failedFuture(
          ApiException.conflict("stdin_closed", "The exec takes no input: " + whyNoInput() + "."));
    }
    inputClosed = eof;
    Future<Void> written = bytes.length() == 0 ? Future.succeededFuture() : session.write(bytes);
    return written
        .compose(v -> eof ? session.closeStdin() : Future.succeededFuture())
        .recover(
            e ->
                e instanceof IllegalStateException
                    ? Future.failedFuture(
                        ApiException.conflict(
                            "stdin_closed", "The exec takes no input: " + whyNoInput() + "."))
                    : Future.failedFuture(e));
  }

  private String whyNoInput() {
    if (!running()) {
      return "it has ended";
    }
    return stdin ? "its input was closed" : "start it with stdin: true";
  }

  Future<Void> signal(int number) {
    return running() && session != null
        ? session.signal(number)
        : Future.failedFuture(ApiException.conflict("exec_ended", "The exec has ended."));
  }

  void cancel() {
    if (running() && session != null) {
      session.cancel();
    }
  }

  @Override
  public void started(long pid) {}

  @Override
  public void output(Stream stream, Buffer bytes) {
    encoders[stream.ordinal()].write(bytes);
    onUse.run();
    if (log.writeQueueFull()) {
      session.pause();
    }
  }

  @Override
  public void failed(String message) {
    append(event("error", message));
  }

  @Override
  public void ended(ExitReport report) {
    if (!running()) {
      return;
    }
    for (OutputEncoder encoder : encoders) {
      encoder.flush();
    }
    finish(report);
  }

  /** Ends the log of an exec whose end nobody saw. */
  Void lost(String why) {
    append(event("error", why));
    finish(new ExitReport(null, null, Cause.LOST, 0, 0, 0));
    return null;
  }

  /** Takes the end from the log's last event, where the server died before it noted it. */
  Void endedWith(JsonNode exit) {
    endedAt = now();
    cause = exit.path("cause").asText(Cause.LOST.id());
    code = exit.path("data").isInt() ? Integer.valueOf(exit.path("data").intValue()) : null;
    success = exit.path("success").asBoolean(false);
    over.tryComplete();
    return null;
  }

  private void finish(ExitReport report) {
    endedAt = now();
    cause = report.cause().id();
    code = codeOf(report);
    success = code != null && code == 0 && report.cause() == Cause.EXITED;
    Map<String, Object> exit = event("exit", code);
    exit.put("success", success);
    exit.put("cause", cause);
    exit.put("signal", report.signal() == null ? null : Signals.name(report.signal()));
    exit.put("duration_ms", report.durationMs());
    exit.put(
        "usage", Map.of("cpu_ms", report.cpuMs(), "max_memory_bytes", report.maxMemoryBytes()));
    log.end(Json.encode(exit), 0).onComplete(v -> over.tryComplete());
  }

  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS);
  }

  private static Integer codeOf(ExitReport report) {
    if (WITHOUT_CODE.contains(report.cause())) {
      return null;
    }
    return report.signal() == null ? report.code() : Integer.valueOf(SIGNAL_BASE + report.signal());
  }

  private void append(Map<String, Object> event) {
    log.append(Json.encode(event), 0);
  }

  private Map<String, Object> event(String type, Object data) {
    Map<String, Object> event = new LinkedHashMap<>();
    event.put("type", type);
    event.put("data", data);
    if (tag != null) {
      event.put("exec_id", tag);
    }
    return event;
  }
}

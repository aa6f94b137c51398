package ai.bharatbuild.sandbox;

import ai.bharatbuild.json.Json;
import ai.bharatbuild.log.EventLog;
import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.sandbox.ExitReport.Cause;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One exec of a container: writes what the command does into its event log and keeps how it ended.
 * Confined to its verticle's context.
 */
final class Exec implements ExecListener {
  private static final ExitReport LOST = new ExitReport(null, null, Cause.LOST, 0, 0, 0);

  final String execId;
  final String command;
  final Instant startedAt;
  final long timeout;
  private final ExecInput input;
  private final String tag;
  private final Promise<Void> over = Promise.promise();
  private final Promise<Void> ready = Promise.promise();
  private EventLog log;
  private OutputWriter output;

  /** Readers wait until this many pieces of output are in the log again; see {@link #resume}. */
  private long readyAt;

  private boolean readyWithEnd;
  private ExecSession session;
  private long counted;
  private Future<Void> keeping = Future.succeededFuture();
  private Runnable onUse = () -> {};
  private ExecEnd end;

  /** An exec about to run. */
  Exec(String execId, ExecRequest request, boolean tagged, EventLog log) {
    this.execId = execId;
    this.command = request.command();
    this.startedAt = ExecEnd.now();
    this.timeout = request.timeout();
    this.input = new ExecInput(request.stdin(), false, this::running);
    this.tag = tagged ? execId : null;
    this.log = log;
    ready.complete();
  }

  /** An exec of an earlier server; its log is opened later. */
  Exec(ExecRecord kept) {
    this.execId = kept.execId();
    this.command = kept.command();
    this.startedAt = kept.startedAt();
    this.timeout = kept.timeout();
    this.input = new ExecInput(kept.stdin(), kept.inputClosed(), this::running);
    this.tag = kept.tagged() ? execId : null;
    this.end = ExecEnd.of(kept);
    if (end != null) {
      over.complete();
      ready.complete();
    }
  }

  /** Whether a time limit ends the command. */
  boolean bounded() {
    return timeout > 0;
  }

  /** Writes the first event, unless an earlier server did. */
  void begin(List<?> advice, Runnable use) {
    onUse = use;
    if (log.lastId() == 0) {
      Map<String, Object> status = event("status", "running");
      status.put("exec_id", execId);
      status.put("advice", advice);
      append(status);
    }
    output = new OutputWriter(log, tag);
  }

  /**
   * Where to go on with the command that an earlier server started, or null when the log lacks what
   * was before. Readers are to wait until {@link #ready}: they may have seen events that are not in
   * the log yet, and come again as soon as what the sandbox holds was read.
   */
  Resumption resume(HeldExec held) {
    readyAt = held.outputs();
    readyWithEnd = !held.running();
    readyIfCaughtUp();
    return output.intact()
        ? new Resumption(execId, output.pieces(), Duration.ofSeconds(timeout), input.taken(), false)
        : null;
  }

  /** Completes when the log has everything that a reader may have been given before. */
  Future<Void> ready() {
    return ready.future();
  }

  private void readyIfCaughtUp() {
    if (!readyWithEnd && output.pieces() >= readyAt) {
      ready.tryComplete();
    }
  }

  void attach(ExecSession begun) {
    session = begun;
    log.drainHandler(begun::resume);
    log.safeHandler(begun::acknowledge);
    input.attach(begun);
  }

  /** Lets go of a command that goes on, because the server stops. */
  void detach() {
    if (session != null) {
      session.detach();
    }
  }

  /** Takes note of how much of the disk the log has, now that it will not grow any more. */
  long countBytes() {
    counted = log.diskBytes();
    return counted;
  }

  /** What was counted, or 0. */
  long countedBytes() {
    return counted;
  }

  EventLog log() {
    return log;
  }

  void log(EventLog opened) {
    this.log = opened;
  }

  boolean running() {
    return end == null;
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
        running() ? null : end.at(),
        running() ? null : end.code(),
        running() ? null : end.success(),
        running() ? null : end.cause(),
        log == null ? 0 : log.lastId());
  }

  /**
   * Writes the record as it will be then, after the writes before it, whether they succeeded or
   * not.
   */
  Future<Void> keep(Function<ExecRecord, Future<Void>> write) {
    keeping = keeping.transform(before -> write.apply(record()));
    return keeping;
  }

  /** Completes when no write of the record is under way. */
  Future<Void> kept() {
    return keeping;
  }

  private ExecRecord record() {
    return new ExecRecord(
        execId,
        command,
        startedAt,
        timeout,
        input.taken(),
        input.closed(),
        tag != null,
        running() ? null : end.at(),
        running() ? null : end.code(),
        running() ? null : end.success(),
        running() ? null : end.cause());
  }

  /**
   * Writes to the command's input.
   *
   * @param keep saves the record before the input is closed, so that no server closes it again
   */
  Future<Void> write(Buffer bytes, boolean eof, Supplier<Future<Void>> keep) {
    return input.write(session, bytes, eof, keep);
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
    output.write(stream, bytes);
    readyIfCaughtUp();
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
    output.flush();
    finish(report);
  }

  /** Ends the log of an exec whose end nobody saw. */
  Void lost(String why) {
    append(event("error", why));
    finish(LOST);
    return null;
  }

  /** Nothing can be told of an exec whose log cannot be read. */
  void unknown() {
    end = end == null ? ExecEnd.of(LOST) : end;
    ready.tryComplete();
    over.tryComplete();
  }

  /** Takes the end from the log's last event, where the server died before it noted it. */
  Void endedWith(JsonNode exit) {
    end = ExecEnd.of(exit);
    ready.tryComplete();
    over.tryComplete();
    return null;
  }

  private void finish(ExitReport report) {
    end = ExecEnd.of(report);
    Map<String, Object> exit = event("exit", end.code());
    end.describe(exit, report);
    log.end(Json.encode(exit), 0).onComplete(v -> ended());
    ready.tryComplete();
  }

  private void ended() {
    if (session != null) {
      session.release();
    }
    over.tryComplete();
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

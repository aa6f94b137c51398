package ai.bharatbuild.sandbox;

import ai.bharatbuild.log.Checkpoint;
import ai.bharatbuild.log.EventLog;
import ai.bharatbuild.log.OutputEncoder;
import ai.bharatbuild.sandbox.ExecListener.Stream;
import io.vertx.core.buffer.Buffer;

/**
 * Writes the output of a command into its log as events, piece by piece, so that a later server can
 * go on exactly where this one was: the same pieces make the same events with the same ids. Those
 * that the log has already are not written again. Used on the log's context.
 */
final class OutputWriter {
  private final EventLog log;
  private final OutputEncoder stdout;
  private final OutputEncoder stderr;

  /** The last event that the pieces so far made; the log may have later ones. */
  private long eventId;

  private long pieces;

  /**
   * Goes on from the log's checkpoint; without one from its first event, before any output.
   *
   * @param tag the exec id that each event names, or null for none
   */
  OutputWriter(EventLog log, String tag) {
    this.log = log;
    this.stdout = encoder("stdout", tag);
    this.stderr = encoder("stderr", tag);
    Checkpoint from = log.checkpoint();
    if (from == null) {
      eventId = 1;
    } else {
      eventId = from.lastId();
      pieces = from.inputs();
      stdout.restore(from.stdout());
      stderr.restore(from.stderr());
    }
  }

  private OutputEncoder encoder(String type, String tag) {
    return tag == null
        ? new OutputEncoder(type, this::event)
        : new OutputEncoder(type, tag, this::event);
  }

  /** How many pieces were written, by earlier servers too. */
  long pieces() {
    return pieces;
  }

  /** Whether the log has what is needed to go on; not so when events were lost with a full disk. */
  boolean intact() {
    return log.lastId() >= eventId;
  }

  void write(Stream stream, Buffer piece) {
    (stream == Stream.STDOUT ? stdout : stderr).write(piece);
    pieces++;
    log.checkpoint(new Checkpoint(pieces, eventId, stdout.held(), stderr.held()));
  }

  /** Writes what was held back as the beginning of a character. */
  void flush() {
    stdout.flush();
    stderr.flush();
  }

  private void event(byte[] json, int offset, int length, int rawBytes) {
    eventId++;
    if (eventId > log.lastId()) {
      log.append(json, offset, length, rawBytes);
    }
  }
}

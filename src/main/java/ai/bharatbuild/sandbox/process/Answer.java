package ai.bharatbuild.sandbox.process;

import ai.bharatbuild.sandbox.ExitReport;
import ai.bharatbuild.sandbox.OneShotResult;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.parsetools.RecordParser;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Collects what the launcher sends about one command. Holds no more than the command may write and
 * one frame, whatever comes.
 */
final class Answer implements Handler<Buffer> {
  private static final int HEADER = 5;
  private static final int LONGEST = 65_536;

  /** Called once, with either the result or a sentence on what went wrong. */
  interface Listener {
    void finished(OneShotResult result);

    void failed(String sentence);
  }

  private final long maxOutput;
  private final Listener listener;
  private final Buffer stdout = Buffer.buffer();
  private final Buffer stderr = Buffer.buffer();
  private final RecordParser parser = RecordParser.newFixed(HEADER);
  private char type;
  private boolean inPayload;
  private boolean over;

  Answer(long maxOutput, Listener listener) {
    this.maxOutput = maxOutput;
    this.listener = listener;
    parser.handler(this::piece);
  }

  @Override
  public void handle(Buffer bytes) {
    if (!over) {
      parser.handle(bytes);
    }
  }

  private void piece(Buffer bytes) {
    if (over) {
      return;
    }
    if (inPayload) {
      inPayload = false;
      parser.fixedSizeMode(HEADER);
      payload(bytes);
      return;
    }
    type = (char) bytes.getByte(0);
    int length = bytes.getInt(1);
    if (length < 1 || length > LONGEST) {
      fail("a frame of " + length + " bytes");
      return;
    }
    inPayload = true;
    parser.fixedSizeMode(length);
  }

  private void payload(Buffer bytes) {
    switch (type) {
      case '1' -> output(stdout, bytes);
      case '2' -> output(stderr, bytes);
      case 'X' -> report(bytes);
      case 'E' -> fail(bytes.toString());
      default -> fail("a frame of unknown type");
    }
  }

  private void output(Buffer stream, Buffer bytes) {
    if ((long) stdout.length() + stderr.length() + bytes.length() > maxOutput) {
      fail("more output than allowed");
    } else {
      stream.appendBuffer(bytes);
    }
  }

  private void fail(String sentence) {
    over = true;
    listener.failed(sentence);
  }

  private void report(Buffer bytes) {
    Map<String, String> fields = new HashMap<>();
    for (String entry : bytes.toString(StandardCharsets.US_ASCII).split("\0")) {
      int equals = entry.indexOf('=');
      if (equals > 0) {
        fields.put(entry.substring(0, equals), entry.substring(equals + 1));
      }
    }
    OneShotResult result;
    try {
      result = result(fields);
    } catch (IllegalArgumentException e) {
      fail("a report that makes no sense");
      return;
    }
    over = true;
    listener.finished(result);
  }

  private OneShotResult result(Map<String, String> fields) {
    String truncated = fields.getOrDefault("truncated", "");
    ExitReport exit =
        new ExitReport(
            number(fields.get("code")),
            number(fields.get("signal")),
            ExitReport.Cause.valueOf(fields.getOrDefault("cause", "none").toUpperCase(Locale.ROOT)),
            Long.parseLong(fields.getOrDefault("duration_ms", "")),
            Long.parseLong(fields.getOrDefault("cpu_ms", "")),
            Long.parseLong(fields.getOrDefault("max_memory_bytes", "")));
    return new OneShotResult(
        stdout, stderr, truncated.contains("1"), truncated.contains("2"), exit);
  }

  private static Integer number(String text) {
    return text == null || text.isEmpty() ? null : Integer.valueOf(text);
  }

  /** What was written so far, for a command that was given up. */
  OneShotResult cancelled() {
    over = true;
    return new OneShotResult(stdout, stderr, false, false, CANCELLED);
  }

  private static final ExitReport CANCELLED =
      new ExitReport(null, null, ExitReport.Cause.CANCELLED, 0, 0, 0);
}

package ai.bharatbuild.sandbox;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;

/** Keeps all that a command writes, up to a number of bytes. Used on one context. */
final class Collector implements ExecListener {
  private final long maxOutput;
  private final Promise<OneShotResult> result = Promise.promise();
  private final Buffer stdout = Buffer.buffer();
  private final Buffer stderr = Buffer.buffer();

  Collector(long maxOutput) {
    this.maxOutput = maxOutput;
  }

  /** Fails when the command's end was not seen. */
  Future<OneShotResult> result() {
    return result.future();
  }

  /** What was written until the command's end went unseen. */
  OneShotResult until(ExitReport report) {
    return new OneShotResult(stdout, stderr, false, false, report);
  }

  /** The sandbox ended, and the command with it. */
  void sandboxEnded() {
    result.tryFail(
        new RuntimeUnavailableException("The sandbox ended before its command did.", null));
  }

  @Override
  public void started(long pid) {
    // Nobody asks for it.
  }

  @Override
  public void output(Stream stream, Buffer bytes) {
    long room = maxOutput - stdout.length() - stderr.length();
    Buffer kept = bytes.length() <= room ? bytes : bytes.slice(0, (int) room);
    (stream == Stream.STDOUT ? stdout : stderr).appendBuffer(kept);
  }

  @Override
  public void failed(String message) {
    output(Stream.STDERR, Buffer.buffer(message + "\n"));
  }

  @Override
  public void ended(ExitReport report) {
    if (report.cause() == ExitReport.Cause.LOST) {
      sandboxEnded();
      return;
    }
    boolean cut = report.cause() == ExitReport.Cause.OUTPUT_LIMIT;
    result.tryComplete(new OneShotResult(stdout, stderr, cut, cut, report));
  }
}

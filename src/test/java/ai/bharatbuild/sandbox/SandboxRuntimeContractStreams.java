package ai.bharatbuild.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.sandbox.ExitReport.Cause;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every runtime does with much output and with readers that cannot keep up. */
public abstract class SandboxRuntimeContractStreams extends SandboxRuntimeContractHarness {
  private static final long MUCH = 100_000_000;

  @Test
  void deliversMuchOutputIntactToAReaderThatPauses() throws Exception {
    String make =
        "openssl enc -aes-128-ctr -pass pass:x -nosalt </dev/zero 2>/dev/null | head -c " + MUCH;
    String expected = output(make + " | sha256sum | cut -d ' ' -f 1");
    Digesting reader = new Digesting(Duration.ofMillis(5), 8_000_000);
    reader.start(timeout(shell(make), Duration.ofMinutes(2)));
    ExitReport report = reader.ended.get(120, TimeUnit.SECONDS);
    assertThat(report.code()).isZero();
    assertThat(reader.bytes).isEqualTo(MUCH);
    assertThat(reader.digest()).isEqualTo(expected);
  }

  @Test
  void blocksACommandWhoseReaderPauses() throws Exception {
    Digesting reader = new Digesting(Duration.ZERO, Long.MAX_VALUE);
    reader.pauseAtOnce = true;
    reader.start(shell("head -c " + MUCH + " /dev/zero; echo done >/workspace/blocked"));
    // It writes until the buffers on the way are full and then waits, however long that takes.
    String state =
        output(
            "for i in $(seq 100); do pid=$(pgrep -x head); grep -q pipe /proc/$pid/wchan 2>/dev/null"
                + " && break; [ \"$(cut -d ' ' -f 3 /proc/$pid/stat)\" = S ] && break; sleep 0.1;"
                + " done; ls /workspace/blocked 2>&1");
    assertThat(state).contains("No such file");
    reader.context.runOnContext(v -> reader.session.resume());
    assertThat(reader.ended.get(60, TimeUnit.SECONDS).code()).isZero();
    assertThat(reader.bytes).isEqualTo(MUCH);
  }

  @Test
  void killsOnTimeAlsoWhenNobodyReads() throws Exception {
    Digesting reader = new Digesting(Duration.ZERO, Long.MAX_VALUE);
    reader.pauseAtOnce = true;
    reader.start(timeout(shell("exec yes timed-out"), Duration.ofMillis(500)));
    String left =
        output(
            "for i in $(seq 100); do pgrep -f 'yes timed-ou[t]' >/dev/null || break; sleep 0.1; done; pgrep -fc 'yes timed-ou[t]'");
    assertThat(left).isEqualTo("0");
    reader.context.runOnContext(v -> reader.session.resume());
    assertThat(reader.ended.get(60, TimeUnit.SECONDS).cause()).isEqualTo(Cause.TIMEOUT);
  }

  /** Keeps a digest of the output, and pauses for a while after so many bytes. */
  private final class Digesting implements ExecListener {
    private final Context context = vertx.getOrCreateContext();
    private final CompletableFuture<ExitReport> ended = new CompletableFuture<>();
    private final MessageDigest digest;
    private final Duration rest;
    private final long every;
    private boolean pauseAtOnce;
    private ExecSession session;
    private volatile long bytes;
    private long nextRest;

    Digesting(Duration rest, long every) throws NoSuchAlgorithmException {
      this.digest = MessageDigest.getInstance("SHA-256");
      this.rest = rest;
      this.every = every;
      this.nextRest = every;
    }

    void start(ExecSpec spec) {
      session =
          await(
              on(
                  context,
                  () ->
                      runtime
                          .exec(sandbox.handle(), spec, this)
                          .onSuccess(
                              begun -> {
                                session = begun;
                                if (pauseAtOnce) {
                                  begun.pause();
                                }
                              })));
    }

    String digest() {
      return HexFormat.of().formatHex(digest.digest());
    }

    @Override
    public void started(long pid) {}

    @Override
    public void output(Stream stream, Buffer chunk) {
      bytes += chunk.length();
      digest.update(chunk.getBytes());
      if (bytes >= nextRest) {
        nextRest += every;
        session.pause();
        vertx.setTimer(rest.toMillis(), id -> session.resume());
      }
    }

    @Override
    public void failed(String message) {
      ended.completeExceptionally(new AssertionError(message));
    }

    @Override
    public void ended(ExitReport report) {
      ended.complete(report);
    }
  }
}

package ai.bharatbuild.sandbox;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** Keeps what a command did, and fails on calls that the listener's contract rules out. */
public final class SandboxRuntimeContractRecorder implements ExecListener {
  private static final long PATIENCE_SECONDS = 60;

  private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
  private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
  private final CompletableFuture<Long> started = new CompletableFuture<>();
  private final CompletableFuture<ExitReport> ended = new CompletableFuture<>();
  private volatile String failure;
  private long pieces;
  ExecSession session;

  @Override
  public void started(long pid) {
    if (!started.complete(pid)) {
      ended.completeExceptionally(new AssertionError("started twice"));
    }
  }

  @Override
  public synchronized void output(Stream stream, Buffer bytes) {
    if (ended.isDone() || bytes.length() == 0) {
      ended.obtrudeException(new AssertionError("empty output, or output after the end"));
    }
    pieces++;
    (stream == Stream.STDOUT ? stdout : stderr).writeBytes(bytes.getBytes());
    notifyAll();
  }

  @Override
  public void failed(String message) {
    failure = message;
  }

  @Override
  public synchronized void ended(ExitReport report) {
    notifyAll();
    if (!ended.complete(report)) {
      ended.obtrudeException(new AssertionError("ended twice"));
    }
  }

  public ExitReport awaitEnd() {
    return get(ended);
  }

  public boolean hasEnded() {
    return ended.isDone();
  }

  public long awaitStart() {
    return get(started);
  }

  /** Waits until the output so far satisfies the condition. */
  public synchronized void awaitText(Predicate<String> condition) {
    await(() -> condition.test(text()));
  }

  /** Waits until there are more pieces of output than that, or the end. */
  public synchronized void awaitPieceAfter(long count) {
    await(() -> pieces > count || ended.isDone());
  }

  private synchronized void await(BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!condition.getAsBoolean()) {
      long ms = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (ms <= 0) {
        throw new AssertionError("no such output: " + text());
      }
      try {
        wait(ms);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** How many pieces of output came. */
  public synchronized long pieces() {
    return pieces;
  }

  public synchronized byte[] bytes() {
    return stdout.toByteArray();
  }

  public synchronized byte[] errorBytes() {
    return stderr.toByteArray();
  }

  public synchronized String text() {
    return stdout.toString(StandardCharsets.UTF_8);
  }

  public synchronized String errors() {
    return stderr.toString(StandardCharsets.UTF_8);
  }

  public String failure() {
    return failure;
  }

  public ExecSession session() {
    return session;
  }

  private static <T> T get(CompletableFuture<T> future) {
    try {
      return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}

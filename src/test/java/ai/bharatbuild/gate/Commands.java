package ai.bharatbuild.gate;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Runs programs on the host. */
final class Commands {
  /** The common pool has a single thread here, which one reader would take from another. */
  private static final Executor READERS = task -> Thread.ofVirtual().start(task);

  private Commands() {}

  /** Runs to the end; {@code timeout} is the cause when that takes longer than so many seconds. */
  static Result run(int seconds, List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).start();
    process.getOutputStream().close();
    CompletableFuture<String> output =
        CompletableFuture.supplyAsync(() -> read(process, true), READERS);
    CompletableFuture<String> errors =
        CompletableFuture.supplyAsync(() -> read(process, false), READERS);
    try {
      boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
      if (!ended) {
        process.destroyForcibly();
        return new Result(now(output), now(errors), null, "timeout");
      }
      return new Result(now(output), now(errors), process.exitValue(), "exited");
    } finally {
      process.destroyForcibly();
    }
  }

  /** What it prints; fails where the program fails. */
  static String output(String... command) throws IOException, InterruptedException {
    Result result = run(60, List.of(command));
    if (result.code() == null || result.code() != 0) {
      throw new IOException(String.join(" ", command) + ": " + result);
    }
    return result.stdout().strip();
  }

  // Something left in the background may hold the pipe open.
  private static String now(CompletableFuture<String> text) {
    return text.completeOnTimeout("", 2, TimeUnit.SECONDS).join();
  }

  private static String read(Process process, boolean output) {
    ByteArrayOutputStream seen = new ByteArrayOutputStream();
    try {
      (output ? process.getInputStream() : process.getErrorStream()).transferTo(seen);
    } catch (IOException e) {
      // Ended by force; what came until then is all there is.
    }
    return seen.toString(StandardCharsets.UTF_8);
  }
}

package ai.bharatbuild.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The built server in a process of its own, on a free port, with the flags of the start script. */
final class ServerProcess {
  private static final Pattern READY =
      Pattern.compile("BharatBuild is ready on http://127\\.0\\.0\\.1:(\\d+)");
  private static final int STOP_SECONDS = 60;

  private final Process process;
  private final int port;
  private final long beginNanos;
  private final long readyNanos;

  private ServerProcess(Process process, int port, long beginNanos, long readyNanos) {
    this.process = process;
    this.port = port;
    this.beginNanos = beginNanos;
    this.readyNanos = readyNanos;
  }

  /** Returns when the server says that it is ready. Its log goes to a file. */
  static ServerProcess start(Map<String, String> environment, Path log)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command());
    builder.environment().putAll(Map.of("PORT", "0", "METRICS_PORT", "-1", "HOST", "127.0.0.1"));
    builder.environment().putAll(environment);
    builder.redirectError(ProcessBuilder.Redirect.to(log.toFile()));
    long begun = System.nanoTime();
    Process process = builder.start();
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      Matcher ready = READY.matcher(line);
      if (ready.find()) {
        long now = System.nanoTime();
        Thread.ofPlatform().daemon().name("server-output").start(() -> drain(output));
        return new ServerProcess(process, Integer.parseInt(ready.group(1)), begun, now);
      }
    }
    throw new BenchFailure(
        "the server did not start (exit " + process.waitFor() + "): " + Files.readString(log));
  }

  private static List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("bench.java"));
    for (String flag : System.getProperty("bench.flags", "").split(" ")) {
      if (!flag.isEmpty()) {
        command.add(flag);
      }
    }
    command.add("-jar");
    command.add(System.getProperty("bench.jar"));
    return command;
  }

  // A full pipe would block the server.
  private static void drain(BufferedReader output) {
    try (output) {
      while (output.readLine() != null) {}
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return port;
  }

  long beginNanos() {
    return beginNanos;
  }

  /** From before the process was made to its ready line. */
  double readyMilliseconds() {
    return (readyNanos - beginNanos) / 1e6;
  }

  Duration cpu() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** Bytes of all objects that a full collection leaves. */
  long liveHeapBytes() throws IOException, InterruptedException {
    String jcmd = Path.of(System.getProperty("bench.java")).resolveSibling("jcmd").toString();
    String histogram =
        Commands.run(jcmd, Long.toString(process.pid()), "GC.class_histogram").strip();
    String total = histogram.substring(histogram.lastIndexOf('\n') + 1).strip();
    if (!total.startsWith("Total")) {
      throw new BenchFailure("jcmd said: " + total);
    }
    return Long.parseLong(total.split("\\s+")[2]);
  }

  /** As a service manager would: SIGTERM, and some patience. */
  void stop() throws InterruptedException {
    // Not Process.destroy, which closes the pipe that the server may still write to.
    process.toHandle().destroy();
    if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new BenchFailure("the server did not stop within " + STOP_SECONDS + " s of SIGTERM");
    }
  }
}

package ai.bharatbuild.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs programs to their end. */
final class Commands {
  private Commands() {}

  /** Standard output and error together. */
  static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int status = process.waitFor();
    if (status != 0) {
      throw new BenchFailure(List.of(command) + " answered " + status + ": " + output.strip());
    }
    return output;
  }

  /** Wall time of a command in milliseconds, from before its process is made to its end. */
  static double milliseconds(String... command) throws IOException, InterruptedException {
    long begun = System.nanoTime();
    run(command);
    return (System.nanoTime() - begun) / 1e6;
  }
}

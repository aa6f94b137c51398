package ai.bharatbuild.files;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs the system's own programs for file systems. Methods block for as long as the program. */
final class Commands {
  private static final List<String> FOLDERS = List.of("/usr/sbin", "/sbin", "/usr/bin", "/bin");
  private static final int MAX_WORDS = 2000;

  private Commands() {}

  /** How a program ended, and what it said, cut to a length fit for a log. */
  record Result(int code, String words) {
    boolean succeeded() {
      return code == 0;
    }
  }

  /** Whether there is such a program. */
  static boolean exists(String program) {
    return find(program) != null;
  }

  private static Path find(String program) {
    return FOLDERS.stream()
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst()
        .orElse(null);
  }

  /**
   * Runs a program to its end; one that does not come to it in time is killed.
   *
   * @throws FileFailure of kind IO when it cannot be run or does not end
   */
  static Result run(int seconds, String program, String... arguments) {
    Path path = find(program);
    if (path == null) {
      throw failure(program + " is not installed");
    }
    List<String> command = new ArrayList<>(List.of(path.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.put("PATH", String.join(":", FOLDERS));
    environment.put("LC_ALL", "C");
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      return await(process, seconds, program);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Result await(Process process, int seconds, String program) throws IOException {
    try {
      if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw failure(program + " did not end within " + seconds + " s");
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw failure(program + " was interrupted");
    }
    // They say little, and what waits in the pipe by now is all that is looked at.
    InputStream said = process.getInputStream();
    String words = new String(said.readNBytes(said.available()), StandardCharsets.UTF_8).strip();
    return new Result(process.exitValue(), words.substring(0, Math.min(MAX_WORDS, words.length())));
  }

  private static FileFailure failure(String words) {
    return new FileFailure(FileFailure.Kind.IO, words);
  }
}

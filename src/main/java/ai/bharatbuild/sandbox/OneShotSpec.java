package ai.bharatbuild.sandbox;

import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * One command to run in a sandbox of its own.
 *
 * @param type selects the image, that is the language's tools
 * @param argv program and arguments, the program searched in the {@code PATH}; at most 1,000
 * @param environment added to the image's own; at most 1,000
 * @param stdin all that the command can read
 * @param files what the working directory holds in the beginning, by relative path; at most 1,000
 */
public record OneShotSpec(
    ProjectType type,
    List<String> argv,
    Map<String, String> environment,
    Buffer stdin,
    Map<String, Buffer> files,
    Limits limits) {
  /** Largest sum of input and files, in bytes. */
  public static final long MAX_INPUT = 32L << 20;

  private static final int MOST = 1000;
  private static final int MAX_PATH = 1023;
  private static final int MAX_NAME = 255;
  private static final int MAX_ARGUMENT = 128 * 1024;

  /**
   * What the command and all that it starts may use together.
   *
   * @param wall time from its start; at least one millisecond
   * @param cpu processor time
   * @param memoryBytes memory, swap and files in memory included
   * @param cpus share of processors, 0.5 is half of one
   * @param pids processes and threads at once
   * @param diskBytes room in {@code /tmp} with the working directory, and largest file. It is in
   *     memory, so it counts against {@code memoryBytes}, too
   * @param maxOutput bytes of standard output and error together
   */
  public record Limits(
      Duration wall,
      Duration cpu,
      long memoryBytes,
      double cpus,
      int pids,
      long diskBytes,
      long maxOutput) {
    public Limits {
      require(wall.toMillis() > 0 && wall.toDays() < 1, "the wall time is 1 ms to one day");
      require(cpu.toMillis() > 0 && cpu.toDays() < 1, "the processor time is 1 ms to one day");
      require(memoryBytes >= 16 << 20, "the memory is at least 16 MiB");
      require(cpus >= 0.01 && cpus <= 1024, "the processor share is 0.01 to 1024");
      require(pids > 0, "at least one process is needed");
      require(diskBytes >= 65_536, "the disk is at least 64 KiB");
      require(maxOutput > 0, "the output is at least one byte");
    }
  }

  /** Refuses what no runtime can run with {@link IllegalArgumentException}. */
  public OneShotSpec {
    argv = List.copyOf(argv);
    environment = Map.copyOf(environment);
    files = Map.copyOf(files);
    require(!argv.isEmpty() && argv.size() <= MOST, "a command has 1 to " + MOST + " words");
    require(!argv.getFirst().isEmpty(), "the program has no name");
    require(environment.size() <= MOST, "there are at most " + MOST + " variables");
    require(files.size() <= MOST, "there are at most " + MOST + " files");
    argv.forEach(OneShotSpec::requireText);
    environment.forEach(OneShotSpec::requireVariable);
    files.keySet().forEach(OneShotSpec::requirePath);
    long input = stdin.length() + files.values().stream().mapToLong(Buffer::length).sum();
    require(input <= MAX_INPUT, "input and files are at most " + MAX_INPUT + " bytes");
  }

  private static void requireText(String text) {
    require(text.indexOf('\0') < 0, "a word or variable must not hold NUL");
    require(text.length() < MAX_ARGUMENT / 4, "a word or variable is too long");
  }

  private static void requireVariable(String name, String value) {
    require(!name.isEmpty() && name.indexOf('=') < 0, "a variable's name is empty or holds '='");
    requireText(name);
    requireText(value);
  }

  private static void requirePath(String path) {
    boolean valid = path.indexOf('\0') < 0 && bytes(path) <= MAX_PATH;
    for (String name : path.split("/", -1)) {
      valid &= !name.isEmpty() && !name.equals(".") && !name.equals("..");
      valid &= bytes(name) <= MAX_NAME;
    }
    require(valid, "a file's path is relative, without empty, '.' or '..' parts, and short");
  }

  private static int bytes(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
  }

  private static void require(boolean holds, String sentence) {
    if (!holds) {
      throw new IllegalArgumentException("This command cannot be run: " + sentence + ".");
    }
  }
}

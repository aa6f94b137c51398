package ai.bharatbuild.sandbox;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * One command to run.
 *
 * @param argv program and arguments; a shell line is {@code /bin/sh -c line}
 * @param environment added to the sandbox's own
 * @param workingDir absolute path in the sandbox
 * @param timeout wall time after which the whole tree is killed; zero for none
 * @param maxOutput bytes of both streams together after which the tree is killed; zero for none
 * @param stdin whether the command's input can be written; otherwise it is empty
 * @param killChildren whether processes left in the background end with the command
 * @param cpuTime processor time of the whole tree after which it is killed; zero for none
 * @param pty the terminal that the command gets as input and output, or null for pipes. Its output
 *     is {@code STDOUT} only, and its input can be written
 * @param resumable whether the command, and its output until it is acknowledged, outlive this
 *     server's connection to it; see {@link ExecSession#acknowledge}. Runtimes that cannot do that
 *     run the command as if it were not asked for
 */
public record ExecSpec(
    String execId,
    List<String> argv,
    Map<String, String> environment,
    String workingDir,
    Duration timeout,
    long maxOutput,
    boolean stdin,
    boolean killChildren,
    Duration cpuTime,
    Pty pty,
    boolean resumable) {

  /**
   * The size of a terminal in characters.
   *
   * @param columns 1 to 1000
   * @param rows 1 to 1000
   */
  public record Pty(int columns, int rows) {
    private static final int MOST = 1_000;

    public Pty {
      if (columns < 1 || columns > MOST || rows < 1 || rows > MOST) {
        throw new IllegalArgumentException("a terminal has 1 to 1000 columns and rows");
      }
    }
  }

  /** A command with pipes and without a limit of processor time, of this server only. */
  public ExecSpec(
      String execId,
      List<String> argv,
      Map<String, String> environment,
      String workingDir,
      Duration timeout,
      long maxOutput,
      boolean stdin,
      boolean killChildren) {
    this(
        execId,
        argv,
        environment,
        workingDir,
        timeout,
        maxOutput,
        stdin,
        killChildren,
        Duration.ZERO,
        null,
        false);
  }

  public ExecSpec withCpuTime(Duration limit) {
    return with(limit, pty, resumable);
  }

  public ExecSpec withPty(Pty size) {
    return with(cpuTime, size, resumable);
  }

  /** The same command, which a later server can take up. */
  public ExecSpec asResumable() {
    return with(cpuTime, pty, true);
  }

  private ExecSpec with(Duration cpuLimit, Pty size, boolean kept) {
    return new ExecSpec(
        execId,
        argv,
        environment,
        workingDir,
        timeout,
        maxOutput,
        stdin,
        killChildren,
        cpuLimit,
        size,
        kept);
  }
}

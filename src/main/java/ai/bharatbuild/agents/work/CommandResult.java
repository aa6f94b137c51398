package ai.bharatbuild.agents.work;

/**
 * How a command ended.
 *
 * @param execId by which its whole output can be read
 * @param exitCode null where it has none (it was ended, or never began)
 * @param cause {@code exited}, or what ended it: {@code timeout}, {@code oom}, {@code pids_limit},
 *     {@code disk_limit}, {@code cpu_limit}, {@code cancelled}, {@code lost} …
 * @param millis wall time
 * @param output standard output and error as they came; the beginning and the end of it where it is
 *     long
 * @param cut whether the output is not whole
 */
public record CommandResult(
    String execId,
    String line,
    Integer exitCode,
    String cause,
    long millis,
    String output,
    boolean cut) {
  /** Whether it did what it was to do. */
  public boolean ok() {
    return exitCode != null && exitCode == 0 && "exited".equals(cause);
  }
}

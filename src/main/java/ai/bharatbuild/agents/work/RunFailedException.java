package ai.bharatbuild.agents.work;

/** The run cannot go on; it ends as failed with this reason. */
public final class RunFailedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String code;

  /**
   * @param code for programs, such as {@code plan_invalid}
   * @param reason for people: what was tried, and what to do
   */
  public RunFailedException(String code, String reason) {
    super(reason);
    this.code = code;
  }

  public String code() {
    return code;
  }
}

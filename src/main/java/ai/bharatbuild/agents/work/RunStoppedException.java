package ai.bharatbuild.agents.work;

/** The run was cancelled, or its server stops; whatever a stage does ends with it. Cheap. */
public final class RunStoppedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public RunStoppedException(String why) {
    super(why, null, false, false);
  }
}

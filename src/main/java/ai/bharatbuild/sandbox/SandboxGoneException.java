package ai.bharatbuild.sandbox;

/** The runtime does not know the sandbox, or it is not running. */
public final class SandboxGoneException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public SandboxGoneException(String message) {
    super(message);
  }
}

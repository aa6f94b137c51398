package ai.bharatbuild.sandbox;

/** The sandbox engine cannot be reached or refuses to work; the message says what to do. */
public final class RuntimeUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public RuntimeUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}

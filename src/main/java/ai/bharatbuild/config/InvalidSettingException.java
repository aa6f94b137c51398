package ai.bharatbuild.config;

/** A setting cannot be used; the message names it, its value and what is allowed. */
public final class InvalidSettingException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public InvalidSettingException(String message) {
    super(message);
  }
}

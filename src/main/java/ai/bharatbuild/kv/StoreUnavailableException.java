package ai.bharatbuild.kv;

/** The store cannot be reached, refuses to serve or did not answer in time. */
public final class StoreUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public StoreUnavailableException(String message, Throwable cause) {
    super(message, cause, false, false);
  }
}

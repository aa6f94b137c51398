package ai.bharatbuild.sandbox.docker;

/** The other side of an exec's stream said something that it may not say. */
final class ProtocolException extends RuntimeException {
  private static final long serialVersionUID = 1;

  ProtocolException(String message) {
    super(message);
  }
}

package ai.bharatbuild.bench;

/** A measurement that is worth nothing: a wrong answer, a missing part, a broken connection. */
final class BenchFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BenchFailure(String message) {
    super(message);
  }

  BenchFailure(String message, Throwable cause) {
    super(message, cause);
  }
}

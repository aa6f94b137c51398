package ai.bharatbuild.gate;

/** An attack against something; whatever it throws makes the case broken. */
@FunctionalInterface
interface Attempt {
  Finding run(Arena arena) throws Exception;

  /** Never throws. */
  static Finding safely(Attempt attempt, Arena arena) {
    try {
      return attempt.run(arena);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Finding.broken("interrupted: it took too long");
    } catch (Exception | AssertionError | StackOverflowError | LinkageError e) {
      return Finding.broken(e.toString());
    }
  }
}

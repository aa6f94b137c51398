package ai.bharatbuild.gate;

/**
 * What became of one attack, or of its control.
 *
 * @param detail what shows it, for people
 */
record Finding(Verdict verdict, String detail) {
  /** {@code BROKEN} proves nothing, and so fails the gate like an escape. */
  enum Verdict {
    BREACHED,
    HELD,
    BROKEN
  }

  static Finding breached(String detail) {
    return new Finding(Verdict.BREACHED, detail);
  }

  static Finding held(String detail) {
    return new Finding(Verdict.HELD, detail);
  }

  static Finding broken(String detail) {
    return new Finding(Verdict.BROKEN, detail);
  }

  /** Breached when so, held otherwise. */
  static Finding of(boolean breached, String detail) {
    return breached ? breached(detail) : held(detail);
  }

  boolean is(Verdict wanted) {
    return verdict == wanted;
  }
}

package ai.bharatbuild.gate;

/**
 * One attack on one runtime and its negative control: the same attack where the one defence that
 * stops it is off. A case passes when the attack is held and the control is breached.
 *
 * @param name unique among the cases of a runtime; what the command line and the documents call it
 * @param defence what holds it, for people
 */
record Case(String name, Kind kind, String runtime, String defence, Play play) {
  static final String SERVER = "server";

  /** Both findings. */
  record Outcome(Finding attack, Finding control) {
    boolean passed() {
      return attack.is(Finding.Verdict.HELD) && control.is(Finding.Verdict.BREACHED);
    }
  }

  /** Runs the attack and the control. */
  @FunctionalInterface
  interface Play {
    Outcome run(Arena arena) throws Exception;
  }

  /** An attack on the server as a whole, whatever runs its sandboxes. */
  static Case of(String name, Kind kind, String defence, Attempt attack, Attempt control) {
    return on(SERVER, name, kind, defence, attack, control);
  }

  /** An attack on one runtime's way of doing things. */
  static Case on(
      String runtime, String name, Kind kind, String defence, Attempt attack, Attempt control) {
    return new Case(
        name,
        kind,
        runtime,
        defence,
        arena -> new Outcome(Attempt.safely(attack, arena), Attempt.safely(control, arena)));
  }

  /** Never throws. */
  Outcome outcome(Arena arena) {
    try {
      return play.run(arena);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Outcome(Finding.broken("interrupted: it took too long"), Finding.broken(""));
    } catch (Exception | AssertionError | LinkageError e) {
      return new Outcome(Finding.broken(e.toString()), Finding.broken("not run"));
    }
  }
}

package ai.bharatbuild.agents.llm;

/** Millionths of a currency, for people. */
final class Money {
  private static final long WHOLE = 1_000_000;

  private Money() {}

  /** Such as {@code 0.012345}. */
  static String text(long micros) {
    return micros / WHOLE + "." + String.format("%06d", Math.abs(micros % WHOLE));
  }
}

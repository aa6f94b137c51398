package ai.bharatbuild.agents.llm;

/**
 * What a model costs: millionths of the table's currency for a million tokens of each kind. So 3
 * dollars for a million tokens are 3,000,000.
 */
public record ModelPrices(long input, long output, long cacheWrite, long cacheRead) {
  private static final long PER = 1_000_000;

  /** The price in millionths, rounded up; exact, since it is whole numbers all the way. */
  public long cost(Usage usage) {
    long sum =
        Math.addExact(
            Math.addExact(
                Math.multiplyExact(usage.input(), input),
                Math.multiplyExact(usage.output(), output)),
            Math.addExact(
                Math.multiplyExact(usage.cacheWrite(), cacheWrite),
                Math.multiplyExact(usage.cacheRead(), cacheRead)));
    return Math.ceilDiv(sum, PER);
  }

  /** The most that so many input tokens can cost, in whichever way they are read. */
  public long dearestInput(long tokens) {
    long price = Math.max(input, Math.max(cacheWrite, cacheRead));
    return Math.ceilDiv(Math.multiplyExact(tokens, price), PER);
  }

  /** What so many output tokens cost. */
  public long output(long tokens) {
    return Math.ceilDiv(Math.multiplyExact(tokens, output), PER);
  }
}

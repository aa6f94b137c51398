package ai.bharatbuild.agents.llm;

/**
 * Tokens of one answer.
 *
 * @param input tokens that were read and neither came from a cache nor went into one
 * @param output tokens that were written, thoughts included
 * @param cacheWrite input tokens that went into the provider's cache
 * @param cacheRead input tokens that came out of it
 */
public record Usage(long input, long output, long cacheWrite, long cacheRead) {
  /** Nothing was reported. */
  public static final Usage NONE = new Usage(0, 0, 0, 0);

  /** All that was read, from wherever. */
  public long totalInput() {
    return input + cacheWrite + cacheRead;
  }

  public long total() {
    return totalInput() + output;
  }

  public Usage plus(Usage other) {
    return new Usage(
        input + other.input,
        output + other.output,
        cacheWrite + other.cacheWrite,
        cacheRead + other.cacheRead);
  }
}

package ai.bharatbuild.agents.llm;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What calls cost. It keeps sums by stage; each call is handed on to whoever keeps it for good.
 * Safe on any thread.
 */
public final class Ledger {
  /**
   * One call, or one attempt of it.
   *
   * @param stage what it was made for, such as {@code plan}
   * @param model as the table calls it
   * @param costMicros millionths of the currency, rounded up
   * @param estimated whether the provider did not say (all of) the usage
   * @param requestId the provider's, or null
   * @param ms from its beginning to its end
   * @param outcome a {@link StopReason} or a {@link ModelException.Kind}, in lower case
   */
  public record Entry(
      Instant at,
      String stage,
      String provider,
      String model,
      Usage usage,
      long costMicros,
      boolean estimated,
      String requestId,
      long ms,
      String outcome) {}

  /** A sum. */
  public record Sum(long calls, Usage usage, long costMicros) {
    static final Sum ZERO = new Sum(0, Usage.NONE, 0);

    Sum plus(Entry entry) {
      return new Sum(calls + 1, usage.plus(entry.usage()), costMicros + entry.costMicros());
    }
  }

  private final Consumer<Entry> keeper;
  private final Map<String, Sum> stages = new TreeMap<>();
  private Sum all = Sum.ZERO;

  /**
   * @param keeper gets each call, in order
   */
  public Ledger(Consumer<Entry> keeper) {
    this.keeper = keeper;
  }

  /** Takes a call down. */
  public synchronized void add(Entry entry) {
    stages.merge(entry.stage(), Sum.ZERO.plus(entry), (old, one) -> old.plus(entry));
    all = all.plus(entry);
    keeper.accept(entry);
  }

  public synchronized Sum total() {
    return all;
  }

  /** By stage. */
  public synchronized Map<String, Sum> stages() {
    return Map.copyOf(stages);
  }
}

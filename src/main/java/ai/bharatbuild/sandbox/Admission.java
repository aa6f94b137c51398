package ai.bharatbuild.sandbox;

import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.problem.Problem;
import java.util.HashMap;
import java.util.Map;

/**
 * Shares out the memory that sandboxes may take of this machine. A running sandbox is counted with
 * all that it may use, a frozen one with what it holds, so that those that run can never drive the
 * machine into swapping. Thread-safe.
 */
public final class Admission {
  private static final int RETRY_SECONDS = 15;

  private final long budget;
  private final Map<String, Long> shares = new HashMap<>();
  private long used;
  private int births;

  /**
   * @param budget bytes for all sandboxes together
   */
  public Admission(long budget) {
    this.budget = budget;
  }

  /**
   * Takes a share, or changes the one that is held; false, changing nothing, when it is too much.
   */
  synchronized boolean take(String holder, long bytes) {
    long before = shares.getOrDefault(holder, 0L);
    if (bytes > before && used - before + bytes > budget) {
      return false;
    }
    put(holder, bytes);
    return true;
  }

  /** Notes a share that is a fact already, whatever the budget. */
  synchronized void put(String holder, long bytes) {
    Long before = shares.put(holder, bytes);
    used += bytes - (before == null ? 0 : before);
  }

  synchronized void give(String holder) {
    Long before = shares.remove(holder);
    used -= before == null ? 0 : before;
  }

  /** Bytes that are taken. */
  public synchronized long used() {
    return used;
  }

  public long budget() {
    return budget;
  }

  /** Somebody waits for a sandbox that is being made; nothing else should load the engine now. */
  synchronized void birthBegins() {
    births++;
  }

  synchronized void birthEnds() {
    births--;
  }

  synchronized boolean calm() {
    return births == 0;
  }

  /** What a caller is told when there is no room. */
  static ApiException refusal() {
    return new ApiException(
        new Problem(
            429,
            "no_room",
            "This machine has no memory left for another running sandbox; stop one, or try again"
                + " later.",
            null,
            null,
            null,
            RETRY_SECONDS));
  }
}

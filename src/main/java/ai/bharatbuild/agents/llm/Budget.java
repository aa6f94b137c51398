package ai.bharatbuild.agents.llm;

/**
 * Money and tokens that may be spent, of a run say, within those of a larger one. What a call may
 * cost is held before it is made, so that calls at the same time cannot overspend together. Safe on
 * any thread.
 */
public final class Budget {
  private final String name;
  private final long limitMicros;
  private long limitTokens;
  private final Budget larger;
  private long spentMicros;
  private long spentTokens;
  private long heldMicros;
  private long heldTokens;

  /**
   * @param name for people, such as {@code this run}
   * @param limitMicros millionths of the currency
   * @param larger what it is a part of, or null
   */
  public Budget(String name, long limitMicros, long limitTokens, Budget larger) {
    this.name = name;
    this.limitMicros = limitMicros;
    this.limitTokens = limitTokens;
    this.larger = larger;
  }

  /** What is held for one call until it is known what it cost. */
  public final class Hold {
    private final long micros;
    private final long tokens;
    private final Hold outer;
    private boolean settled;

    private Hold(long micros, long tokens, Hold outer) {
      this.micros = micros;
      this.tokens = tokens;
      this.outer = outer;
    }

    /** Gives the rest back; only the first time counts. */
    public void settle(long costMicros, long usedTokens) {
      synchronized (Budget.this) {
        if (settled) {
          return;
        }
        settled = true;
        heldMicros -= micros;
        heldTokens -= tokens;
        spentMicros += costMicros;
        spentTokens += usedTokens;
      }
      if (outer != null) {
        outer.settle(costMicros, usedTokens);
      }
    }
  }

  /**
   * Takes in what is known elsewhere of the tokens: a limit that may have changed, and what was
   * spent, here or by others. What this budget saw being spent is not forgotten for it.
   */
  public synchronized void learn(long limit, long spent) {
    limitTokens = limit;
    spentTokens = Math.max(spentTokens, spent);
  }

  /** Begins to count the tokens anew, as in a new month. What is held stays held. */
  public synchronized void renew(long limit, long spent) {
    limitTokens = limit;
    spentTokens = spent;
  }

  /** Whether {@link #hold} would succeed now. */
  public boolean allows(long micros, long tokens) {
    synchronized (this) {
      if (micros > leftMicros() || tokens > leftTokens()) {
        return false;
      }
    }
    return larger == null || larger.allows(micros, tokens);
  }

  /**
   * Holds what a call may cost at most. Throws {@link ModelException} of {@link
   * ModelException.Kind#BUDGET} when that is more than is left.
   */
  public Hold hold(long micros, long tokens) {
    synchronized (this) {
      if (micros > leftMicros()) {
        throw refused(
            "may cost " + Money.text(micros) + " and " + Money.text(leftMicros()) + " is left");
      }
      if (tokens > leftTokens()) {
        throw refused("may take " + tokens + " tokens and " + leftTokens() + " are left");
      }
      heldMicros += micros;
      heldTokens += tokens;
    }
    if (larger == null) {
      return new Hold(micros, tokens, null);
    }
    try {
      return new Hold(micros, tokens, larger.hold(micros, tokens));
    } catch (ModelException e) {
      new Hold(micros, tokens, null).settle(0, 0);
      throw e;
    }
  }

  public synchronized long spentMicros() {
    return spentMicros;
  }

  public synchronized long spentTokens() {
    return spentTokens;
  }

  /** What is neither spent nor held. */
  public synchronized long leftMicros() {
    return Math.max(0, limitMicros - spentMicros - heldMicros);
  }

  public synchronized long leftTokens() {
    return Math.max(0, limitTokens - spentTokens - heldTokens);
  }

  private ModelException refused(String why) {
    return new ModelException(
        ModelException.Kind.BUDGET,
        "The budget of " + name + " is too small: the call " + why + ".");
  }
}

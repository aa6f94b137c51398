package ai.bharatbuild.agents.work;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Tells a run to end, and ends what it is waiting for: a model's answer, a command. Safe on any
 * thread.
 */
public final class StopSignal {
  /** Why a run is to end. */
  public enum Why {
    /** Somebody cancelled it: what was begun for it is to end. */
    CANCELLED,
    /** The server stops; the run goes on when it starts again. */
    CLOSING
  }

  private final Set<Runnable> ends = new LinkedHashSet<>();
  private Why why;

  /** The first reason counts. */
  public void stop(Why reason) {
    Set<Runnable> now;
    synchronized (this) {
      if (why != null) {
        return;
      }
      why = reason;
      now = new LinkedHashSet<>(ends);
      ends.clear();
    }
    now.forEach(Runnable::run);
  }

  /** Null while it is to go on. */
  public synchronized Why why() {
    return why;
  }

  /** Throws {@link RunStoppedException} when the run is to end. */
  public void check() {
    Why reason = why();
    if (reason != null) {
      throw new RunStoppedException(
          reason == Why.CANCELLED ? "The run was cancelled." : "The server stops.");
    }
  }

  /**
   * Does something that is ended by {@code end} when the run is to stop; {@code end} may be called
   * on any thread, also after the work is done.
   */
  public <T> T during(Runnable end, Supplier<T> work) {
    synchronized (this) {
      if (why == null) {
        ends.add(end);
      }
    }
    try {
      check();
      T result = work.get();
      check();
      return result;
    } catch (RunStoppedException e) {
      throw e;
    } catch (RuntimeException e) {
      check();
      throw e;
    } finally {
      synchronized (this) {
        ends.remove(end);
      }
    }
  }
}

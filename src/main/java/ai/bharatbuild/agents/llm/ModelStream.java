package ai.bharatbuild.agents.llm;

import io.vertx.core.Future;

/**
 * One answer as it comes. It is pulled: nothing is read from the provider beyond what was asked
 * for, so a slow caller slows the provider down. Safe on any thread, for one {@link #next} at a
 * time.
 */
public interface ModelStream {
  /**
   * The next event; the last is {@link ModelEvent.Finished}, and after it null. Fails with {@link
   * ModelException}, from then on always with the same one.
   */
  Future<ModelEvent> next();

  /**
   * Ends the answer and the connection that it comes over; {@link #next} then fails with {@link
   * ModelException.Kind#CANCELLED}. After the end this does nothing.
   */
  void cancel();
}

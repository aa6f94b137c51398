package ai.bharatbuild.agents.llm.wire;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/** One request under way. Used on the context that it was begun on. */
public interface WireExchange {
  /** The head of the answer. Fails with {@link ai.bharatbuild.agents.llm.ModelException}. */
  Future<WireHead> head();

  /**
   * The next piece of the body as it came over the wire, or null at its end. One at a time, after
   * the head. Fails as {@link #head} does.
   */
  Future<Buffer> read();

  /** Closes the connection unless the end has come; a read that waits fails. */
  void cancel();
}

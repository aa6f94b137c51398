package ai.bharatbuild.agents.llm;

import io.vertx.core.Future;

/** A provider's count of tokens, under way. Safe on any thread. */
public interface TokenCount {
  /**
   * The count. Fails with {@link UnsupportedOperationException} where a provider cannot tell, and
   * with {@link ModelException} as a stream does.
   */
  Future<Long> tokens();

  /**
   * Ends the question and the connection that it goes over; the count then fails with {@link
   * ModelException.Kind#CANCELLED}. After the end this does nothing.
   */
  void cancel();

  /** One that was never asked for. */
  static TokenCount failed(Throwable cause) {
    return new TokenCount() {
      @Override
      public Future<Long> tokens() {
        return Future.failedFuture(cause);
      }

      @Override
      public void cancel() {}
    };
  }
}

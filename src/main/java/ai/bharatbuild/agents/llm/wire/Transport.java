package ai.bharatbuild.agents.llm.wire;

import io.vertx.core.Future;

/** Carries requests to one provider. Safe on any thread. */
public interface Transport {
  /** Begins an exchange on the current context. */
  WireExchange send(WireRequest request);

  /** Ends all exchanges. */
  Future<Void> close();
}

package ai.bharatbuild.agents.llm;

import io.vertx.core.Future;

/** Something that answers a conversation with text and tool calls. Safe on any thread. */
public interface LanguageModel {
  /** The provider's name as it is configured, such as {@code anthropic}. */
  String provider();

  /**
   * Begins an answer. Never throws and never blocks: what goes wrong, the request included, comes
   * out of the stream.
   */
  ModelStream stream(ModelRequest request);

  /**
   * Asks how many tokens the provider says that the request's input has. Never throws and never
   * blocks.
   */
  TokenCount countTokens(ModelRequest request);

  /** Lets go of connections; running streams fail. */
  Future<Void> close();
}

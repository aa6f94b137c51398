package ai.bharatbuild.agents.work;

import ai.bharatbuild.agents.llm.Budget;
import io.vertx.core.Future;
import java.util.UUID;

/** What is left to an account, and to an API key of it, for models. Usable on any context. */
@FunctionalInterface
public interface Budgets {
  /**
   * The budget that all calls of models for the account, or with the key, share on this server; it
   * holds what is left by what is known now. Null where nothing is limited or nothing is known.
   * Never fails.
   *
   * @param apiKey that is charged, or null
   */
  Future<Budget> of(UUID account, UUID apiKey);
}

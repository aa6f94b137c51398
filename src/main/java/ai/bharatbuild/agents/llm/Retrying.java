package ai.bharatbuild.agents.llm;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.random.RandomGenerator;

/**
 * Makes calls again that failed for a while: the one place in the stack that does. An answer of
 * which a part was given is begun anew only for a caller that can take that ({@link
 * ModelRequest#restartable}).
 */
public final class Retrying implements LanguageModel {
  private final Vertx vertx;
  private final LanguageModel model;
  private final RetryPolicy policy;
  private final RandomGenerator random;

  public Retrying(Vertx vertx, LanguageModel model, RetryPolicy policy, RandomGenerator random) {
    this.vertx = vertx;
    this.model = model;
    this.policy = policy;
    this.random = random;
  }

  @Override
  public String provider() {
    return model.provider();
  }

  @Override
  public ModelStream stream(ModelRequest request) {
    return new RetryingStream(vertx, model, policy, random, request);
  }

  /** Not made again: it is a question whose answer can be done without. */
  @Override
  public TokenCount countTokens(ModelRequest request) {
    return model.countTokens(request);
  }

  @Override
  public Future<Void> close() {
    return model.close();
  }
}

package ai.bharatbuild.agents.work;

import ai.bharatbuild.agents.llm.Budget;
import ai.bharatbuild.agents.llm.LanguageModel;
import ai.bharatbuild.agents.llm.Ledger;
import ai.bharatbuild.agents.llm.Metered;
import ai.bharatbuild.agents.llm.ModelAnswer;
import ai.bharatbuild.agents.llm.ModelEntry;
import ai.bharatbuild.agents.llm.ModelRequest;
import ai.bharatbuild.agents.llm.ModelRole;
import ai.bharatbuild.agents.llm.ModelStream;
import ai.bharatbuild.agents.llm.RetryPolicy;
import ai.bharatbuild.agents.llm.Retrying;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Somebody's use of the language model: retried, priced, within a budget, ended by a signal. Safe
 * on several virtual threads at once.
 */
public final class ModelCalls {
  private final Vertx vertx;
  private final LanguageModel model;
  private final Map<ModelRole, ModelEntry> entries;
  private final RetryPolicy retries;
  private final Future<Budget> budget;
  private final Ledger ledger;
  private final StopSignal stop;

  /**
   * @param entries the model's rows of the table, one for each role
   * @param budget what the calls may cost together; waited for before the first
   * @param ledger is told of each attempt
   */
  public ModelCalls(
      Vertx vertx,
      LanguageModel model,
      Map<ModelRole, ModelEntry> entries,
      RetryPolicy retries,
      Future<Budget> budget,
      Ledger ledger,
      StopSignal stop) {
    this.vertx = vertx;
    this.model = model;
    this.entries = entries;
    this.retries = retries;
    this.budget = budget;
    this.ledger = ledger;
    this.stop = stop;
  }

  /**
   * Asks and waits for the whole answer. Throws {@link ai.bharatbuild.agents.llm.ModelException},
   * and {@link RunStoppedException} once the signal is given.
   *
   * @param stage what it is asked for; calls are summed by it
   */
  public ModelAnswer ask(String stage, ModelRequest request) {
    LanguageModel layered =
        new Retrying(
            vertx,
            new Metered(model, entries, Await.of(budget), ledger, stage, Clock.systemUTC()),
            retries,
            RandomGenerator.getDefault());
    stop.check();
    ModelStream stream = layered.stream(request);
    try {
      return stop.during(stream::cancel, () -> Await.of(ModelAnswer.collect(stream)));
    } finally {
      stream.cancel();
    }
  }
}

package ai.bharatbuild.agents.runs;

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
import ai.bharatbuild.agents.work.Await;
import ai.bharatbuild.agents.work.StopSignal;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.random.RandomGenerator;

/** One run's use of the language model: retried, priced, within its budget, ended with the run. */
final class RunModels {
  private static final RetryPolicy RETRIES =
      new RetryPolicy(5, Duration.ofSeconds(1), Duration.ofSeconds(60));

  private final Vertx vertx;
  private final LanguageModel model;
  private final Map<ModelRole, ModelEntry> entries;
  private final Budget budget;
  private final Ledger ledger;
  private final StopSignal stop;

  RunModels(
      Vertx vertx,
      LanguageModel model,
      Map<ModelRole, ModelEntry> entries,
      Budget budget,
      Ledger ledger,
      StopSignal stop) {
    this.vertx = vertx;
    this.model = model;
    this.entries = entries;
    this.budget = budget;
    this.ledger = ledger;
    this.stop = stop;
  }

  ModelAnswer ask(String stage, ModelRequest request) {
    LanguageModel layered =
        new Retrying(
            vertx,
            new Metered(model, entries, budget, ledger, stage, Clock.systemUTC()),
            RETRIES,
            RandomGenerator.getDefault());
    stop.check();
    ModelStream stream = layered.stream(request);
    try {
      return stop.during(stream::cancel, () -> Await.of(ModelAnswer.collect(stream)));
    } finally {
      stream.cancel();
    }
  }

  boolean takesPictures() {
    return entries.get(ModelRole.LARGE).images();
  }

  int maxOutputTokens() {
    return entries.values().stream().mapToInt(ModelEntry::maxOutputTokens).min().orElseThrow();
  }
}

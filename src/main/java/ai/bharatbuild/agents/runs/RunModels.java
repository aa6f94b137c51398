package ai.bharatbuild.agents.runs;

import ai.bharatbuild.agents.llm.Budget;
import ai.bharatbuild.agents.llm.LanguageModel;
import ai.bharatbuild.agents.llm.Ledger;
import ai.bharatbuild.agents.llm.ModelAnswer;
import ai.bharatbuild.agents.llm.ModelEntry;
import ai.bharatbuild.agents.llm.ModelRequest;
import ai.bharatbuild.agents.llm.ModelRole;
import ai.bharatbuild.agents.llm.RetryPolicy;
import ai.bharatbuild.agents.work.ModelCalls;
import ai.bharatbuild.agents.work.StopSignal;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Map;

/** One run's use of the language model: retried, priced, within its budget, ended with the run. */
final class RunModels {
  private static final RetryPolicy RETRIES =
      new RetryPolicy(5, Duration.ofSeconds(1), Duration.ofSeconds(60));

  private final ModelCalls calls;
  private final Map<ModelRole, ModelEntry> entries;

  RunModels(
      Vertx vertx,
      LanguageModel model,
      Map<ModelRole, ModelEntry> entries,
      Future<Budget> budget,
      Ledger ledger,
      StopSignal stop) {
    this.calls = new ModelCalls(vertx, model, entries, RETRIES, budget, ledger, stop);
    this.entries = entries;
  }

  ModelAnswer ask(String stage, ModelRequest request) {
    return calls.ask(stage, request);
  }

  boolean takesPictures() {
    return entries.get(ModelRole.LARGE).images();
  }

  int maxOutputTokens() {
    return entries.values().stream().mapToInt(ModelEntry::maxOutputTokens).min().orElseThrow();
  }
}

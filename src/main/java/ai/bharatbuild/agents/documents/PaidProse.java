package ai.bharatbuild.agents.documents;

import ai.bharatbuild.agents.llm.Budget;
import ai.bharatbuild.agents.llm.Ledger;
import ai.bharatbuild.agents.llm.ModelAnswer;
import ai.bharatbuild.agents.llm.ModelRequest;
import ai.bharatbuild.agents.llm.RetryPolicy;
import ai.bharatbuild.agents.work.CallCosts;
import ai.bharatbuild.agents.work.ModelCalls;
import ai.bharatbuild.agents.work.StopSignal;
import ai.bharatbuild.usage.UsageRecord;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * One generation's use of the language model: within its budget, told by its events, and kept as
 * its caller's usage. Asked on the generation's thread.
 */
final class PaidProse {
  static final String STAGE = "document";

  /** Documents are whole without the model, so it is not waited for as long as by runs. */
  private static final RetryPolicy RETRIES =
      new RetryPolicy(3, Duration.ofSeconds(1), Duration.ofSeconds(20));

  private final ModelCalls calls;
  private final GenerationLog log;

  /** Filled on event loops; told on the generation's own thread. */
  private final Queue<Ledger.Entry> untold = new ConcurrentLinkedQueue<>();

  private PaidProse(
      Vertx vertx,
      DocumentModel model,
      GenerationRequest request,
      GenerationLog log,
      StopSignal stop) {
    this.log = log;
    GenerationLog.Cost before = log.cost();
    // What was spent before a restart is known to the larger one by itself.
    Future<Budget> budget =
        model
            .budgets()
            .of(request.account(), request.apiKey())
            .map(
                larger ->
                    new Budget(
                        "these documents",
                        Math.max(0, request.maxCostMicros() - before.costMicros()),
                        Math.max(0, request.maxTokens() - before.tokens()),
                        larger));
    UsageRecord.Payer payer = new UsageRecord.Payer(request.account(), request.apiKey());
    Ledger ledger =
        new Ledger(
            call -> {
              untold.add(call);
              model.usage().record(CallCosts.row(payer, request.project(), call, model.rupees()));
            });
    this.calls =
        new ModelCalls(vertx, model.model(), model.models(), RETRIES, budget, ledger, stop);
  }

  /** Whoever writes for a generation; null without a model. */
  static Prose of(
      Vertx vertx,
      DocumentModel model,
      GenerationRequest request,
      GenerationLog log,
      StopSignal stop) {
    return model == null
        ? null
        : model.prose().apply(new PaidProse(vertx, model, request, log, stop)::ask);
  }

  private ModelAnswer ask(ModelRequest request) {
    try {
      return calls.ask(STAGE, request);
    } finally {
      for (Ledger.Entry call = untold.poll(); call != null; call = untold.poll()) {
        log.tell(GenerationLog.CALL, CallCosts.told(call));
      }
    }
  }
}

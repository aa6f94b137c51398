package ai.bharatbuild.agents.runs;

import ai.bharatbuild.agents.llm.Ledger;
import ai.bharatbuild.agents.llm.Usage;
import ai.bharatbuild.usage.UsageRecord;
import ai.bharatbuild.usage.UsageRecorder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Takes down what a run's calls of models cost: in its state, its events and the owner's usage. */
final class RunCosts {
  private static final int OK = 200;
  private static final int FAILED = 502;

  /** Outcomes of calls that gave an answer. */
  private static final Set<String> ANSWERS =
      Set.of(
          "end_turn",
          "max_tokens",
          "stop_sequence",
          "tool_use",
          "pause_turn",
          "refusal",
          "context_exceeded");

  private final LiveRun run;
  private final UsageRecorder usage;
  private final double rupees;

  /**
   * @param rupees what one unit of the models' currency is in rupees
   */
  RunCosts(LiveRun run, UsageRecorder usage, double rupees) {
    this.run = run;
    this.usage = usage;
    this.rupees = rupees;
  }

  /** On whatever thread the call ended. */
  void take(Ledger.Entry call) {
    run.paid(call);
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("stage", call.stage());
    told.put("model", call.model());
    told.put("outcome", call.outcome());
    told.put("usage", call.usage());
    told.put("estimated", call.estimated());
    told.put("cost_micros", call.costMicros());
    run.tell("model_call", told);
    usage.record(row(call));
  }

  private UsageRecord row(Ledger.Entry call) {
    Usage used = call.usage();
    RunRequest request = run.request();
    return UsageRecord.model(
        new UsageRecord.Payer(request.account(), request.apiKey()),
        request.projectId(),
        call.requestId(),
        call.stage(),
        call.model(),
        new UsageRecord.Tokens(used.input(), used.output(), used.cacheWrite(), used.cacheRead()),
        (long) Math.ceil(call.costMicros() * rupees),
        ANSWERS.contains(call.outcome()) ? OK : FAILED,
        0);
  }
}

package ai.bharatbuild.agents.work;

import ai.bharatbuild.agents.llm.Ledger;
import ai.bharatbuild.agents.llm.Usage;
import ai.bharatbuild.usage.UsageRecord;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Calls of models as events tell of them, and as the payer's usage has them. */
public final class CallCosts {
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

  private CallCosts() {}

  /** Data of a {@code model_call} event. */
  public static Map<String, Object> told(Ledger.Entry call) {
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("stage", call.stage());
    told.put("model", call.model());
    told.put("outcome", call.outcome());
    told.put("usage", call.usage());
    told.put("estimated", call.estimated());
    told.put("cost_micros", call.costMicros());
    return told;
  }

  /**
   * A row of usage.
   *
   * @param project that it was for, or null
   * @param rupees what one unit of the models' currency is in rupees
   */
  public static UsageRecord row(
      UsageRecord.Payer payer, UUID project, Ledger.Entry call, double rupees) {
    Usage used = call.usage();
    return UsageRecord.model(
        payer,
        project,
        call.requestId(),
        call.stage(),
        call.model(),
        new UsageRecord.Tokens(used.input(), used.output(), used.cacheWrite(), used.cacheRead()),
        (long) Math.ceil(call.costMicros() * rupees),
        ANSWERS.contains(call.outcome()) ? OK : FAILED,
        call.ms());
  }
}

package ai.bharatbuild.agents.runs;

import ai.bharatbuild.agents.llm.Ledger;
import ai.bharatbuild.agents.work.CallCosts;
import ai.bharatbuild.usage.UsageRecord;
import ai.bharatbuild.usage.UsageRecorder;

/** Takes down what a run's calls of models cost: in its state, its events and the owner's usage. */
final class RunCosts {
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
    run.tell("model_call", CallCosts.told(call));
    RunRequest request = run.request();
    usage.record(
        CallCosts.row(
            new UsageRecord.Payer(request.account(), request.apiKey()),
            request.projectId(),
            call,
            rupees));
  }
}

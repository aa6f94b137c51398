package ai.bharatbuild.agents.runs;

import ai.bharatbuild.agents.llm.Ledger;
import ai.bharatbuild.agents.llm.ModelAnswer;
import ai.bharatbuild.agents.llm.ModelRequest;
import ai.bharatbuild.agents.work.RunScope;
import ai.bharatbuild.agents.work.StopSignal;
import ai.bharatbuild.agents.work.Workspace;
import java.io.IOException;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A run that is not over: its state, its events, and what its stages work with. Safe on any thread;
 * only the run's own threads change it.
 */
final class LiveRun implements RunScope, RunWorkspaces.Commands {
  private final RunId id;
  private final RunRequest request;
  private final RunFiles files;
  private final RunLog log;
  private final RunSaves saves;
  private final StopSignal stop = new StopSignal();
  private final Workspace workspace;
  private final RunModels models;

  /**
   * @param models what asks the run's language model; gives null where there is none
   */
  LiveRun(
      RunId id,
      RunFiles.Saved saved,
      RunFiles files,
      RunLog log,
      RunWorkspaces workspaces,
      Function<LiveRun, RunModels> models) {
    this.id = id;
    this.request = saved.request();
    this.files = files;
    this.log = log;
    this.saves = new RunSaves(id, saved, files, log);
    this.workspace = workspaces.workspace(id.job(), request.owner(), stop, this);
    this.models = models.apply(this);
  }

  RunId id() {
    return id;
  }

  RunRequest request() {
    return request;
  }

  /** How it is on disk. */
  RunState state() {
    return saves.state();
  }

  RunLog log() {
    return log;
  }

  RunFiles files() {
    return files;
  }

  StopSignal signal() {
    return stop;
  }

  /** See {@link RunSaves#change}. */
  RunState change(UnaryOperator<RunChange> how) {
    return saves.change(how);
  }

  /** See {@link RunSaves#settle}. */
  RunState settle(UnaryOperator<RunChange> how) {
    return saves.settle(how);
  }

  /** Notes that the end was told: this run is nothing to go on with. */
  void told() throws IOException {
    saves.told();
  }

  /** Takes down what a call of the model cost; it is on disk with the next change of the state. */
  void paid(Ledger.Entry call) {
    saves.later(state -> state.paid(call.stage(), call.usage(), call.costMicros()));
  }

  @Override
  public void begun(String execId) {
    change(state -> state.exec(execId, true));
  }

  /** Need not be known at once: to end again what has ended is fine. */
  @Override
  public void ended(String execId) {
    saves.later(state -> state.exec(execId, false));
  }

  @Override
  public Workspace workspace() {
    return workspace;
  }

  @Override
  public ModelAnswer ask(String stage, ModelRequest asked) {
    try {
      return models.ask(stage, asked);
    } finally {
      saves.catchUp();
    }
  }

  @Override
  public boolean takesPictures() {
    return models != null && models.takesPictures();
  }

  @Override
  public int maxOutputTokens() {
    return models.maxOutputTokens();
  }

  @Override
  public void tell(String type, Map<String, ?> data) {
    log.tell(type, data);
  }

  @Override
  public void check() {
    stop.check();
  }
}

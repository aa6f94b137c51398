package ai.bharatbuild.agents.runs;

import ai.bharatbuild.agents.llm.Ledger;
import ai.bharatbuild.agents.llm.ModelAnswer;
import ai.bharatbuild.agents.llm.ModelRequest;
import ai.bharatbuild.agents.work.Await;
import ai.bharatbuild.agents.work.RunScope;
import ai.bharatbuild.agents.work.StopSignal;
import ai.bharatbuild.agents.work.Workspace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
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
  private final StopSignal stop = new StopSignal();
  private final Workspace workspace;
  private final RunModels models;

  /** Filled on event loops, which wait for nothing; emptied with the next change. */
  private final Queue<Ledger.Entry> unpaid = new ConcurrentLinkedQueue<>();

  private volatile RunState state;

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
    this.state = saved.state();
    this.files = files;
    this.log = log;
    this.workspace = workspaces.workspace(id.job(), request.owner(), stop, this);
    this.models = models.apply(this);
  }

  RunId id() {
    return id;
  }

  RunRequest request() {
    return request;
  }

  RunState state() {
    return state;
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

  /**
   * Changes the state and puts it on disk. The events told so far are there before it, so that a
   * run which goes on after a restart has told what its state says.
   */
  RunState change(UnaryOperator<RunChange> how) {
    Await.of(log.flush());
    synchronized (this) {
      RunChange change = how.apply(state.change());
      for (Ledger.Entry call = unpaid.poll(); call != null; call = unpaid.poll()) {
        change.paid(call.stage(), call.usage(), call.costMicros());
      }
      RunState next = change.build();
      try {
        files.save(id, new RunFiles.Saved(request, next));
      } catch (IOException e) {
        throw new UncheckedIOException("the state of the run cannot be kept", e);
      }
      state = next;
      return next;
    }
  }

  /** Notes that the end was told: this run is nothing to go on with. */
  synchronized void told() throws IOException {
    files.save(id, new RunFiles.Saved(request, state, true));
  }

  /** Takes down what a call of the model cost; it is on disk with the next change of the state. */
  void paid(Ledger.Entry call) {
    unpaid.add(call);
  }

  @Override
  public void begun(String execId) {
    change(state -> state.exec(execId, true));
  }

  @Override
  public void ended(String execId) {
    change(state -> state.exec(execId, false));
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
      change(UnaryOperator.identity());
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

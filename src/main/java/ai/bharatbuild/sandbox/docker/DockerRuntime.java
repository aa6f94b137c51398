package ai.bharatbuild.sandbox.docker;

import ai.bharatbuild.sandbox.ExecListener;
import ai.bharatbuild.sandbox.ExecSession;
import ai.bharatbuild.sandbox.ExecSpec;
import ai.bharatbuild.sandbox.HeldExec;
import ai.bharatbuild.sandbox.Limits;
import ai.bharatbuild.sandbox.NetworkPolicy;
import ai.bharatbuild.sandbox.Resumption;
import ai.bharatbuild.sandbox.Sandbox;
import ai.bharatbuild.sandbox.SandboxRuntime;
import ai.bharatbuild.sandbox.SandboxSpec;
import ai.bharatbuild.sandbox.SandboxStats;
import com.github.dockerjava.api.command.InspectContainerResponse;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Sandboxes as containers of a Docker engine on this machine. Control calls go through a blocking
 * client on bounded pools of threads, of which the slow calls have their own; commands go over the
 * sockets of the sandboxes' agents, and events over the engine's, without blocking.
 */
public final class DockerRuntime implements SandboxRuntime {
  private static final Duration SHORT = Duration.ofSeconds(20);
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final Duration LAST_CALLS = Duration.ofSeconds(20);
  private static final long MEND_MS = Duration.ofSeconds(30).toMillis();
  private static final int SLOW_THREADS = 8;
  private static final int SHORT_THREADS = 8;
  private static final int MAX_WAITING = 512;
  private static final JsonObject NOTHING = new JsonObject();

  private final Vertx vertx;
  private final DockerControl control;
  private final EngineHttp http;
  private final AgentAccess agents;
  private final StopWatcher watcher;
  private final BoundedWorker slow;
  private final BoundedWorker quick;
  private final long mending;
  private final AtomicBoolean swept = new AtomicBoolean();

  private DockerRuntime(Vertx vertx, DockerSettings settings) {
    this.vertx = vertx;
    boolean bySocket = settings.serverIsRoot() && settings.sockets() != null && !settings.gvisor();
    AgentSockets sockets = bySocket ? new AgentSockets(settings.sockets()) : null;
    this.control = new DockerControl(settings, sockets);
    this.http = new EngineHttp(vertx, settings.socket());
    EngineExecs execs = new EngineExecs(vertx, http, settings);
    this.agents = new AgentAccess(vertx, settings, sockets, execs, this::described);
    this.slow = new BoundedWorker(vertx, "docker-slow", SLOW_THREADS, MAX_WAITING);
    this.quick = new BoundedWorker(vertx, "docker-quick", SHORT_THREADS, MAX_WAITING);
    this.watcher = new StopWatcher(vertx, http, settings.serverId(), this::running);
    this.mending = vertx.setPeriodic(MEND_MS, id -> slowlyDo(LONG, control.network()::mend));
  }

  /** Begins to follow the engine's events; the engine need not answer yet. */
  public static DockerRuntime start(Vertx vertx, DockerSettings settings) {
    DockerRuntime runtime = new DockerRuntime(vertx, settings);
    runtime.watcher.start();
    return runtime;
  }

  /** The interface through which all traffic of a network's sandboxes goes. */
  public static String bridge(String network) {
    return SandboxNetwork.bridge(network);
  }

  /** Why the engine connects sandboxes to their network, or null where the server does. */
  public String linkTrouble() {
    return control.network().byEngine();
  }

  @Override
  public Future<String> ping() {
    return quickly(control::describe);
  }

  @Override
  public Future<Sandbox> create(SandboxSpec spec) {
    return slowly(LONG, () -> live(control.create(spec)));
  }

  @Override
  public Future<List<Sandbox>> list() {
    return run(
        quick,
        LONG,
        () -> {
          List<InspectContainerResponse> found = control.list();
          if (!swept.getAndSet(true)) {
            control.sweep(found);
          }
          return found.stream().map(SandboxView::of).toList();
        });
  }

  @Override
  public Future<Sandbox> inspect(String handle) {
    return EngineExecs.checked(handle)
        .compose(id -> quickly(() -> SandboxView.of(control.inspect(id))));
  }

  @Override
  public Future<Sandbox> start(String handle) {
    return EngineExecs.checked(handle).compose(id -> slowly(LONG, () -> live(control.start(id))));
  }

  @Override
  public Future<Void> stop(String handle, Duration grace) {
    return EngineExecs.checked(handle)
        .compose(id -> slowlyDo(grace.plus(LONG), () -> control.stop(id, grace)));
  }

  @Override
  public Future<Void> remove(String handle) {
    return EngineExecs.checked(handle)
        .compose(id -> slowlyDo(LONG, () -> control.remove(id)).onSuccess(v -> agents.forget(id)));
  }

  @Override
  public Future<SandboxStats> stats(String handle) {
    return EngineExecs.checked(handle)
        .compose(id -> http.get("/containers/" + id + "/stats?stream=false&one-shot=true"))
        .map(StatsView::of);
  }

  @Override
  public Future<Void> pause(String handle) {
    return command(handle, "pause", NOTHING);
  }

  @Override
  public Future<Void> resume(String handle) {
    return command(handle, "unpause", NOTHING);
  }

  @Override
  public Future<Void> limit(String handle, Limits limits) {
    JsonObject changed =
        new JsonObject()
            .put("Memory", limits.memoryBytes())
            .put("MemorySwap", limits.memoryBytes())
            .put("NanoCpus", ContainerPlan.nanoCpus(limits))
            .put("PidsLimit", limits.pids());
    return agents
        .known(handle)
        .compose(known -> letBurst(handle, false))
        .compose(v -> command(handle, "update", changed).eventually(() -> letBurst(handle, true)));
  }

  private Future<Void> letBurst(String handle, boolean allowed) {
    return quickly(Executors.callable(() -> control.letBurst(handle, allowed), null));
  }

  /** The engine knows no policies; its network was chosen when the sandbox was made. */
  @Override
  public Future<Void> connect(Sandbox sandbox, NetworkPolicy policy) {
    return Future.succeededFuture();
  }

  /** Only of a sandbox that is this server's own. */
  private Future<Void> command(String handle, String verb, JsonObject body) {
    return agents
        .known(handle)
        .compose(known -> http.post("/containers/" + handle + "/" + verb, body))
        .mapEmpty();
  }

  @Override
  public Future<ExecSession> exec(String handle, ExecSpec spec, ExecListener listener) {
    return agents.exec(handle, spec, listener);
  }

  @Override
  public Future<List<HeldExec>> held(String handle) {
    return agents.held(handle);
  }

  @Override
  public Future<ExecSession> attach(String handle, Resumption from, ExecListener listener) {
    return agents.attach(handle, from, listener);
  }

  @Override
  public Future<Buffer> ask(String handle, String... question) {
    return agents.ask(handle, question);
  }

  @Override
  public void onStopped(Handler<String> handler) {
    watcher.onStopped(handler);
  }

  @Override
  public Future<Void> close() {
    watcher.close();
    vertx.cancelTimer(mending);
    Future<Void> commands = agents.close();
    // What is half made must be finished or undone while the engine can still be called.
    return slowlyDo(LAST_CALLS, control::tidy)
        .transform(v -> Future.join(slow.close(LAST_CALLS), quick.close(LAST_CALLS)))
        .transform(v -> commands)
        .transform(v -> http.close())
        .transform(v -> vertx.executeBlocking(Executors.callable(control::close, null)));
  }

  private Future<InspectContainerResponse> described(String handle) {
    return quickly(() -> control.inspect(handle));
  }

  private Sandbox live(InspectContainerResponse container) {
    agents.remember(container);
    watcher.expect(container.getId());
    return SandboxView.of(container);
  }

  private Future<Collection<String>> running() {
    return run(quick, SHORT, control::running);
  }

  private <T> Future<T> quickly(Callable<T> call) {
    return run(quick, SHORT, call);
  }

  private <T> Future<T> slowly(Duration limit, Callable<T> call) {
    return run(slow, limit, call);
  }

  private Future<Void> slowlyDo(Duration limit, Runnable action) {
    return slowly(limit, Executors.callable(action, null));
  }

  private static <T> Future<T> run(BoundedWorker worker, Duration limit, Callable<T> call) {
    return worker
        .call(limit, StaleConnections.retrying(call))
        .recover(e -> Future.failedFuture(EngineErrors.of(e)));
  }
}

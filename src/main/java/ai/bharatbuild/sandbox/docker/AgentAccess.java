package ai.bharatbuild.sandbox.docker;

import ai.bharatbuild.sandbox.ExecListener;
import ai.bharatbuild.sandbox.ExecSession;
import ai.bharatbuild.sandbox.ExecSpec;
import ai.bharatbuild.sandbox.HeldExec;
import ai.bharatbuild.sandbox.Resumption;
import ai.bharatbuild.sandbox.RuntimeUnavailableException;
import ai.bharatbuild.sandbox.SandboxGoneException;
import com.github.dockerjava.api.command.InspectContainerResponse;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Commands and questions to the agents of sandboxes: over the agent's own socket where the sandbox
 * has one, else through the engine. Safe on any thread; sessions belong to the caller's context.
 */
final class AgentAccess {
  /**
   * What is known of a sandbox that was seen running.
   *
   * @param environment variables that every command gets
   * @param socket null where the agent is reached through the engine
   * @param agentVersion of its protocol
   */
  private record Agent(Map<String, String> environment, Path socket, int agentVersion) {}

  private final Vertx vertx;
  private final DockerSettings settings;
  private final AgentSockets sockets;
  private final EngineExecs engine;
  private final SocketExecs direct;
  private final LeftoverKiller killer;
  private final Function<String, Future<InspectContainerResponse>> inspect;
  private final Map<String, Agent> agents = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /**
   * @param sockets null to use the engine only
   * @param inspect the engine's description of a container of this server
   */
  AgentAccess(
      Vertx vertx,
      DockerSettings settings,
      AgentSockets sockets,
      EngineExecs engine,
      Function<String, Future<InspectContainerResponse>> inspect) {
    this.vertx = vertx;
    this.settings = settings;
    this.sockets = sockets;
    this.engine = engine;
    this.direct = new SocketExecs(vertx);
    this.killer = new LeftoverKiller(engine);
    this.inspect = inspect;
  }

  /** Takes note of a container that runs. Blocks for a look at the file system. */
  void remember(InspectContainerResponse container) {
    agents.put(container.getId(), agent(container));
  }

  void forget(String handle) {
    agents.remove(handle);
  }

  /** Fails unless the sandbox is one of this server's. */
  Future<Void> known(String handle) {
    return agentOf(handle).mapEmpty();
  }

  private Agent agent(InspectContainerResponse container) {
    Map<String, String> labels = container.getConfig().getLabels();
    Path socket = null;
    if (sockets != null && SandboxView.hasSocket(container)) {
      Path made = sockets.socket(labels.get(Labels.INCARNATION));
      socket = Files.exists(made, LinkOption.NOFOLLOW_LINKS) ? made : null;
    }
    return new Agent(SandboxView.environment(container), socket, Labels.agentVersion(labels));
  }

  Future<ExecSession> exec(String handle, ExecSpec spec, ExecListener listener) {
    return agentOf(handle)
        .compose(
            agent -> {
              Map<String, String> environment = new HashMap<>(agent.environment());
              environment.putAll(spec.environment());
              return agent.socket() == null
                  ? overEngine(handle, agent, spec, environment, listener)
                  : overSocket(handle, agent, spec, environment, listener);
            });
  }

  private Future<ExecSession> overSocket(
      String handle,
      Agent agent,
      ExecSpec spec,
      Map<String, String> environment,
      ExecListener listener) {
    Buffer frames = AgentFrames.startOnSocket(spec, environment, settings.uid(), settings.gid());
    SessionTerms terms = SessionTerms.of(spec, true);
    return connect(handle, agent)
        .compose(stream -> begin(handle, agent, terms, listener, stream, frames));
  }

  private Future<ExecSession> overEngine(
      String handle,
      Agent agent,
      ExecSpec spec,
      Map<String, String> environment,
      ExecListener listener) {
    boolean old = agent.agentVersion() < Labels.SOCKET_VERSION;
    if (old && (spec.pty() != null || !spec.cpuTime().isZero())) {
      return Future.failedFuture(
          new RuntimeUnavailableException(
              "The sandbox's image is too old for this; run scripts/images.sh and create the"
                  + " sandbox anew.",
              null));
    }
    Buffer frames = AgentFrames.start(spec, environment, settings.uid(), settings.gid());
    SessionTerms terms = SessionTerms.of(spec, false);
    return engine
        .session(handle, spec.execId())
        .compose(stream -> begin(handle, agent, terms, listener, stream, frames));
  }

  Future<List<HeldExec>> held(String handle) {
    return agentOf(handle)
        .compose(
            agent ->
                agent.socket() == null
                    ? Future.succeededFuture(List.of())
                    : direct.held(agent.socket()));
  }

  Future<ExecSession> attach(String handle, Resumption from, ExecListener listener) {
    Buffer frame = AgentFrames.attach(from.execId(), from.outputs());
    return agentOf(handle)
        .compose(agent -> attach(handle, agent, SessionTerms.of(from), listener, frame));
  }

  private Future<ExecSession> attach(
      String handle, Agent agent, SessionTerms terms, ExecListener listener, Buffer frame) {
    return agent.socket() == null
        ? Future.failedFuture(new SandboxGoneException("The sandbox holds no commands."))
        : connect(handle, agent)
            .compose(stream -> begin(handle, agent, terms, listener, stream, frame));
  }

  Future<Buffer> ask(String handle, String... question) {
    return agentOf(handle)
        .compose(
            agent ->
                agent.socket() == null
                    ? engine.ask(handle, question)
                    : direct
                        .ask(agent.socket(), question)
                        .recover(e -> Future.failedFuture(EngineErrors.of(e))));
  }

  Future<Void> close() {
    closed = true;
    return direct.close();
  }

  /** A socket without anybody behind it may be that of a sandbox which is gone, or of another. */
  private Future<AgentStream> connect(String handle, Agent agent) {
    return direct.connect(agent.socket()).onFailure(e -> agents.remove(handle, agent));
  }

  /** The session reads nothing before the caller has it. */
  private Future<ExecSession> begin(
      String handle,
      Agent agent,
      SessionTerms terms,
      ExecListener listener,
      AgentStream stream,
      Buffer frames) {
    AgentSession session =
        new AgentSession(
            vertx,
            stream,
            terms,
            listener,
            hungUp -> endRest(handle, hungUp ? agent.socket() : null, terms));
    session.start(frames);
    vertx.runOnContext(v -> session.begin());
    return Future.succeededFuture(session);
  }

  /**
   * A server that closes leaves its sandboxes and their commands running, and one that another
   * server took a command from leaves it to that one.
   *
   * @param socket where to ask whether that is so; null when it cannot be
   */
  private Future<Void> endRest(String handle, Path socket, SessionTerms terms) {
    Future<Boolean> leave =
        closed || socket == null || !terms.window()
            ? Future.succeededFuture(closed)
            : direct
                .held(socket)
                .map(all -> all.stream().anyMatch(held -> held.execId().equals(terms.execId())))
                .otherwise(false);
    return leave.compose(
        left -> left ? Future.succeededFuture() : killer.kill(handle, terms.execId()));
  }

  private Future<Agent> agentOf(String handle) {
    Agent known = agents.get(String.valueOf(handle));
    if (known != null) {
      return Future.succeededFuture(known);
    }
    return EngineExecs.checked(handle)
        .compose(inspect::apply)
        .compose(container -> vertx.executeBlocking(() -> agent(container), false))
        .onSuccess(agent -> agents.put(handle, agent));
  }
}

package ai.bharatbuild.sandbox;

import ai.bharatbuild.bus.Address;
import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.config.Settings;
import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.sandbox.ContainerMessages.Created;
import ai.bharatbuild.sandbox.ContainerMessages.Delete;
import ai.bharatbuild.sandbox.ContainerMessages.Discard;
import ai.bharatbuild.sandbox.ContainerMessages.ExecList;
import ai.bharatbuild.sandbox.ContainerMessages.Listening;
import ai.bharatbuild.sandbox.ContainerMessages.Locate;
import ai.bharatbuild.sandbox.ContainerMessages.Located;
import ai.bharatbuild.sandbox.ContainerMessages.Of;
import ai.bharatbuild.sandbox.ContainerMessages.OfExec;
import ai.bharatbuild.sandbox.ContainerMessages.Swept;
import ai.bharatbuild.sandbox.ContainerMessages.TerminalList;
import ai.bharatbuild.sandbox.ContainerMessages.Views;
import ai.bharatbuild.sandbox.advice.CommandAdvisor;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns one shard of the containers and their execs: everything about a workspace's sandbox happens
 * on this verticle's event loop, so nothing needs a lock. Answers {@link ContainerMessages}.
 */
public final class ContainerExecVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(ContainerExecVerticle.class);
  private static final long ADOPT_RETRY_MS = 3_000;

  /**
   * What all shards share.
   *
   * @param state directory for what outlives the server; only the server may get at it
   * @param uid user that commands run as
   * @param unwatched names of directories whose changes nobody is told of
   */
  public record Parts(
      Bus bus,
      SandboxRuntime runtime,
      Workspaces workspaces,
      Settings.Sandboxes settings,
      int uid,
      Path state,
      PreviewAddress previews,
      ContainerCounts counts,
      Admission admission,
      List<String> unwatched) {}

  private final Parts parts;
  private final int shard;
  private final int shards;
  private Execs execs;
  private Containers containers;
  private Freezer freezer;
  private Adoption adoption;
  private Listeners listeners;
  private Meter meter;
  private Watches watches;
  private Terminals terminals;
  private boolean adopted;
  private boolean stopping;

  public ContainerExecVerticle(Parts parts, int shard, int shards) {
    this.parts = parts;
    this.shard = shard;
    this.shards = shards;
  }

  @Override
  public Future<?> start() {
    SandboxStore store =
        new SandboxStore(parts.state(), vertx.createSharedWorkerExecutor("sandbox-files", 4));
    execs =
        new Execs(
            vertx,
            parts.runtime(),
            store,
            new CommandAdvisor(),
            parts.settings().enforceAdvice(),
            parts.settings().execLogBytes());
    Room room = new Room(parts.bus(), shards, parts.admission());
    freezer = new Freezer(parts.runtime(), room, this::busy, parts.settings().pauseAfter());
    watches = new Watches(vertx, parts.runtime(), parts.unwatched(), freezer::wakeToEnd);
    terminals = new Terminals(vertx, parts.runtime(), freezer);
    containers =
        new Containers(
            parts.runtime(),
            parts.workspaces(),
            store,
            parts.settings(),
            parts.counts(),
            execs,
            new Births(
                parts.bus(), parts.runtime(), parts.workspaces(), store, room, parts.settings()),
            room,
            freezer);
    adoption =
        new Adoption(
            parts.runtime(),
            parts.workspaces(),
            store,
            containers,
            new ExecRecovery(vertx, parts.runtime(), store, execs),
            this::isMine);
    listeners = new Listeners(parts.runtime(), parts.uid());
    meter = new Meter(vertx, parts.runtime());
    Context own = context;
    parts.runtime().onStopped(handle -> own.runOnContext(v -> containers.onStopped(handle)));
    return Future.all(serveContainers(), serveExecs(), serveTerminals()).compose(v -> adopt());
  }

  @Override
  public Future<?> stop() {
    stopping = true;
    if (watches != null) {
      watches.endAll();
      terminals.endAll();
    }
    return execs == null ? Future.succeededFuture() : containers.detach();
  }

  /** Looks for sandboxes of an earlier server; until that was possible, calls answer 503. */
  private Future<Void> adopt() {
    return parts
        .runtime()
        .list()
        .compose(adoption::adopt)
        .onSuccess(v -> adopted = true)
        .recover(
            e -> {
              LOG.warn("shard {} cannot look for its sandboxes: {}", shard, e.getMessage());
              if (!stopping) {
                vertx.setTimer(ADOPT_RETRY_MS, id -> adopt());
              }
              return Future.succeededFuture();
            });
  }

  /** What is not to be frozen: what runs a command with a time limit, and what somebody watches. */
  private boolean busy(Container container) {
    return execs.busy(container) || watches.watching(container);
  }

  private boolean isMine(String id) {
    return Bus.shardOf(id, shards).equals(Integer.toString(shard));
  }

  private Future<?> serveContainers() {
    PreviewAddress urls = parts.previews();
    List<Future<?>> served = new ArrayList<>();
    served.add(
        serve(
            ContainerMessages.CREATE,
            create -> containers.create(create, urls).<Created>map(c -> c)));
    served.add(of(ContainerMessages.STATUS, (c, q) -> Future.succeededFuture(c.view(urls))));
    served.add(of(ContainerMessages.STOP, (c, q) -> containers.stop(c).map(v -> c.view(urls))));
    served.add(
        of(ContainerMessages.RESTART, (c, q) -> containers.restart(c).map(v -> c.view(urls))));
    served.add(serve(ContainerMessages.DELETE, this::delete));
    served.add(serve(ContainerMessages.DISCARD, this::discard));
    served.add(
        serve(
            ContainerMessages.LIST,
            mine ->
                Future.succeededFuture(
                    new Views(
                        containers.ownedBy(mine.owner()).stream()
                            .map(c -> c.view(urls))
                            .toList()))));
    served.add(of(ContainerMessages.STATS, (c, q) -> meter.read(c)));
    served.add(
        of(
            ContainerMessages.PROCESSES,
            (c, q) -> freezer.use(c, () -> parts.runtime().ask(c.running().handle(), "ps"))));
    served.add(
        of(
            ContainerMessages.PORTS,
            (c, q) ->
                freezer
                    .use(c, () -> listeners.open(c.running()))
                    .map(open -> new Listening(List.copyOf(open.keySet()), c.view(urls)))));
    served.add(serve(ContainerMessages.LOCATE, this::locate));
    served.add(of(ContainerMessages.TOUCH, (c, q) -> freezer.nudge(c)));
    served.add(
        serve(
            ContainerMessages.WATCH,
            q -> {
              Container container = containers.of(q.id(), q.owner());
              return freezer.use(
                  container, () -> watches.open(container.running(), q.below(), q.after()));
            }));
    served.add(serve(ContainerMessages.MAKE_ROOM, q -> containers.makeRoom()));
    served.add(serve(ContainerMessages.SWEEP, sweep -> containers.sweep().<Swept>map(s -> s)));
    return Future.all(served);
  }

  private Future<?> serveExecs() {
    return Future.all(
        List.of(
            serve(
                ContainerMessages.EXEC,
                q -> {
                  Container container = containers.of(q.id(), q.owner());
                  return freezer.use(container, () -> execs.start(container, q));
                }),
            of(
                ContainerMessages.EXECS,
                (c, q) -> Future.succeededFuture(new ExecList(execs.list(c)))),
            serve(ContainerMessages.EXEC_STATUS, q -> Future.succeededFuture(found(q).view())),
            serve(
                ContainerMessages.EXEC_EVENTS,
                q -> execs.events(containers.of(q.id(), q.owner()), found(q))),
            serve(
                ContainerMessages.EXEC_CANCEL,
                q -> {
                  Exec exec = found(q);
                  return freezer
                      .wakeToEnd(containers.of(q.id(), q.owner()))
                      .onSuccess(v -> exec.cancel());
                }),
            serve(
                ContainerMessages.EXEC_STDIN,
                q -> {
                  Container container = containers.of(q.id(), q.owner());
                  return freezer.use(container, () -> execs.write(container, q));
                }),
            serve(
                ContainerMessages.EXEC_SIGNAL,
                q ->
                    awake(
                        new OfExec(q.id(), q.owner(), q.execId()),
                        exec -> exec.signal(q.number())))));
  }

  private Future<?> serveTerminals() {
    return Future.all(
        serve(
            ContainerMessages.TERMINAL,
            q -> {
              Container container = containers.of(q.id(), q.owner());
              return freezer.use(container, () -> terminals.open(container.running(), q));
            }),
        of(
            ContainerMessages.TERMINALS,
            (c, q) -> Future.succeededFuture(new TerminalList(terminals.list(c)))),
        serve(
            ContainerMessages.TERMINAL_CLOSE,
            q -> terminals.close(containers.of(q.id(), q.owner()), q.terminalId())));
  }

  private <R> Future<R> awake(OfExec question, Function<Exec, Future<R>> use) {
    Exec exec = found(question);
    return freezer.use(containers.of(question.id(), question.owner()), () -> use.apply(exec));
  }

  private Exec found(OfExec question) {
    return execs.of(containers.of(question.id(), question.owner()), question.execId());
  }

  private Future<Void> delete(Delete question) {
    Container container = containers.of(question.id(), question.owner());
    return containers
        .delete(container, !question.files())
        .compose(
            v ->
                question.files()
                    ? parts.workspaces().delete(question.id(), question.owner())
                    : Future.succeededFuture());
  }

  private Future<Void> discard(Discard question) {
    Container container = containers.find(question.id());
    return container == null ? Future.succeededFuture() : containers.delete(container, false);
  }

  private Future<Located> locate(Locate question) {
    Container container = containers.find(question.id());
    boolean hidden =
        container == null
            || container.deleted
            || (question.owner() != null && !container.owner.equals(question.owner()));
    return hidden
        ? Future.failedFuture(ApiException.notFound("container"))
        : freezer.use(
            container, () -> listeners.locate(container, question.port(), question.refresh()));
  }

  private <R> Future<Void> of(Address<Of, R> address, BiFunction<Container, Of, Future<R>> answer) {
    return serve(address, q -> answer.apply(containers.of(q.id(), q.owner()), q));
  }

  /** Serves an address of this shard; failures of the engine become 503, a vanished sandbox 409. */
  private <Q, R> Future<Void> serve(Address<Q, R> address, Function<Q, Future<R>> answer) {
    return parts
        .bus()
        .serve(
            address,
            Integer.toString(shard),
            question ->
                ready(address)
                    .compose(v -> answer.apply(question))
                    .recover(e -> Future.failedFuture(translate(e))));
  }

  private Future<Void> ready(Address<?, ?> address) {
    if (adopted || address == ContainerMessages.DISCARD || address == ContainerMessages.SWEEP) {
      return Future.succeededFuture();
    }
    return parts
        .runtime()
        .ping()
        .compose(
            v ->
                Future.failedFuture(
                    ApiException.busy("The server is still looking for its sandboxes.", 3)));
  }

  private static Throwable translate(Throwable cause) {
    return switch (cause) {
      case RuntimeUnavailableException e -> ApiException.unavailable(e.getMessage());
      case SandboxGoneException e ->
          ApiException.conflict(
              "container_not_running", "The container is not running; restart or create it.");
      default -> cause;
    };
  }
}

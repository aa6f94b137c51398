package ai.bharatbuild.sandbox;

import ai.bharatbuild.bus.Address;
import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.sandbox.ContainerMessages.Created;
import ai.bharatbuild.sandbox.ContainerMessages.Delete;
import ai.bharatbuild.sandbox.ContainerMessages.Discard;
import ai.bharatbuild.sandbox.ContainerMessages.ExecList;
import ai.bharatbuild.sandbox.ContainerMessages.Listening;
import ai.bharatbuild.sandbox.ContainerMessages.Locate;
import ai.bharatbuild.sandbox.ContainerMessages.Located;
import ai.bharatbuild.sandbox.ContainerMessages.MadeOf;
import ai.bharatbuild.sandbox.ContainerMessages.Of;
import ai.bharatbuild.sandbox.ContainerMessages.OfExec;
import ai.bharatbuild.sandbox.ContainerMessages.Swept;
import ai.bharatbuild.sandbox.ContainerMessages.TerminalList;
import ai.bharatbuild.sandbox.ContainerMessages.Views;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Answers {@link ContainerMessages} of one shard. Confined to its verticle's context. */
final class ContainerAnswers {
  /** Who does what is asked for. */
  record Pieces(
      Containers containers,
      Execs execs,
      Freezer freezer,
      Listeners listeners,
      Meter meter,
      Watches watches,
      Terminals terminals) {}

  private final ContainerExecVerticle.Parts parts;
  private final int shard;
  private final Pieces pieces;
  private final Function<Address<?, ?>, Future<Void>> ready;

  /**
   * @param ready fails as long as questions at an address cannot be answered
   */
  ContainerAnswers(
      ContainerExecVerticle.Parts parts,
      int shard,
      Pieces pieces,
      Function<Address<?, ?>, Future<Void>> ready) {
    this.parts = parts;
    this.shard = shard;
    this.pieces = pieces;
    this.ready = ready;
  }

  /** Completes when questions can come. */
  Future<Void> serve() {
    return Future.all(serveContainers(), serveExecs(), serveTerminals()).mapEmpty();
  }

  private Future<?> serveContainers() {
    PreviewAddress urls = parts.previews();
    List<Future<?>> served = new ArrayList<>();
    served.add(
        serve(
            ContainerMessages.CREATE,
            create -> pieces.containers().create(create, urls).<Created>map(c -> c)));
    served.add(of(ContainerMessages.STATUS, (c, q) -> Future.succeededFuture(c.view(urls))));
    served.add(
        of(ContainerMessages.STOP, (c, q) -> pieces.containers().stop(c).map(v -> c.view(urls))));
    served.add(
        of(
            ContainerMessages.RESTART,
            (c, q) -> pieces.containers().restart(c).map(v -> c.view(urls))));
    served.add(serve(ContainerMessages.ADMITS, q -> pieces.containers().admits(q.id(), q.owner())));
    served.add(serve(ContainerMessages.DELETE, this::delete));
    served.add(serve(ContainerMessages.DISCARD, this::discard));
    served.add(
        serve(
            ContainerMessages.LIST,
            mine ->
                Future.succeededFuture(
                    new Views(
                        pieces.containers().ownedBy(mine.owner()).stream()
                            .map(c -> c.view(urls))
                            .toList()))));
    served.add(
        of(
            ContainerMessages.MADE_OF,
            (c, q) -> Future.succeededFuture(new MadeOf(c.running().image()))));
    served.add(of(ContainerMessages.STATS, (c, q) -> pieces.meter().read(c)));
    served.add(
        of(
            ContainerMessages.PROCESSES,
            (c, q) ->
                pieces.freezer().use(c, () -> parts.runtime().ask(c.running().handle(), "ps"))));
    served.add(
        of(
            ContainerMessages.PORTS,
            (c, q) ->
                pieces
                    .freezer()
                    .use(c, () -> pieces.listeners().open(c.running()))
                    .map(open -> new Listening(List.copyOf(open.keySet()), c.view(urls)))));
    served.add(serve(ContainerMessages.LOCATE, this::locate));
    served.add(of(ContainerMessages.TOUCH, (c, q) -> pieces.freezer().nudge(c)));
    served.add(
        serve(
            ContainerMessages.WATCH,
            q -> {
              Container container = pieces.containers().of(q.id(), q.owner());
              return pieces
                  .freezer()
                  .use(
                      container,
                      () -> pieces.watches().open(container.running(), q.below(), q.after()));
            }));
    served.add(serve(ContainerMessages.MAKE_ROOM, q -> pieces.containers().makeRoom()));
    served.add(
        serve(ContainerMessages.SWEEP, sweep -> pieces.containers().sweep().<Swept>map(s -> s)));
    return Future.all(served);
  }

  private Future<?> serveExecs() {
    return Future.all(
        List.of(
            serve(
                ContainerMessages.EXEC,
                q -> {
                  Container container = pieces.containers().of(q.id(), q.owner());
                  return pieces.freezer().use(container, () -> pieces.execs().start(container, q));
                }),
            of(
                ContainerMessages.EXECS,
                (c, q) -> Future.succeededFuture(new ExecList(pieces.execs().list(c)))),
            serve(ContainerMessages.EXEC_STATUS, q -> Future.succeededFuture(found(q).view())),
            serve(
                ContainerMessages.EXEC_EVENTS,
                q -> pieces.execs().events(pieces.containers().of(q.id(), q.owner()), found(q))),
            serve(
                ContainerMessages.EXEC_CANCEL,
                q -> {
                  Exec exec = found(q);
                  return pieces
                      .freezer()
                      .wakeToEnd(pieces.containers().of(q.id(), q.owner()))
                      .onSuccess(v -> exec.cancel());
                }),
            serve(
                ContainerMessages.EXEC_STDIN,
                q -> {
                  Container container = pieces.containers().of(q.id(), q.owner());
                  return pieces.freezer().use(container, () -> pieces.execs().write(container, q));
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
              Container container = pieces.containers().of(q.id(), q.owner());
              return pieces
                  .freezer()
                  .use(container, () -> pieces.terminals().open(container.running(), q));
            }),
        of(
            ContainerMessages.TERMINALS,
            (c, q) -> Future.succeededFuture(new TerminalList(pieces.terminals().list(c)))),
        serve(
            ContainerMessages.TERMINAL_CLOSE,
            q ->
                pieces
                    .terminals()
                    .close(pieces.containers().of(q.id(), q.owner()), q.terminalId())));
  }

  private <R> Future<R> awake(OfExec question, Function<Exec, Future<R>> use) {
    Exec exec = found(question);
    return pieces
        .freezer()
        .use(pieces.containers().of(question.id(), question.owner()), () -> use.apply(exec));
  }

  private Exec found(OfExec question) {
    return pieces
        .execs()
        .of(pieces.containers().of(question.id(), question.owner()), question.execId());
  }

  private Future<Void> delete(Delete question) {
    Container container = pieces.containers().of(question.id(), question.owner());
    return pieces
        .containers()
        .delete(container, !question.files())
        .compose(
            v ->
                question.files()
                    ? parts.workspaces().delete(question.id(), question.owner())
                    : Future.succeededFuture());
  }

  private Future<Void> discard(Discard question) {
    Container container = pieces.containers().find(question.id());
    return container == null
        ? Future.succeededFuture()
        : pieces.containers().delete(container, false);
  }

  private Future<Located> locate(Locate question) {
    Container container = pieces.containers().find(question.id());
    boolean hidden = container == null || container.deleted || !sees(question, container);
    return hidden
        ? Future.failedFuture(ApiException.notFound("container"))
        : pieces
            .freezer()
            .use(
                container,
                () -> pieces.listeners().locate(container, question.port(), question.refresh()));
  }

  /** Asked before a frozen sandbox is woken, so that strangers cannot wake it. */
  private static boolean sees(Locate question, Container container) {
    return question.owner() == null && !question.orPublic()
        || container.owner.equals(question.owner())
        || question.orPublic() && container.config.visibility().equals("public");
  }

  private <R> Future<Void> of(Address<Of, R> address, BiFunction<Container, Of, Future<R>> answer) {
    return serve(address, q -> answer.apply(pieces.containers().of(q.id(), q.owner()), q));
  }

  /** Serves an address of this shard; failures of the engine become 503, a vanished sandbox 409. */
  private <Q, R> Future<Void> serve(Address<Q, R> address, Function<Q, Future<R>> answer) {
    return parts
        .bus()
        .serve(
            address,
            Integer.toString(shard),
            question ->
                ready
                    .apply(address)
                    .compose(v -> answer.apply(question))
                    .recover(e -> Future.failedFuture(translate(e))));
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

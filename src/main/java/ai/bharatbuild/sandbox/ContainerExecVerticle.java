package ai.bharatbuild.sandbox;

import ai.bharatbuild.bus.Address;
import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.config.Settings;
import ai.bharatbuild.limits.OwnerLimits;
import ai.bharatbuild.limits.Quota;
import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.sandbox.advice.CommandAdvisor;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.internal.ContextInternal;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns one shard of the containers and their execs: everything about a workspace's sandbox happens
 * on this verticle's event loop, so nothing needs a lock. Answers {@link ContainerMessages}.
 */
public final class ContainerExecVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(ContainerExecVerticle.class);
  private static final long ADOPT_RETRY_MS = 3_000;

  /** What is answered before it is known which sandboxes there are. */
  private static final Set<Address<?, ?>> EARLY =
      Set.of(ContainerMessages.DISCARD, ContainerMessages.SWEEP, ContainerMessages.ADMITS);

  /**
   * What all shards share.
   *
   * @param state directory for what outlives the server; only the server may get at it
   * @param uid user that commands run as
   * @param limits what owners' plans allow
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
      OwnerLimits limits,
      List<String> unwatched) {}

  private final Parts parts;
  private final int shard;
  private final int shards;
  private Execs execs;
  private Containers containers;
  private Freezer freezer;
  private Adoption adoption;
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
    SandboxEvents events = new SandboxEvents(parts.bus());
    execs =
        new Execs(
            vertx,
            parts.runtime(),
            store,
            new CommandAdvisor(),
            parts.settings().enforceAdvice(),
            parts.settings().execLogBytes(),
            events);
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
            this::limit,
            execs,
            new Births(
                parts.bus(), parts.runtime(), parts.workspaces(), store, room, parts.settings()),
            room,
            freezer,
            events);
    adoption =
        new Adoption(
            parts.runtime(),
            parts.workspaces(),
            store,
            containers,
            new ExecRecovery(vertx, parts.runtime(), store, execs, events),
            this::isMine);
    ContainerAnswers.Pieces pieces =
        new ContainerAnswers.Pieces(
            containers,
            execs,
            freezer,
            new Listeners(parts.runtime(), parts.uid()),
            new Meter(vertx, parts.runtime()),
            watches,
            terminals);
    Context own = context;
    parts.runtime().onStopped(handle -> own.runOnContext(v -> containers.onStopped(handle)));
    return new ContainerAnswers(parts, shard, pieces, this::ready).serve().compose(v -> adopt());
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

  /** Asked elsewhere, answered here. */
  private Future<Long> limit(String owner, Quota quota) {
    Promise<Long> here = ((ContextInternal) context).promise();
    parts.limits().most(owner, quota).onComplete(here);
    return here.future();
  }

  /** What is not to be frozen: what runs a command with a time limit, and what somebody watches. */
  private boolean busy(Container container) {
    return execs.busy(container) || watches.watching(container);
  }

  private boolean isMine(String id) {
    return Bus.shardOf(id, shards).equals(Integer.toString(shard));
  }

  private Future<Void> ready(Address<?, ?> address) {
    if (adopted || EARLY.contains(address)) {
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
}

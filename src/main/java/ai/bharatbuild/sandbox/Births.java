package ai.bharatbuild.sandbox;

import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.config.Settings;
import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.sandbox.PoolMessages.Take;
import ai.bharatbuild.sandbox.PoolMessages.Taken;
import ai.bharatbuild.sandbox.PoolMessages.Warm;
import ai.bharatbuild.sandbox.SandboxStore.SandboxRecord;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives containers their sandboxes: one that waits where such a one fits, else a new one. Used on
 * the verticle's context.
 */
final class Births {
  private static final Logger LOG = LoggerFactory.getLogger(Births.class);

  private final Bus bus;
  private final SandboxRuntime runtime;
  private final Workspaces workspaces;
  private final SandboxStore store;
  private final Room room;
  private final ContainerConfig defaults;
  private final boolean pooled;

  Births(
      Bus bus,
      SandboxRuntime runtime,
      Workspaces workspaces,
      SandboxStore store,
      Room room,
      Settings.Sandboxes settings) {
    this.bus = bus;
    this.runtime = runtime;
    this.workspaces = workspaces;
    this.store = store;
    this.room = room;
    this.defaults = ContainerConfig.defaults(settings);
    this.pooled = settings.warmMax() > 0;
  }

  /** Completes when the container runs. Leaves nothing behind when it fails. */
  Future<Void> make(Container container) {
    return room.take(container.id, container.config.limits().memoryBytes())
        .compose(v -> waiting(container))
        .compose(warm -> warm == null ? create(container) : adopt(container, warm))
        .<Void>map(
            sandbox -> {
              container.is(sandbox);
              LOG.atInfo()
                  .addKeyValue("workspace", container.id)
                  .addKeyValue("type", container.type.id())
                  .addKeyValue("sandbox", sandbox.handle())
                  .log("container created");
              return null;
            })
        .onFailure(e -> room.admission().give(container.id));
  }

  /** A waiting sandbox that can be made what the container is to be, or null. */
  private Future<Warm> waiting(Container container) {
    if (!pooled || !fits(container.config)) {
      return Future.succeededFuture();
    }
    return workspaces
        .hasVolume(container.id)
        .compose(
            bound ->
                bound
                    ? Future.succeededFuture()
                    : bus.ask(PoolMessages.TAKE, PoolMessages.SHARD, new Take(container.type))
                        .map(Taken::warm))
        .otherwiseEmpty();
  }

  /** What cannot be changed on a sandbox that is there must be as it was made. */
  private boolean fits(ContainerConfig config) {
    Limits wanted = config.limits();
    Limits made = defaults.limits();
    return wanted.fileBytes() == made.fileBytes()
        && wanted.tmpfsBytes() == made.tmpfsBytes()
        && wanted.openFiles() == made.openFiles()
        && config.network().equals(defaults.network())
        && config.publish().isEmpty();
  }

  private Future<Sandbox> adopt(Container container, Warm warm) {
    container.incarnation = warm.sandbox().incarnation();
    Future<Path> occupied = workspaces.occupy(container.id, container.owner, warm.workspace());
    Future<Void> connected = runtime.connect(warm.sandbox(), container.config.network());
    return occupied
        .compose(
            path ->
                sameShares(container.config.limits())
                    ? Future.succeededFuture()
                    : runtime.limit(warm.sandbox().handle(), container.config.limits()))
        // Before it is noted whose it is, so that the next server takes over none without.
        .compose(v -> connected)
        .compose(v -> remember(container))
        .map(v -> warm.sandbox())
        .recover(
            e -> {
              Future<Sandbox> next =
                  occupied.succeeded() || e instanceof ApiException
                      ? Future.failedFuture(e)
                      : create(container);
              // What is still being put in force would be left behind by the removal.
              return connected
                  .transform(v -> undo(warm, occupied.succeeded()))
                  .transform(v -> next);
            });
  }

  private boolean sameShares(Limits limits) {
    return limits.equals(defaults.limits());
  }

  private Future<Void> undo(Warm warm, boolean occupied) {
    return runtime
        .remove(warm.sandbox().handle())
        .transform(v -> occupied ? Future.succeededFuture() : workspaces.discard(warm.workspace()))
        .recover(
            e -> {
              LOG.warn("a sandbox that could not be used is left behind", e);
              return Future.succeededFuture();
            });
  }

  private Future<Sandbox> create(Container container) {
    container.incarnation = Incarnations.next();
    room.admission().birthBegins();
    return workspaces
        .ensure(container.id, container.owner, container.config.limits().fileBytes())
        .compose(path -> remember(container).map(path))
        .compose(path -> runtime.create(spec(container, path)))
        .onComplete(v -> room.admission().birthEnds());
  }

  private Future<Void> remember(Container container) {
    return store.remember(
        new SandboxRecord(
            container.id,
            container.incarnation,
            container.owner,
            container.type,
            container.config,
            container.createdAt));
  }

  private static SandboxSpec spec(Container container, Path path) {
    ContainerConfig config = container.config;
    return new SandboxSpec(
        container.id,
        container.incarnation,
        container.type,
        path,
        config.limits(),
        config.network(),
        null,
        config.publish(),
        Map.of(),
        Map.of());
  }
}

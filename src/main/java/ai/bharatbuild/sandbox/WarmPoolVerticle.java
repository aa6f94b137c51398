package ai.bharatbuild.sandbox;

import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.config.Settings;
import ai.bharatbuild.sandbox.PoolMessages.Taken;
import ai.bharatbuild.sandbox.PoolMessages.Warm;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps sandboxes started and waiting, so that a container can be had at once. Each is given away
 * once. One is made at a time, and none while somebody waits for a sandbox that is being made, or
 * has just taken one. There is one such verticle; its state is confined to its context.
 */
public final class WarmPoolVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(WarmPoolVerticle.class);
  private static final long TICK_MS = 1_000;
  private static final long DEMAND_NANOS = TimeUnit.MINUTES.toNanos(1);

  /**
   * Somebody who just took one may take more, and is not to wait for the processor behind a birth;
   * but who takes them without end is not to empty the shelves.
   */
  private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private static final long MOST_QUIET_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** What a sandbox in which nothing runs but the agent may hold. */
  private static final long WAITING_BYTES = 16L << 20;

  private final Bus bus;
  private final SandboxRuntime runtime;
  private final Workspaces workspaces;
  private final Settings.Sandboxes settings;
  private final Admission admission;
  private final Path state;
  private final Map<ProjectType, WarmShelf<Warm>> shelves = new EnumMap<>(ProjectType.class);
  private Future<?> work = Future.succeededFuture();
  private boolean working;
  private boolean stopping;
  private long lastTaken;
  private long firstTaken;

  /** Whether one was taken since the last was made. */
  private boolean taken;

  /**
   * @param state directory for what outlives the server
   * @param meters is told how many wait
   */
  public WarmPoolVerticle(
      Bus bus,
      SandboxRuntime runtime,
      Workspaces workspaces,
      Settings.Sandboxes settings,
      Admission admission,
      Path state,
      MeterRegistry meters) {
    this.bus = bus;
    this.runtime = runtime;
    this.workspaces = workspaces;
    this.settings = settings;
    this.admission = admission;
    this.state = state;
    for (ProjectType type : ProjectType.values()) {
      int min = settings.warmMin().getOrDefault(type.id(), 0);
      WarmShelf<Warm> shelf = new WarmShelf<>(min, settings.warmMax(), DEMAND_NANOS);
      shelves.put(type, shelf);
      meters.gauge("sandboxes_waiting", Tags.of("type", type.id()), shelf, WarmShelf::size);
    }
  }

  @Override
  public Future<?> start() {
    Context own = context;
    runtime.onStopped(handle -> own.runOnContext(v -> onStopped(handle)));
    return bus.serve(
            PoolMessages.TAKE,
            PoolMessages.SHARD,
            take -> Future.succeededFuture(take(take.type())))
        .onSuccess(
            v -> {
              // Not awaited: callers need not wait for what an earlier server left.
              working = true;
              work = clear().onComplete(done -> worked());
              vertx.setPeriodic(TICK_MS, id -> tend());
            });
  }

  @Override
  public Future<?> stop() {
    stopping = true;
    return work.transform(
        v -> {
          List<Future<?>> removed = new ArrayList<>();
          for (WarmShelf<Warm> shelf : shelves.values()) {
            shelf.empty().forEach(warm -> removed.add(remove(warm)));
          }
          return Future.join(removed).otherwiseEmpty();
        });
  }

  private Taken take(ProjectType type) {
    lastTaken = System.nanoTime();
    firstTaken = taken ? firstTaken : lastTaken;
    taken = true;
    Warm warm = shelves.get(type).take(lastTaken);
    if (warm != null) {
      admission.give(holder(warm));
    }
    return new Taken(warm);
  }

  /** Removes the sandboxes that waited when an earlier server ended. */
  private Future<Void> clear() {
    SandboxStore store =
        new SandboxStore(state, vertx.createSharedWorkerExecutor("sandbox-files", 4));
    return Future.all(runtime.list(), store.sandboxes())
        .compose(
            found -> {
              List<Sandbox> all = found.resultAt(0);
              Map<String, ?> given = found.resultAt(1);
              List<Future<?>> removed = new ArrayList<>();
              for (Sandbox sandbox : all) {
                if (sandbox.workspaceId().isEmpty() && !given.containsKey(sandbox.incarnation())) {
                  removed.add(runtime.remove(sandbox.handle()));
                }
              }
              return Future.join(removed).<Void>mapEmpty();
            })
        .recover(
            e -> {
              LOG.warn("cannot clear what waited of an earlier server: {}", e.getMessage());
              return Future.succeededFuture();
            });
  }

  private void worked() {
    working = false;
    tend();
  }

  /** Makes or removes one sandbox where the number that waits is not the one that is wanted. */
  private void tend() {
    long now = System.nanoTime();
    if (working || stopping || !admission.calm() || inDemand(now)) {
      return;
    }
    Future<?> next = null;
    for (WarmShelf<Warm> shelf : shelves.values()) {
      Warm surplus = next == null ? shelf.surplus(now) : null;
      next = surplus == null ? next : remove(surplus);
    }
    if (next == null) {
      next = makeNeeded(now);
    }
    if (next != null) {
      working = true;
      work = next.onComplete(v -> worked());
    }
  }

  private boolean inDemand(long now) {
    return taken && now - lastTaken < QUIET_NANOS && now - firstTaken < MOST_QUIET_NANOS;
  }

  private Future<?> makeNeeded(long now) {
    return shelves.entrySet().stream()
        .filter(entry -> entry.getValue().missing(now) > 0)
        .max(Comparator.comparingInt(entry -> entry.getValue().missing(now)))
        .map(entry -> make(entry.getKey(), entry.getValue()))
        .orElse(null);
  }

  private Future<?> make(ProjectType type, WarmShelf<Warm> shelf) {
    taken = false;
    String incarnation = Incarnations.next();
    if (!admission.take(holder(incarnation), WAITING_BYTES)) {
      shelf.failed(System.nanoTime());
      return Future.succeededFuture();
    }
    ContainerConfig config = ContainerConfig.defaults(settings);
    return workspaces
        .prepare(config.limits().fileBytes())
        .compose(
            workspace ->
                runtime
                    .create(spec(type, incarnation, config, workspace))
                    .onSuccess(sandbox -> shelf.add(new Warm(sandbox, workspace)))
                    .onFailure(e -> discard(workspace)))
        .onFailure(
            e -> {
              admission.give(holder(incarnation));
              shelf.failed(System.nanoTime());
              LOG.info("no {} sandbox can wait now: {}", type.id(), e.getMessage());
            })
        .otherwiseEmpty();
  }

  private static SandboxSpec spec(
      ProjectType type, String incarnation, ContainerConfig config, Workspaces.Prepared workspace) {
    return new SandboxSpec(
        "",
        incarnation,
        type,
        workspace.directory(),
        config.limits(),
        config.network(),
        null,
        List.of(),
        Map.of(),
        Map.of());
  }

  private void onStopped(String handle) {
    for (WarmShelf<Warm> shelf : shelves.values()) {
      Warm gone = shelf.drop(warm -> warm.sandbox().handle().equals(handle));
      if (gone != null) {
        LOG.warn("a waiting sandbox stopped by itself");
        remove(gone);
      }
    }
  }

  private Future<Void> remove(Warm warm) {
    admission.give(holder(warm));
    return runtime
        .remove(warm.sandbox().handle())
        .recover(
            e -> {
              LOG.debug("a waiting sandbox could not be removed", e);
              return Future.succeededFuture();
            })
        .compose(v -> discard(warm.workspace()));
  }

  private Future<Void> discard(Workspaces.Prepared workspace) {
    return workspaces
        .discard(workspace)
        .recover(
            e -> {
              LOG.warn("an unused workspace could not be removed", e);
              return Future.succeededFuture();
            });
  }

  private static String holder(Warm warm) {
    return holder(warm.sandbox().incarnation());
  }

  /** Cannot be a workspace's id, by which other shares are held. */
  private static String holder(String incarnation) {
    return "warm:" + incarnation;
  }
}

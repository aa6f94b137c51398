package ai.bharatbuild.sandbox;

import ai.bharatbuild.config.Settings;
import ai.bharatbuild.limits.OwnerLimits;
import ai.bharatbuild.limits.Quota;
import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.problem.Problem;
import ai.bharatbuild.sandbox.ContainerMessages.Create;
import ai.bharatbuild.sandbox.ContainerMessages.Created;
import ai.bharatbuild.sandbox.ContainerMessages.Start;
import ai.bharatbuild.sandbox.ContainerMessages.Swept;
import ai.bharatbuild.sandbox.Sandbox.State;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lives of one shard's containers: made, stopped, restarted, removed, taken over after a
 * restart of the server, ended when idle or old. Confined to its verticle's context.
 */
final class Containers {
  private static final Logger LOG = LoggerFactory.getLogger(Containers.class);
  private static final Duration STOP_GRACE = Duration.ofSeconds(2);
  private static final ExecRequest STATIC_SERVER = ExecRequest.forEver("serve");

  private final SandboxRuntime runtime;
  private final Workspaces workspaces;
  private final SandboxStore store;
  private final Settings.Sandboxes settings;
  private final ContainerCounts counts;
  private final OwnerLimits limits;
  private final Execs execs;
  private final Births births;
  private final Room room;
  private final Freezer freezer;
  private final SandboxEvents events;
  private final Map<String, Container> containers = new TreeMap<>();
  private final Map<String, Future<Void>> clearing = new HashMap<>();

  Containers(
      SandboxRuntime runtime,
      Workspaces workspaces,
      SandboxStore store,
      Settings.Sandboxes settings,
      ContainerCounts counts,
      OwnerLimits limits,
      Execs execs,
      Births births,
      Room room,
      Freezer freezer,
      SandboxEvents events) {
    this.runtime = runtime;
    this.workspaces = workspaces;
    this.store = store;
    this.settings = settings;
    this.counts = counts;
    this.limits = limits;
    this.execs = execs;
    this.births = births;
    this.room = room;
    this.freezer = freezer;
    this.events = events;
  }

  /** The owner's container, or 404. */
  Container of(String id, String owner) {
    Container container = containers.get(id);
    if (container == null || container.deleted || !container.owner.equals(owner)) {
      throw ApiException.notFound("container");
    }
    return container;
  }

  /** The container whoever owns it, or null. */
  Container find(String id) {
    return containers.get(id);
  }

  List<Container> ownedBy(String owner) {
    return containers.values().stream()
        .filter(container -> container.owner.equals(owner) && !container.deleted)
        .toList();
  }

  /** Answers a live container again, or makes one. */
  Future<Created> create(Create request, PreviewAddress urls) {
    Container existing = containers.get(request.id());
    if (existing != null && existing.deleted) {
      return existing.inOrder(Future::succeededFuture).compose(gone -> create(request, urls));
    }
    if (existing != null) {
      return again(existing, request, urls);
    }
    return limits
        .most(request.owner(), Quota.SANDBOXES)
        .compose(
            most ->
                // Somebody may have been first meanwhile.
                containers.containsKey(request.id())
                    ? create(request, urls)
                    : fresh(request, urls, most));
  }

  private Future<Created> fresh(Create request, PreviewAddress urls, long most) {
    if (!counts.take(request.owner(), (int) Math.min(most, settings.maxPerCaller()))) {
      return Future.failedFuture(refusal(request.owner(), most));
    }
    Container container =
        new Container(
            request.id(),
            request.owner(),
            request.type(),
            request.config(),
            Instant.now().truncatedTo(ChronoUnit.MILLIS));
    containers.put(container.id, container);
    container.created = container.inOrder(() -> make(container));
    return container
        .created
        .onFailure(e -> dropped(container))
        .map(v -> new Created(container.view(urls), true));
  }

  /**
   * Fails where a container on that workspace would be refused now: 402 {@code quota_exceeded}, or
   * 429 where the server itself allows no more.
   */
  Future<Void> admits(String id, String owner) {
    return containers.containsKey(id)
        ? Future.succeededFuture()
        : limits
            .most(owner, Quota.SANDBOXES)
            .compose(
                most ->
                    counts.of(owner) < Math.min(most, settings.maxPerCaller())
                        ? Future.succeededFuture()
                        : Future.failedFuture(refusal(owner, most)));
  }

  private ApiException refusal(String owner, long most) {
    return most < settings.maxPerCaller()
        ? Quota.SANDBOXES.exceeded(most, counts.of(owner))
        : new ApiException(
            new Problem(
                429,
                "rate_limited",
                "You have %d containers, as many as you may; delete one."
                    .formatted(settings.maxPerCaller()),
                null,
                null,
                null,
                30));
  }

  private Future<Created> again(Container existing, Create request, PreviewAddress urls) {
    if (!existing.owner.equals(request.owner())) {
      return Future.failedFuture(ApiException.notFound("container"));
    }
    if (existing.type != request.type()) {
      return Future.failedFuture(
          ApiException.conflict(
              "container_exists",
              "A %s container is on this workspace; delete it first."
                  .formatted(existing.type.id())));
    }
    existing.touch();
    return existing.created.compose(
        v ->
            existing.state == State.RUNNING
                ? Future.succeededFuture(new Created(existing.view(urls), false))
                : existing
                    .inOrder(() -> start(existing))
                    .map(started -> new Created(existing.view(urls), false)));
  }

  private Future<Void> make(Container container) {
    return clearing
        .getOrDefault(container.id, Future.succeededFuture())
        .compose(v -> births.make(container))
        .onSuccess(v -> serveStatic(container));
  }

  /** Stops the sandbox after its execs, which end as cancelled. */
  Future<Void> stop(Container container) {
    return stop(container, Ending.STOPPED);
  }

  private Future<Void> stop(Container container, Ending why) {
    return container.inOrder(
        () -> {
          if (container.state != State.RUNNING) {
            return Future.succeededFuture();
          }
          container.ending = why;
          return freezer
              .wakeToEnd(container)
              .compose(v -> execs.cancelAll(container))
              .compose(v -> runtime.stop(container.handle(), STOP_GRACE))
              .onSuccess(v -> stopped(container))
              .onFailure(e -> container.ending = Ending.DIED)
              .compose(v -> workspaces.recount(container.id).otherwiseEmpty());
        });
  }

  Future<Void> restart(Container container) {
    return stop(container, Ending.RESTARTED)
        .compose(v -> container.inOrder(() -> start(container)));
  }

  private Future<Void> start(Container container) {
    if (container.state == State.RUNNING) {
      return Future.succeededFuture();
    }
    return room.take(container.id, container.config.limits().memoryBytes())
        .compose(v -> runtime.start(container.handle()))
        .onFailure(e -> room.admission().give(container.id))
        .map(
            sandbox -> {
              container.is(sandbox);
              container.touch();
              serveStatic(container);
              return null;
            });
  }

  /**
   * Nobody starts a server for plain pages by hand; the image's own is started with the sandbox.
   */
  private void serveStatic(Container container) {
    if (container.type == ProjectType.STATIC) {
      execs
          .start(container, new Start(container.id, container.owner, STATIC_SERVER, false, "none"))
          .onFailure(e -> LOG.warn("cannot serve the pages of {}", container.id, e));
    }
  }

  /**
   * Removes the sandbox and forgets its execs; the files stay, and are counted if that is wanted.
   */
  Future<Void> delete(Container container, boolean recount) {
    return delete(container, recount, Ending.DELETED);
  }

  private Future<Void> delete(Container container, boolean recount, Ending why) {
    container.deleted = true;
    return container
        .inOrder(
            () -> {
              container.ending = why;
              return freezer
                  .wakeToEnd(container)
                  .transform(v -> execs.cancelAll(container))
                  .compose(
                      v ->
                          container.handle() == null
                              ? Future.succeededFuture()
                              : runtime.remove(container.handle()))
                  .recover(
                      e ->
                          e instanceof SandboxGoneException
                              ? Future.succeededFuture()
                              : Future.failedFuture(e))
                  .compose(v -> store.forget(container.id));
            })
        .onSuccess(v -> dropped(container))
        .onFailure(
            e -> {
              container.deleted = false;
              container.ending = Ending.DIED;
            })
        .compose(
            v ->
                recount
                    ? workspaces.recount(container.id).otherwiseEmpty()
                    : Future.succeededFuture());
  }

  private void dropped(Container container) {
    if (containers.remove(container.id, container)) {
      counts.give(container.owner);
      stopped(container);
    }
  }

  /** Marks whatever has that handle as stopped, since the engine says so. */
  void onStopped(String handle) {
    containers.values().stream()
        .filter(container -> handle.equals(container.handle()))
        .forEach(this::stopped);
  }

  private void stopped(Container container) {
    if (container.stopped()) {
      events.exited(container);
    }
    room.admission().give(container.id);
  }

  /** Ends what has not been used for long, and what is too old. */
  Future<Swept> sweep() {
    Instant now = Instant.now();
    List<Future<?>> steps = new ArrayList<>();
    int stopped = 0;
    int removed = 0;
    for (Container container : List.copyOf(containers.values())) {
      if (container.deleted || container.state == State.CREATING) {
        continue;
      }
      if (Duration.between(container.createdAt, now).toSeconds()
          >= container.config.maxLifetime()) {
        removed++;
        LOG.info("container of {} reached its lifetime", container.id);
        steps.add(delete(container, true, Ending.LIFETIME));
      } else if (container.state == State.RUNNING
          && !execs.busy(container)
          && Duration.between(container.lastUsed, now).toSeconds()
              >= container.config.idleTimeout()) {
        stopped++;
        LOG.info("container of {} is idle", container.id);
        steps.add(stop(container, Ending.IDLE));
      }
    }
    Swept swept = new Swept(stopped, removed);
    steps.add(freezer.sweep(containers.values()));
    return Future.join(steps).map(swept);
  }

  Future<Void> makeRoom() {
    return freezer.makeRoom(containers.values());
  }

  /** A leftover on that workspace is being removed; a new sandbox waits for that. */
  void clearing(String id, Future<Void> removal) {
    clearing.put(id, removal);
    removal.onComplete(v -> clearing.remove(id, removal));
  }

  /** Takes in a container that was found and not made here; false when its id is known already. */
  boolean takeIn(Container container) {
    if (containers.putIfAbsent(container.id, container) != null) {
      return false;
    }
    counts.add(container.owner);
    if (container.state == State.RUNNING) {
      room.admission().put(container.id, container.config.limits().memoryBytes());
    }
    return true;
  }

  /** Lets go of what still runs, before the server goes, and writes down its output so far. */
  Future<Void> detach() {
    List<Future<?>> flushed = new ArrayList<>();
    for (Container container : containers.values()) {
      for (Exec exec : container.execs.values()) {
        if (!exec.over().isComplete() && exec.log() != null) {
          exec.detach();
          flushed.add(exec.log().flush());
        }
      }
    }
    return Future.join(flushed).mapEmpty();
  }
}

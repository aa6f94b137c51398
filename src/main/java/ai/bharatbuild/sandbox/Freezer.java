package ai.bharatbuild.sandbox;

import ai.bharatbuild.sandbox.Sandbox.State;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Freezes sandboxes that nobody uses and wakes them when somebody does. Used on the verticle's
 * context.
 */
final class Freezer {
  private static final Logger LOG = LoggerFactory.getLogger(Freezer.class);

  /** What was used a moment ago is about to be used again. */
  private static final Duration SHORTEST = Duration.ofSeconds(10);

  private final SandboxRuntime runtime;
  private final Room room;
  private final Predicate<Container> busy;
  private final Duration idle;

  /**
   * @param busy whether a command with a time limit runs in it
   * @param idle how long a sandbox is unused before it is frozen; zero for never
   */
  Freezer(SandboxRuntime runtime, Room room, Predicate<Container> busy, Duration idle) {
    this.runtime = runtime;
    this.room = room;
    this.busy = busy;
    this.idle = idle;
  }

  /** Does something with a sandbox, which is awake meanwhile. */
  <T> Future<T> use(Container container, Supplier<Future<T>> work) {
    container.users++;
    container.touch();
    return awake(container)
        .compose(v -> work.get())
        .onComplete(
            done -> {
              container.users--;
              container.touch();
            });
  }

  private Future<Void> awake(Container container) {
    if (container.freezing != null) {
      return container.freezing.transform(v -> awake(container));
    }
    if (!container.paused) {
      return Future.succeededFuture();
    }
    return container.thawing == null
        ? thaw(container, room.take(container.id, container.config.limits().memoryBytes()))
        : container.thawing;
  }

  /** Wakes a sandbox to end it or something in it, whatever room there is. */
  Future<Void> wakeToEnd(Container container) {
    container.touch();
    Future<Void> change = container.freezing == null ? container.thawing : container.freezing;
    if (change != null) {
      return change.transform(v -> wakeToEnd(container));
    }
    return container.paused ? thaw(container, Future.succeededFuture()) : Future.succeededFuture();
  }

  /** Wakes a sandbox whose files were changed, for what runs in it; it may also sleep on. */
  Future<Void> nudge(Container container) {
    return use(container, Future::<Void>succeededFuture)
        .recover(
            e -> {
              LOG.debug("the sandbox of {} stays frozen", container.id, e);
              return Future.succeededFuture();
            });
  }

  private Future<Void> thaw(Container container, Future<Void> memory) {
    container.thawing = memory.compose(v -> runtime.resume(container.handle()));
    return container.thawing.onComplete(
        resumed -> {
          container.thawing = null;
          if (resumed.succeeded()) {
            LOG.debug("the sandbox of {} goes on", container.id);
            container.paused = false;
            room.admission().put(container.id, container.config.limits().memoryBytes());
          }
        });
  }

  /** Freezes what has been idle for long. */
  Future<Void> sweep(Collection<Container> containers) {
    return idle.isZero() ? Future.succeededFuture() : freeze(containers, idle);
  }

  /**
   * Freezes whatever is not in use just now, if anything may be frozen, because memory is needed.
   */
  Future<Void> makeRoom(Collection<Container> containers) {
    Duration settled = idle.compareTo(SHORTEST) < 0 ? idle : SHORTEST;
    return idle.isZero() ? Future.succeededFuture() : freeze(containers, settled);
  }

  private Future<Void> freeze(Collection<Container> containers, Duration unused) {
    Instant limit = Instant.now().minus(unused);
    List<Future<?>> frozen = new ArrayList<>();
    containers.stream()
        .filter(container -> idle(container) && !container.lastUsed.isAfter(limit))
        .sorted(Comparator.comparing((Container container) -> container.lastUsed))
        .forEach(container -> frozen.add(freeze(container)));
    return Future.join(frozen).otherwiseEmpty().mapEmpty();
  }

  private boolean idle(Container container) {
    return container.state == State.RUNNING
        && !container.deleted
        && !container.paused
        && container.freezing == null
        && container.users == 0
        && !busy.test(container);
  }

  private Future<Void> freeze(Container container) {
    container.freezing =
        runtime
            .stats(container.handle())
            .compose(stats -> runtime.pause(container.handle()).map(stats))
            .<Void>map(
                stats -> {
                  LOG.debug("the idle sandbox of {} is frozen", container.id);
                  container.paused = true;
                  room.admission().put(container.id, stats.memoryBytes());
                  return null;
                })
            .onFailure(e -> LOG.warn("cannot freeze the sandbox of {}", container.id, e));
    return container.freezing.onComplete(v -> container.freezing = null);
  }
}

package ai.bharatbuild.sandbox;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives each command a sandbox that waited for it, started and never used, where there is one; else
 * a new one. What waits was made for single commands and is as tight as a new one: no network
 * interface, nothing to write but {@code /tmp}. How large that is cannot be changed later, so each
 * type and disk limit has a shelf of its own; memory, processors and processes are set when a
 * sandbox is given away. Shelves follow what was asked for in the last ten minutes. One sandbox is
 * made at a time, and none while a command waits for a new one. Thread-safe.
 */
public final class SpareSandboxes implements FreshSandboxes {
  private static final Logger LOG = LoggerFactory.getLogger(SpareSandboxes.class);
  private static final long DEMAND_NANOS = TimeUnit.MINUTES.toNanos(10);
  private static final long TICK_MS = 1_000;

  /** The shelves that were not asked for longest make room for others. */
  private static final int MAX_SHELVES = 8;

  private record Kind(ProjectType type, long diskBytes) {}

  private record Spare(Sandbox sandbox, Limits limits) {}

  /** With the limits that were asked for last, which the next will probably want, too. */
  private static final class Shelf {
    final WarmShelf<Spare> spares;
    OneShotSpec.Limits limits;

    Shelf(int most) {
      spares = new WarmShelf<>(0, most, DEMAND_NANOS);
    }
  }

  private final Vertx vertx;
  private final SandboxRuntime runtime;
  private final NewSandboxes births;
  private final int most;
  private final long timer;
  private final Map<Kind, Shelf> shelves = new LinkedHashMap<>(16, 0.75f, true);
  private final List<Spare> unwanted = new ArrayList<>();
  private Future<Void> work = Future.succeededFuture();
  private int wanting;
  private boolean working;
  private boolean closed;

  /**
   * @param most how many may wait of each type and disk limit
   */
  public SpareSandboxes(Vertx vertx, SandboxRuntime runtime, NewSandboxes births, int most) {
    this.vertx = vertx;
    this.runtime = runtime;
    this.births = births;
    this.most = most;
    runtime.onStopped(this::stopped);
    this.timer = vertx.setPeriodic(TICK_MS, id -> tend());
  }

  @Override
  public Future<Sandbox> take(ProjectType type, OneShotSpec.Limits limits) {
    Spare spare = fromShelf(new Kind(type, limits.diskBytes()), limits);
    if (spare == null) {
      return make(type, limits);
    }
    Limits wanted = births.limits(limits);
    return wanted.equals(spare.limits())
        ? Future.succeededFuture(spare.sandbox())
        : runtime
            .limit(spare.sandbox().handle(), wanted)
            .map(spare.sandbox())
            .recover(
                e -> {
                  LOG.info("a waiting sandbox cannot be limited: {}", e.getMessage());
                  births.discard(spare.sandbox());
                  return make(type, limits);
                });
  }

  private synchronized Spare fromShelf(Kind kind, OneShotSpec.Limits limits) {
    Shelf shelf = shelves.computeIfAbsent(kind, k -> new Shelf(most));
    shelf.limits = limits;
    if (shelves.size() > MAX_SHELVES) {
      var oldest = shelves.entrySet().iterator();
      unwanted.addAll(oldest.next().getValue().spares.empty());
      oldest.remove();
    }
    return shelf.spares.take(System.nanoTime());
  }

  private Future<Sandbox> make(ProjectType type, OneShotSpec.Limits limits) {
    wanting(1);
    return births.take(type, limits).onComplete(v -> wanting(-1));
  }

  private synchronized void wanting(int change) {
    wanting += change;
  }

  /** Used ones are removed; none of them comes back to a shelf. */
  @Override
  public Future<Void> discard(Sandbox sandbox) {
    return births.discard(sandbox).onComplete(v -> tend());
  }

  /** Makes or removes one sandbox where the number that waits is not the one that is wanted. */
  private void tend() {
    Promise<Void> done = Promise.promise();
    Supplier<Future<Void>> step = next(done.future());
    if (step != null) {
      step.get()
          .onComplete(
              v -> {
                worked(done);
                tend();
              });
    }
  }

  private synchronized void worked(Promise<Void> done) {
    working = false;
    done.complete();
  }

  /**
   * What is to be done, or null; nothing else is begun before the future that stands for it is
   * complete.
   */
  private synchronized Supplier<Future<Void>> next(Future<Void> done) {
    if (working || closed || wanting > 0) {
      return null;
    }
    long now = System.nanoTime();
    Spare gone = surplus(now);
    Map.Entry<Kind, Shelf> needy = gone == null ? neediest(now) : null;
    if (gone == null && needy == null) {
      return null;
    }
    working = true;
    work = done;
    if (gone != null) {
      return () -> births.discard(gone.sandbox());
    }
    OneShotSpec.Limits limits = needy.getValue().limits;
    return () -> refill(needy.getKey(), needy.getValue(), limits);
  }

  private Spare surplus(long now) {
    Spare found = unwanted.isEmpty() ? null : unwanted.removeLast();
    for (Shelf shelf : shelves.values()) {
      found = found == null ? shelf.spares.surplus(now) : found;
    }
    return found;
  }

  private Map.Entry<Kind, Shelf> neediest(long now) {
    return shelves.entrySet().stream()
        .filter(entry -> entry.getValue().spares.missing(now) > 0)
        .max(Comparator.comparingInt(entry -> entry.getValue().spares.missing(now)))
        .orElse(null);
  }

  private Future<Void> refill(Kind kind, Shelf shelf, OneShotSpec.Limits limits) {
    return births
        .take(kind.type(), limits)
        .onSuccess(sandbox -> keep(shelf, new Spare(sandbox, births.limits(limits))))
        .onFailure(
            e -> {
              synchronized (this) {
                shelf.spares.failed(System.nanoTime());
              }
              LOG.info("no sandbox can wait for single commands now: {}", e.getMessage());
            })
        .otherwiseEmpty()
        .mapEmpty();
  }

  private synchronized void keep(Shelf shelf, Spare spare) {
    if (shelves.containsValue(shelf)) {
      shelf.spares.add(spare);
    } else {
      unwanted.add(spare);
    }
  }

  private void stopped(String handle) {
    Spare gone = null;
    synchronized (this) {
      for (Shelf shelf : shelves.values()) {
        Spare dropped = shelf.spares.drop(spare -> spare.sandbox().handle().equals(handle));
        gone = dropped == null ? gone : dropped;
      }
    }
    if (gone != null) {
      LOG.warn("a sandbox that waited for a single command stopped by itself");
      births.discard(gone.sandbox());
    }
  }

  /** How many wait to be taken. */
  public synchronized int waiting() {
    return shelves.values().stream().mapToInt(shelf -> shelf.spares.size()).sum();
  }

  @Override
  public Future<Void> close() {
    vertx.cancelTimer(timer);
    Future<Void> last;
    synchronized (this) {
      closed = true;
      last = work;
    }
    return last.transform(
        v ->
            Future.join(left().stream().map(spare -> births.discard(spare.sandbox())).toList())
                .mapEmpty());
  }

  private synchronized List<Spare> left() {
    List<Spare> all = new ArrayList<>(unwanted);
    shelves.values().forEach(shelf -> all.addAll(shelf.spares.empty()));
    unwanted.clear();
    shelves.clear();
    return all;
  }
}

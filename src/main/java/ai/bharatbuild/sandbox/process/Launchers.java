package ai.bharatbuild.sandbox.process;

import ai.bharatbuild.sandbox.ProjectType;
import ai.bharatbuild.sandbox.RuntimeUnavailableException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A launcher for each kind of sandbox that is in use, started when one is first asked for. There
 * are only so many: the one that was not asked for the longest makes room. Thread-safe.
 */
final class Launchers {
  private static final int MOST = 32;

  /** What sandboxes of one launcher have in common. */
  private record Key(ProjectType type, long diskBytes) {}

  /** A launcher that runs. */
  record Kind(int number, Launcher launcher, Roots.Root root, AtomicInteger running) {
    void began() {
      running.incrementAndGet();
    }

    void ended() {
      running.decrementAndGet();
    }
  }

  private final Vertx vertx;
  private final WorkerExecutor workers;
  private final ProcessSettings settings;
  private final Roots roots;
  private final Map<Key, Future<Kind>> kinds = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<ProjectType, Future<Roots.Root>> known = new EnumMap<>(ProjectType.class);
  private final BitSet numbers = new BitSet(MOST);
  private boolean closed;

  Launchers(Vertx vertx, WorkerExecutor workers, ProcessSettings settings, Roots roots) {
    this.vertx = vertx;
    this.workers = workers;
    this.settings = settings;
    this.roots = roots;
  }

  synchronized Future<Kind> of(ProjectType type, long diskBytes) {
    Key key = new Key(type, diskBytes);
    Future<Kind> kind = kinds.get(key);
    if (kind != null && !broken(kind)) {
      return kind;
    }
    if (closed) {
      return refused("The server is stopping; try again later.");
    }
    if (kind != null && kind.succeeded()) {
      return put(key, replace(key, kind.result()));
    }
    if (numbers.cardinality() >= MOST && !makeRoom()) {
      return refused("Too many kinds of sandboxes are in use; try again in a moment.");
    }
    int number = numbers.nextClearBit(0);
    numbers.set(number);
    return put(key, start(key, number));
  }

  private Future<Kind> put(Key key, Future<Kind> started) {
    kinds.put(key, started);
    return started;
  }

  /** With the dead one's number, because a new one removes what is left under its own. */
  private Future<Kind> replace(Key key, Kind dead) {
    return dead.launcher().close(workers).transform(v -> start(key, dead.number()));
  }

  private static Future<Kind> refused(String sentence) {
    return Future.failedFuture(new RuntimeUnavailableException(sentence, null));
  }

  private static boolean broken(Future<Kind> kind) {
    return kind.failed() || kind.succeeded() && !kind.result().launcher().alive();
  }

  private Future<Kind> start(Key key, int number) {
    return root(key.type())
        .compose(
            root ->
                Launcher.start(vertx, workers, settings, number, root, key.diskBytes())
                    .map(launcher -> new Kind(number, launcher, root, new AtomicInteger())))
        .onFailure(e -> free(number));
  }

  private Future<Roots.Root> root(ProjectType type) {
    Future<Roots.Root> root = known.get(type);
    if (root == null || root.failed()) {
      root = roots.of(type);
      known.put(type, root);
    }
    return root;
  }

  private synchronized void free(int number) {
    numbers.clear(number);
  }

  /** Ends the launcher that was not asked for the longest, if nothing runs in it. */
  private boolean makeRoom() {
    for (Iterator<Future<Kind>> oldest = kinds.values().iterator(); oldest.hasNext(); ) {
      Future<Kind> kind = oldest.next();
      if (kind.succeeded() && kind.result().running().get() == 0) {
        oldest.remove();
        end(kind);
        break;
      }
    }
    // Its number is free only when it has ended; until then there is no room.
    return numbers.cardinality() < MOST;
  }

  private Future<Void> end(Future<Kind> kind) {
    return kind.compose(
            found -> found.launcher().close(workers).onComplete(done -> free(found.number())))
        .otherwiseEmpty();
  }

  /** Ends all with what they run. */
  synchronized Future<Void> close() {
    closed = true;
    List<Future<?>> ends = new ArrayList<>();
    kinds.values().forEach(kind -> ends.add(end(kind)));
    kinds.clear();
    return Future.join(ends).otherwiseEmpty().mapEmpty();
  }
}

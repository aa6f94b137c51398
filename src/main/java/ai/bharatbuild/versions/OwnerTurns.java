package ai.bharatbuild.versions;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Keeps the taking of snapshots and the removal of contents apart, since what one snapshot has just
 * found in the store is what another job may be the last to need. For each owner many do the first
 * together, or one does the second alone, in the order in which they came. Usable from any context.
 */
final class OwnerTurns {
  private final Map<String, Line> lines = new HashMap<>();

  private record Waiting(boolean alone, Promise<Void> turn) {}

  private static final class Line {
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private int together;
    private boolean alone;

    boolean admits(boolean wantsAlone) {
      return !alone && (!wantsAlone || together == 0);
    }

    void enter(boolean isAlone) {
      alone = isAlone;
      together += isAlone ? 0 : 1;
    }

    void leave(boolean wasAlone) {
      alone = false;
      together -= wasAlone ? 0 : 1;
    }

    boolean empty() {
      return !alone && together == 0 && waiting.isEmpty();
    }
  }

  /** Does it beside others that are done together, and never beside one that is done alone. */
  <T> Future<T> together(String owner, Supplier<Future<T>> work) {
    return run(owner, false, work);
  }

  /** Does it beside nothing else for the owner. */
  <T> Future<T> alone(String owner, Supplier<Future<T>> work) {
    return run(owner, true, work);
  }

  private <T> Future<T> run(String owner, boolean alone, Supplier<Future<T>> work) {
    return enter(owner, alone)
        .compose(
            v ->
                Future.succeededFuture()
                    .compose(begin -> work.get())
                    .eventually(
                        () -> {
                          leave(owner, alone);
                          return Future.succeededFuture();
                        }));
  }

  private synchronized Future<Void> enter(String owner, boolean alone) {
    Line line = lines.computeIfAbsent(owner, o -> new Line());
    if (line.waiting.isEmpty() && line.admits(alone)) {
      line.enter(alone);
      return Future.succeededFuture();
    }
    Promise<Void> turn = Promise.promise();
    line.waiting.add(new Waiting(alone, turn));
    return turn.future();
  }

  private void leave(String owner, boolean alone) {
    next(owner, alone).forEach(Promise::complete);
  }

  private synchronized List<Promise<Void>> next(String owner, boolean alone) {
    Line line = lines.get(owner);
    line.leave(alone);
    List<Promise<Void>> next = new ArrayList<>();
    while (!line.waiting.isEmpty() && line.admits(line.waiting.peek().alone())) {
      Waiting first = line.waiting.remove();
      line.enter(first.alone());
      next.add(first.turn());
    }
    if (line.empty()) {
      lines.remove(owner);
    }
    return next;
  }
}

package ai.bharatbuild.sandbox;

import ai.bharatbuild.files.WorkspacePath;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The watches of one shard's sandboxes, one for each at most. Confined to its verticle's context.
 */
final class Watches {
  private final Vertx vertx;
  private final SandboxRuntime runtime;
  private final List<String> excluded;
  private final Function<Container, Future<Void>> wake;
  private final Map<Container, WatchFeed> feeds = new IdentityHashMap<>();

  /**
   * @param excluded names of directories that are not watched
   * @param wake wakes a frozen sandbox, so that a watch in it can be ended
   */
  Watches(
      Vertx vertx,
      SandboxRuntime runtime,
      List<String> excluded,
      Function<Container, Future<Void>> wake) {
    this.vertx = vertx;
    this.runtime = runtime;
    this.excluded = excluded;
    this.wake = wake;
  }

  Future<WatchReader> open(Container container, WorkspacePath below, long after) {
    WatchFeed feed = feeds.get(container);
    if (feed == null) {
      WatchFeed[] made = new WatchFeed[1];
      feed =
          new WatchFeed(
              vertx, runtime, container, excluded, wake, () -> feeds.remove(container, made[0]));
      made[0] = feed;
      feeds.put(container, feed);
      Future<WatchReader> opened = feed.open(below, after);
      feed.start();
      return opened;
    }
    return feed.open(below, after);
  }

  /** Whether somebody watches it just now. */
  boolean watching(Container container) {
    WatchFeed feed = feeds.get(container);
    return feed != null && feed.hasReaders();
  }

  void endAll() {
    List.copyOf(feeds.values()).forEach(feed -> feed.end("the server is stopping"));
  }
}

package ai.bharatbuild.sandbox;

import ai.bharatbuild.sandbox.SandboxStore.SandboxRecord;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a starting server and what its engine still runs together. Used on the verticle's context.
 */
final class Adoption {
  private static final Logger LOG = LoggerFactory.getLogger(Adoption.class);

  private final SandboxRuntime runtime;
  private final Workspaces workspaces;
  private final SandboxStore store;
  private final Containers containers;
  private final Execs execs;
  private final Predicate<String> mine;

  Adoption(
      SandboxRuntime runtime,
      Workspaces workspaces,
      SandboxStore store,
      Containers containers,
      Execs execs,
      Predicate<String> mine) {
    this.runtime = runtime;
    this.workspaces = workspaces;
    this.store = store;
    this.containers = containers;
    this.execs = execs;
    this.mine = mine;
  }

  /**
   * Takes over what an earlier server left of this shard and removes what nobody knows: a sandbox
   * whose workspace is gone, or which is not the one that its workspace had. Those that waited for
   * a workspace are the pool's.
   */
  Future<Void> adopt(List<Sandbox> found) {
    return store.sandboxes().compose(known -> adopt(found, known));
  }

  private Future<Void> adopt(List<Sandbox> found, Map<String, SandboxRecord> known) {
    List<Future<?>> steps = new ArrayList<>();
    for (Sandbox sandbox : found) {
      SandboxRecord record = known.get(sandbox.incarnation());
      if (record != null && mine.test(record.id())) {
        steps.add(
            workspaces
                .exists(record.id())
                .compose(exists -> exists ? takeOver(sandbox, record) : removeLeftover(sandbox)));
      } else if (record == null
          && !sandbox.workspaceId().isEmpty()
          && mine.test(sandbox.workspaceId())) {
        steps.add(removeLeftover(sandbox));
      }
    }
    return Future.join(steps).compose(v -> forgetOthers());
  }

  /** Removes what is kept of workspaces that have no sandbox any more. */
  private Future<Void> forgetOthers() {
    return store
        .known()
        .compose(
            ids -> {
              List<Future<?>> steps = new ArrayList<>();
              for (String id : ids) {
                if (mine.test(id) && containers.find(id) == null) {
                  steps.add(store.forget(id));
                }
              }
              return Future.join(steps);
            })
        .mapEmpty();
  }

  private Future<Void> takeOver(Sandbox sandbox, SandboxRecord record) {
    Container container =
        new Container(
            record.id(), record.owner(), record.type(), record.config(), record.createdAt());
    container.incarnation = record.incarnation();
    container.is(sandbox);
    if (!containers.takeIn(container)) {
      return Future.succeededFuture();
    }
    LOG.info("took over the {} sandbox of {}", container.status(), container.id);
    return execs.recover(container);
  }

  private Future<Void> removeLeftover(Sandbox sandbox) {
    LOG.info("removing the leftover sandbox {} of {}", sandbox.handle(), sandbox.workspaceId());
    return runtime
        .remove(sandbox.handle())
        .recover(
            e -> {
              LOG.warn("cannot remove the leftover sandbox {}", sandbox.handle(), e);
              return Future.succeededFuture();
            });
  }
}

package ai.bharatbuild;

import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.config.Settings;
import ai.bharatbuild.jobs.SandboxRemover;
import ai.bharatbuild.jobs.WorkspaceAccess;
import ai.bharatbuild.preview.PreviewTargets;
import ai.bharatbuild.preview.PreviewUrls;
import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.sandbox.ContainerMessages;
import ai.bharatbuild.sandbox.Firewall;
import ai.bharatbuild.sandbox.PreviewAddress;
import ai.bharatbuild.sandbox.Workspaces;
import ai.bharatbuild.telemetry.Health;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** What one feature sees of another: each feature's small interfaces, answered by the other's. */
final class Links {
  private Links() {}

  /** Takes the sandbox off a workspace that is about to go. */
  static SandboxRemover discard(Bus bus, Settings settings) {
    return id ->
        bus.ask(
            ContainerMessages.DISCARD,
            Bus.shardOf(id, settings.sandboxes().instances()),
            new ContainerMessages.Discard(id));
  }

  /** Jobs as sandboxes see them. */
  static Workspaces workspaces(WorkspaceAccess access) {
    return new Workspaces() {
      @Override
      public Future<Path> ensure(String id, String owner) {
        return access.ensure(id, owner, 0);
      }

      @Override
      public Future<Path> ensure(String id, String owner, long limitBytes) {
        return access.ensure(id, owner, limitBytes);
      }

      @Override
      public Future<Prepared> prepare(long limitBytes) {
        return access.prepare(limitBytes).map(made -> new Prepared(made.token(), made.directory()));
      }

      @Override
      public Future<Path> occupy(String id, String owner, Prepared prepared) {
        return access.occupy(id, owner, prepared.token());
      }

      @Override
      public Future<Boolean> hasVolume(String id) {
        return access.hasVolume(id);
      }

      @Override
      public Future<Void> discard(Prepared prepared) {
        return access.unprepare(Set.of(prepared.token()), false);
      }

      @Override
      public Future<Void> keepPrepared(Collection<String> tokens) {
        return access.unprepare(Set.copyOf(tokens), true);
      }

      @Override
      public Future<Boolean> exists(String id) {
        return access.find(id).map(info -> info != null && !info.expired());
      }

      @Override
      public Future<Boolean> expired(String id, String owner) {
        return access
            .find(id)
            .map(info -> info != null && info.expired() && info.userId().equals(owner));
      }

      @Override
      public Future<Void> delete(String id, String owner) {
        return access.delete(id, owner);
      }

      @Override
      public Future<Void> recount(String id) {
        return access.recount(id);
      }
    };
  }

  static PreviewAddress address(PreviewUrls urls) {
    return urls::opened;
  }

  static PreviewTargets previewTargets(Bus bus, int shards) {
    return (id, visitor, port, refresh) ->
        bus.ask(
                ContainerMessages.LOCATE,
                Bus.shardOf(id, shards),
                new ContainerMessages.Locate(id, visitor.owner(), !visitor.all(), port, refresh))
            .compose(
                located ->
                    located.state().equals("running")
                        ? Future.succeededFuture(
                            new PreviewTargets.Target(located.address(), located.port()))
                        : Future.failedFuture(
                            ApiException.unavailable(
                                located.state().equals("stopped")
                                    ? "The sandbox is stopped; restart it."
                                    : "Nothing listens in the sandbox yet.")));
  }

  static Future<?> sweepSandboxes(Bus bus, int shards) {
    List<Future<?>> sweeps = new ArrayList<>();
    for (int shard = 0; shard < shards; shard++) {
      sweeps.add(
          bus.ask(ContainerMessages.SWEEP, Integer.toString(shard), new ContainerMessages.Sweep()));
    }
    return Future.join(sweeps);
  }

  /**
   * @param byEngine why the engine connects sandboxes, or null where the server does
   */
  static Future<Health.Check> networkCheck(Firewall firewall, String byEngine) {
    String trouble = firewall.trouble();
    return Future.succeededFuture(
        trouble == null
            ? Health.Check.ok(
                "network policies are kept by nftables; sandboxes are connected by the "
                    + (byEngine == null ? "server" : "engine, since " + byEngine))
            : Health.Check.degraded(trouble));
  }
}

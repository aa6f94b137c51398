package ai.bharatbuild.sandbox;

import ai.bharatbuild.bus.Bus;
import ai.bharatbuild.config.Settings;
import ai.bharatbuild.log.LogFollower;
import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.sandbox.ContainerMessages.Create;
import ai.bharatbuild.sandbox.ContainerMessages.OfExec;
import ai.bharatbuild.sandbox.ContainerMessages.Start;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What the server's other features may do with sandboxes: the same as callers of the API, with the
 * same limits and failures. Usable on any context.
 */
public final class SandboxCommands {
  private static final String ROOT = "/workspace";

  private final Vertx vertx;
  private final Bus bus;
  private final Settings.Sandboxes settings;

  public SandboxCommands(Vertx vertx, Bus bus, Settings.Sandboxes settings) {
    this.vertx = vertx;
    this.bus = bus;
    this.settings = settings;
  }

  /**
   * The sandbox of a workspace, made with the default limits when there is none. Fails with 409
   * {@code container_exists} when there is one of another type.
   *
   * @param type {@link ProjectType#id()}
   */
  public Future<ContainerView> ensure(String id, String owner, String type) {
    ProjectType known =
        ProjectType.of(type)
            .orElseThrow(() -> new IllegalArgumentException("no type of project: " + type));
    ContainerConfig config = ContainerConfig.defaults(settings);
    return bus.ask(ContainerMessages.CREATE, shard(id), new Create(id, owner, known, config))
        .map(ContainerMessages.Created::view);
  }

  /**
   * Fails where a sandbox on that workspace would be refused now because its owner has too many;
   * for whoever is about to begin something long that will need one.
   */
  public Future<Void> admits(String id, String owner) {
    return bus.ask(ContainerMessages.ADMITS, shard(id), new ContainerMessages.Of(id, owner));
  }

  /**
   * The sandbox of a workspace, with room for builds where it is made now; one of another type is
   * replaced.
   */
  public Future<ContainerView> prepare(String id, String owner, String type) {
    ProjectType known = ProjectType.of(type).orElseThrow();
    Create create = new Create(id, owner, known, ContainerConfig.forBuilds(settings));
    return bus.ask(ContainerMessages.CREATE, shard(id), create)
        .recover(
            e ->
                e instanceof ApiException problem
                        && problem.problem().code().equals("container_exists")
                    ? bus.ask(
                            ContainerMessages.DELETE,
                            shard(id),
                            new ContainerMessages.Delete(id, owner, false))
                        .compose(v -> bus.ask(ContainerMessages.CREATE, shard(id), create))
                    : Future.failedFuture(e))
        .map(ContainerMessages.Created::view)
        .compose(
            view ->
                view.status().equals("running")
                    ? Future.succeededFuture(view)
                    : bus.ask(
                        ContainerMessages.RESTART, shard(id), new ContainerMessages.Of(id, owner)));
  }

  /** Ends all that runs in the sandbox and begins it anew; its files stay. Fails with 404. */
  public Future<Void> restart(String id, String owner) {
    return bus.ask(ContainerMessages.RESTART, shard(id), new ContainerMessages.Of(id, owner))
        .mapEmpty();
  }

  /** Digest of the image that the running sandbox was made of; null where there is none. */
  public Future<String> image(String id, String owner) {
    return bus.ask(ContainerMessages.MADE_OF, shard(id), new ContainerMessages.Of(id, owner))
        .map(ContainerMessages.MadeOf::image);
  }

  /**
   * Begins a command that goes on whoever waits for it, and gives its id.
   *
   * @param timeoutSeconds 0 for as long as the sandbox lives
   */
  public Future<String> begin(String id, String owner, String command, int timeoutSeconds) {
    return begin(id, owner, command, timeoutSeconds, Map.of());
  }

  /**
   * Begins a command as {@link #begin(String, String, String, int)} does.
   *
   * @param environment variables that it gets beside those of the sandbox
   */
  public Future<String> begin(
      String id,
      String owner,
      String command,
      int timeoutSeconds,
      Map<String, String> environment) {
    ExecRequest request =
        new ExecRequest(command, timeoutSeconds, true, false, false, 0, environment, ROOT);
    return bus.ask(ContainerMessages.EXEC, shard(id), new Start(id, owner, request, false, null))
        .map(stream -> stream.view().execId());
  }

  /**
   * Waits for the end of a command and tells how it ended. Fails with 404 when the sandbox is gone,
   * or another one by now.
   */
  public Future<ExecView> end(String id, String owner, String execId) {
    return end(id, owner, execId, Long.MAX_VALUE, records -> {});
  }

  /** Waits as {@link #end(String, String, String)} does, and gathers the output meanwhile. */
  public Future<ExecView> end(String id, String owner, String execId, ExecOutput output) {
    return end(id, owner, execId, 0, output::take);
  }

  private Future<ExecView> end(
      String id, String owner, String execId, long after, Consumer<Buffer> taker) {
    OfExec exec = new OfExec(id, owner, execId);
    return bus.ask(ContainerMessages.EXEC_EVENTS, shard(id), exec)
        .compose(stream -> LogFollower.follow(vertx, stream.log(), after, taker))
        .compose(v -> bus.ask(ContainerMessages.EXEC_STATUS, shard(id), exec))
        .map(
            view -> {
              if (view.endedAt() == null) {
                throw ApiException.notFound("exec");
              }
              return view;
            });
  }

  /** Ends a command; what has ended, or is gone, is fine. */
  public Future<Void> cancel(String id, String owner, String execId) {
    return bus.ask(ContainerMessages.EXEC_CANCEL, shard(id), new OfExec(id, owner, execId))
        .recover(
            e ->
                e instanceof ApiException known && known.problem().status() < 500
                    ? Future.succeededFuture()
                    : Future.failedFuture(e));
  }

  private String shard(String id) {
    return Bus.shardOf(id, settings.instances());
  }
}

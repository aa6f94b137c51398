package ai.bharatbuild.sandbox;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A runtime whose sandboxes are given their network policy before anybody can run anything in them,
 * and lose it before they are removed.
 */
public final class PolicedRuntime implements SandboxRuntime {
  private static final Logger LOG = LoggerFactory.getLogger(PolicedRuntime.class);

  private final SandboxRuntime inner;
  private final Firewall firewall;
  private Future<Void> restored;

  public PolicedRuntime(SandboxRuntime inner, Firewall firewall) {
    this.inner = inner;
    this.firewall = firewall;
    inner.onStopped(this::stopped);
  }

  @Override
  public Future<String> ping() {
    return inner.ping();
  }

  @Override
  public Future<Sandbox> create(SandboxSpec spec) {
    if (!spec.network().connected() || spec.workspaceId().isEmpty()) {
      // One that belongs to nobody waits unadmitted, and so reaches nothing.
      return inner.create(spec);
    }
    return firewall
        .prepare(spec.incarnation(), spec.network())
        .compose(names -> make(names == null ? spec : spec.withNames(names)));
  }

  private Future<Sandbox> make(SandboxSpec spec) {
    return inner
        .create(spec)
        .recover(
            e -> firewall.forget(spec.incarnation()).transform(forgotten -> Future.failedFuture(e)))
        .compose(
            sandbox ->
                firewall
                    .admit(sandbox, spec.network())
                    .map(sandbox)
                    .recover(e -> undo(sandbox, spec, e)));
  }

  private Future<Sandbox> undo(Sandbox sandbox, SandboxSpec spec, Throwable cause) {
    return firewall
        .release(sandbox.handle())
        .transform(v -> inner.remove(sandbox.handle()))
        .onFailure(e -> LOG.warn("cannot remove the unpoliced sandbox {}", sandbox.handle(), e))
        .transform(v -> firewall.forget(spec.incarnation()))
        .transform(v -> Future.failedFuture(cause));
  }

  /** The first list of a starting server also tells the firewall which sandboxes there are. */
  @Override
  public Future<List<Sandbox>> list() {
    return inner.list().compose(all -> restore(all).map(all));
  }

  private synchronized Future<Void> restore(List<Sandbox> all) {
    if (restored == null || restored.failed()) {
      restored = firewall.restore(all);
    }
    return restored;
  }

  @Override
  public Future<Sandbox> inspect(String handle) {
    return inner.inspect(handle);
  }

  @Override
  public Future<Sandbox> start(String handle) {
    return inner
        .start(handle)
        .compose(
            sandbox ->
                firewall
                    .readmit(sandbox)
                    .map(sandbox)
                    .recover(
                        e ->
                            inner
                                .stop(handle, Duration.ZERO)
                                .transform(stopped -> Future.failedFuture(e))));
  }

  @Override
  public Future<Void> stop(String handle, Duration grace) {
    return inner.stop(handle, grace);
  }

  @Override
  public Future<Void> remove(String handle) {
    return firewall.release(handle).transform(released -> inner.remove(handle));
  }

  @Override
  public Future<Void> pause(String handle) {
    return inner.pause(handle);
  }

  @Override
  public Future<Void> resume(String handle) {
    return inner.resume(handle);
  }

  @Override
  public Future<Void> limit(String handle, Limits limits) {
    return inner.limit(handle, limits);
  }

  @Override
  public Future<Void> connect(Sandbox sandbox, NetworkPolicy policy) {
    return firewall.admit(sandbox, policy);
  }

  @Override
  public Future<SandboxStats> stats(String handle) {
    return inner.stats(handle);
  }

  @Override
  public Future<ExecSession> exec(String handle, ExecSpec spec, ExecListener listener) {
    return inner.exec(handle, spec, listener);
  }

  @Override
  public Future<List<HeldExec>> held(String handle) {
    return inner.held(handle);
  }

  @Override
  public Future<ExecSession> attach(String handle, Resumption from, ExecListener listener) {
    return inner.attach(handle, from, listener);
  }

  @Override
  public Future<Buffer> ask(String handle, String... question) {
    return inner.ask(handle, question);
  }

  @Override
  public void onStopped(Handler<String> handler) {
    inner.onStopped(handler);
  }

  @Override
  public Future<Void> close() {
    return inner.close().transform(closed -> firewall.close());
  }

  /** The news may be late and the sandbox started again meanwhile. */
  private void stopped(String handle) {
    inner
        .inspect(handle)
        .map(found -> found.state() == Sandbox.State.RUNNING)
        .otherwise(false)
        .compose(runs -> runs ? Future.succeededFuture() : firewall.suspend(handle))
        .onFailure(e -> LOG.warn("cannot take the rules of the stopped {} away", handle, e));
  }
}

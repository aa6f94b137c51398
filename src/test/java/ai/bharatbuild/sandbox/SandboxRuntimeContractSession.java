package ai.bharatbuild.sandbox;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/** Lets a test's thread use a session, which belongs to a context. */
record SandboxRuntimeContractSession(Context context, ExecSession session) implements ExecSession {
  @Override
  public Future<Void> write(Buffer bytes) {
    return SandboxRuntimeContractHarness.on(context, () -> session.write(bytes));
  }

  @Override
  public Future<Void> closeStdin() {
    return SandboxRuntimeContractHarness.on(context, session::closeStdin);
  }

  @Override
  public Future<Void> signal(int number) {
    return SandboxRuntimeContractHarness.on(context, () -> session.signal(number));
  }

  @Override
  public void cancel() {
    context.runOnContext(v -> session.cancel());
  }

  @Override
  public void pause() {
    context.runOnContext(v -> session.pause());
  }

  @Override
  public void resume() {
    context.runOnContext(v -> session.resume());
  }

  @Override
  public Future<Void> resize(int columns, int rows) {
    return SandboxRuntimeContractHarness.on(context, () -> session.resize(columns, rows));
  }

  @Override
  public void acknowledge(long outputs) {
    context.runOnContext(v -> session.acknowledge(outputs));
  }

  @Override
  public void release() {
    context.runOnContext(v -> session.release());
  }

  @Override
  public void detach() {
    context.runOnContext(v -> session.detach());
  }
}

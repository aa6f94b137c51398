package ai.bharatbuild.sandbox.docker;

import ai.bharatbuild.sandbox.SandboxRuntimeContractRecorder;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.SocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** A socket at which an agent says whatever the test wants, and a client for it. */
final class HostileAgent {
  final Vertx vertx = Vertx.vertx();
  final Context context = vertx.getOrCreateContext();
  final SocketExecs execs = new SocketExecs(vertx);
  private final Path socket;
  private final NetServer server;
  private volatile Buffer says = Buffer.buffer();
  private volatile boolean hangsUp = true;

  HostileAgent(Path directory) {
    socket = directory.resolve("agent.sock");
    server =
        vertx
            .createNetServer()
            .connectHandler(
                connection -> {
                  connection.exceptionHandler(e -> {});
                  connection
                      .write(says)
                      .onComplete(
                          v -> {
                            if (hangsUp) {
                              connection.close();
                            }
                          });
                });
    await(server.listen(SocketAddress.domainSocketAddress(socket.toString())));
  }

  Path socket() {
    return socket;
  }

  /** What the agent sends on each connection, whatever it is sent itself. */
  HostileAgent says(Buffer bytes, boolean thenHangsUp) {
    says = bytes;
    hangsUp = thenHangsUp;
    return this;
  }

  /** Starts a session, and waits for its end. */
  SandboxRuntimeContractRecorder session(SessionTerms terms) {
    SandboxRuntimeContractRecorder recorder = new SandboxRuntimeContractRecorder();
    onContext(
        () ->
            execs
                .connect(socket)
                .map(
                    stream -> {
                      AgentSession session =
                          new AgentSession(
                              vertx, stream, terms, recorder, hungUp -> Future.succeededFuture());
                      session.start(AgentFrames.attach("x", 0));
                      vertx.runOnContext(v -> session.begin());
                      return session;
                    }));
    recorder.awaitEnd();
    return recorder;
  }

  static SessionTerms terms(boolean window, boolean attached, long maxOutput) {
    return new SessionTerms("x", Duration.ZERO, true, false, maxOutput, window, attached, 0);
  }

  static Buffer frame(char type, Buffer payload) {
    return Buffer.buffer()
        .appendByte((byte) type)
        .appendInt(payload.length())
        .appendBuffer(payload);
  }

  static Buffer frame(char type, String payload) {
    return frame(type, Buffer.buffer(payload));
  }

  static Buffer report(int code) {
    return frame(
        'X',
        "code=%d\0signal=\0cause=exited\0duration_ms=1\0cpu_ms=1\0max_memory_bytes=1\0oom=0\0"
            .formatted(code));
  }

  <T> T onContext(Supplier<Future<T>> call) {
    Promise<T> result = Promise.promise();
    context.runOnContext(v -> call.get().onComplete(result));
    return await(result.future());
  }

  static <T> T await(Future<T> future) {
    try {
      return future.await(20, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  void close() {
    await(vertx.close());
  }
}

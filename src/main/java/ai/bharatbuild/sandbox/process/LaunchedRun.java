package ai.bharatbuild.sandbox.process;

import ai.bharatbuild.sandbox.OneShotResult;
import ai.bharatbuild.sandbox.OneShotRuntime;
import ai.bharatbuild.sandbox.RuntimeUnavailableException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One command on its connection to a launcher. All but {@link #cancel} happens on one context. */
final class LaunchedRun implements OneShotRuntime.Run, Answer.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(LaunchedRun.class);

  /** What the launcher may take beyond the command's own time, before it is taken to be broken. */
  private static final Duration MARGIN = Duration.ofSeconds(30);

  private final Vertx vertx;
  private final Context context;
  private final Promise<OneShotResult> result = Promise.promise();
  private final Answer answer;
  private final Duration wall;
  private NetSocket socket;
  private boolean cancelled;
  private long timer = -1;

  LaunchedRun(Vertx vertx, long maxOutput, Duration wall) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.answer = new Answer(maxOutput, this);
    this.wall = wall;
  }

  @Override
  public Future<OneShotResult> result() {
    return result.future();
  }

  @Override
  public void cancel() {
    context.runOnContext(
        v -> {
          if (result.future().isComplete() || cancelled) {
            return;
          }
          cancelled = true;
          if (socket == null) {
            result.tryComplete(answer.cancelled());
          } else {
            socket.write(Request.cancel());
          }
        });
  }

  /** Whether there is nothing to do any more; to be asked before each step. */
  boolean over() {
    return result.future().isComplete();
  }

  /** Runs a step on this run's context. */
  void later(Runnable step) {
    context.runOnContext(v -> step.run());
  }

  void begin(NetSocket connection, Buffer request) {
    if (over()) {
      connection.close();
      return;
    }
    socket = connection;
    timer =
        vertx.setTimer(
            wall.plus(MARGIN).toMillis(), id -> failed("nothing came within the time limit"));
    connection.handler(answer);
    connection.exceptionHandler(e -> failed(e.toString()));
    connection.closeHandler(v -> failed("the connection was closed"));
    connection.write(request);
  }

  @Override
  public void finished(OneShotResult found) {
    result.tryComplete(found);
    end();
  }

  /** Only the launcher can be the reason, so its words are for the log. */
  @Override
  public void failed(String sentence) {
    if (over()) {
      return;
    }
    LOG.warn("a command could not be run: {}", sentence);
    fail(
        new RuntimeUnavailableException(
            "The command could not be run; the server's log says why.", null));
  }

  void fail(Throwable failure) {
    result.tryFail(failure);
    end();
  }

  /** After the result is known, as closing the connection looks like a failure otherwise. */
  private void end() {
    if (timer >= 0) {
      vertx.cancelTimer(timer);
    }
    if (socket != null) {
      socket.close();
    }
  }
}

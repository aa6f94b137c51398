package ai.bharatbuild.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.HdrHistogram.Histogram;

/**
 * Keeps a number of connections busy with one request each. It shares its two cores with the server
 * it measures, so it is one event loop that sends ready-made bytes and looks at no more of an
 * answer than its status and length.
 */
final class LoadClient implements AutoCloseable {
  /** Makes whole requests; called on the event loop. */
  interface Requests {
    Buffer next(int connection);
  }

  /**
   * @param latency nanoseconds from the request's write to the answer's last byte
   */
  record Result(long count, double seconds, Histogram latency) {
    double rate() {
      return count / seconds;
    }

    double milliseconds(double percentile) {
      return latency.getValueAtPercentile(percentile) / 1e6;
    }
  }

  private final Vertx vertx =
      Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(1));
  private final NetClient client =
      vertx.createNetClient(new NetClientOptions().setTcpNoDelay(true));
  private final int port;

  LoadClient(int port) {
    this.port = port;
  }

  /** Runs for about that long. Any other status than 200 ends it with a failure. */
  Result run(int connections, Duration duration, Requests requests) throws InterruptedException {
    List<NetSocket> sockets = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      sockets.add(await(client.connect(port, "127.0.0.1")));
    }
    Run run = new Run(requests, duration);
    Promise<Void> done = Promise.promise();
    vertx.runOnContext(
        v -> {
          run.begun = System.nanoTime();
          List<Future<Void>> all = new ArrayList<>();
          for (int i = 0; i < connections; i++) {
            all.add(run.drive(i, sockets.get(i)));
          }
          Future.all(all).<Void>mapEmpty().onComplete(done);
        });
    try {
      await(done.future());
    } finally {
      sockets.forEach(NetSocket::close);
    }
    return new Result(run.latency.getTotalCount(), (run.ended - run.begun) / 1e9, run.latency);
  }

  @Override
  public void close() {
    try {
      await(vertx.close());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  static <T> T await(Future<T> future) throws InterruptedException {
    try {
      return future.toCompletionStage().toCompletableFuture().get(120, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof BenchFailure failure
          ? failure
          : new BenchFailure("the load broke off: " + e.getCause(), e);
    } catch (TimeoutException e) {
      throw new BenchFailure("no answer within two minutes", e);
    }
  }

  private static final class Run {
    final Histogram latency = new Histogram(TimeUnit.MINUTES.toNanos(2), 3);
    final Requests requests;
    final long length;
    long begun;
    long ended;

    Run(Requests requests, Duration duration) {
      this.requests = requests;
      this.length = duration.toNanos();
    }

    Future<Void> drive(int index, NetSocket socket) {
      Promise<Void> done = Promise.promise();
      Exchange exchange = new Exchange(this, index, socket, done);
      socket.handler(exchange::received);
      socket.exceptionHandler(done::tryFail);
      socket.closeHandler(v -> done.tryFail(new BenchFailure("the server closed a connection")));
      exchange.send();
      return done.future();
    }
  }

  /** One request and its answer at a time on one connection. */
  private static final class Exchange {
    private final Run run;
    private final int index;
    private final NetSocket socket;
    private final Promise<Void> done;
    private Buffer pending;
    private long sent;

    Exchange(Run run, int index, NetSocket socket, Promise<Void> done) {
      this.run = run;
      this.index = index;
      this.socket = socket;
      this.done = done;
    }

    void send() {
      Buffer request = run.requests.next(index);
      sent = System.nanoTime();
      socket.write(request);
    }

    void received(Buffer bytes) {
      Buffer answer = pending == null ? bytes : pending.appendBuffer(bytes);
      pending = null;
      try {
        int size = AnswerHead.wholeLength(answer.getBytes());
        if (size < 0 || size > answer.length()) {
          pending = Buffer.buffer().appendBuffer(answer);
        } else if (size < answer.length()) {
          throw new BenchFailure("more bytes than one answer");
        } else {
          answered();
        }
      } catch (BenchFailure e) {
        done.tryFail(
            new BenchFailure(e.getMessage() + " in " + answer.toString(StandardCharsets.UTF_8)));
      }
    }

    private void answered() {
      long now = System.nanoTime();
      run.latency.recordValue(now - sent);
      if (now - run.begun < run.length) {
        send();
      } else {
        run.ended = now;
        done.tryComplete();
      }
    }
  }
}

package ai.bharatbuild.sandbox.docker;

import ai.bharatbuild.sandbox.ExecListener;
import ai.bharatbuild.sandbox.ExecListener.Stream;
import ai.bharatbuild.sandbox.ExecSession;
import ai.bharatbuild.sandbox.ExecSpec;
import ai.bharatbuild.sandbox.ExitReport;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One command, run by the agent at the other end of a stream. Used on one context. */
final class AgentSession implements ExecSession, AgentOutput.Sink {
  private static final Logger LOG = LoggerFactory.getLogger(AgentSession.class);

  /** The agent kills what it must within four seconds; more means that it does not work. */
  private static final long GRACE_MS = 5_000;

  /** The agent answers at once; an engine under load may take its time to start it. */
  private static final long START_MS = 30_000;

  private static final int NOT_FOUND = 127;
  private static final int NOT_RUNNABLE = 126;
  private static final int MAX_DIAGNOSTICS = 2_048;

  private final Vertx vertx;
  private final EngineStream stream;
  private final ExecSpec spec;
  private final ExecListener listener;
  private final Supplier<Future<?>> killTree;
  private final StdinQueue stdin;
  private final EngineOutput engine;
  private final AgentOutput agent = new AgentOutput(this);
  private final Buffer diagnostics = Buffer.buffer();
  private final long startedAt = System.nanoTime();
  private long lastRead = startedAt;
  private long timer = -1;
  private boolean running;
  private boolean paused;
  private boolean cancelled;
  private boolean ended;

  /**
   * @param killTree ends what is left of the command when the agent cannot be asked any more
   */
  AgentSession(
      Vertx vertx,
      EngineStream stream,
      ExecSpec spec,
      ExecListener listener,
      Supplier<Future<?>> killTree) {
    this.vertx = vertx;
    this.stream = stream;
    this.spec = spec;
    this.listener = listener;
    this.killTree = killTree;
    this.stdin = new StdinQueue(stream, spec.stdin());
    this.engine = new EngineOutput(agent::accept, this::diagnose);
  }

  /** Sends the command; nothing is read before {@link #begin}. */
  void start(Buffer startFrames) {
    stream.handlers(this::read, v -> lost("the connection closed"));
    stream.write(startFrames);
    watch(START_MS);
  }

  /** Begins to read, unless it was paused meanwhile. */
  void begin() {
    if (!paused) {
      resume();
    }
  }

  @Override
  public Future<Void> write(Buffer bytes) {
    return stdin.write(bytes);
  }

  @Override
  public Future<Void> closeStdin() {
    return stdin.close();
  }

  @Override
  public Future<Void> signal(int number) {
    if (ended) {
      return Future.failedFuture(new IllegalStateException("the command has ended"));
    }
    return stream.write(AgentFrames.signal(number));
  }

  @Override
  public void cancel() {
    if (!ended && !cancelled) {
      cancelled = true;
      stream.write(AgentFrames.cancel());
      watch(GRACE_MS);
    }
  }

  @Override
  public void pause() {
    paused = true;
    stream.pause();
  }

  @Override
  public void resume() {
    paused = false;
    lastRead = System.nanoTime();
    stream.resume();
  }

  @Override
  public void output(Stream which, Buffer bytes) {
    if (!ended) {
      listener.output(which, bytes);
    }
  }

  @Override
  public void control(char type, Buffer payload) {
    if (ended) {
      return;
    }
    switch (type) {
      case 'R' -> {
        began();
        listener.started(number(payload));
      }
      case 'W' -> stdin.taken(number(payload));
      case 'E' -> refused(payload.toString());
      default -> end(ExitReports.parse(payload));
    }
  }

  private void read(Buffer chunk) {
    lastRead = System.nanoTime();
    try {
      engine.accept(chunk);
    } catch (ProtocolException e) {
      lost(e.getMessage() + ": " + chunk.getString(0, Math.min(chunk.length(), 300)));
    }
  }

  private void began() {
    running = true;
    if (cancelled) {
      return;
    }
    vertx.cancelTimer(timer);
    if (!spec.timeout().isZero()) {
      watch(spec.timeout().toMillis() + GRACE_MS);
    }
  }

  private void refused(String reason) {
    if (running) {
      lost("the agent gave up: " + reason);
      return;
    }
    listener.failed(reason);
    if (reason.startsWith("cannot fork")) {
      end(ExitReports.noRoom(NOT_RUNNABLE));
      return;
    }
    boolean missing = reason.startsWith("cannot run") && reason.contains("No such file");
    end(ExitReports.notStarted(missing ? NOT_FOUND : NOT_RUNNABLE));
  }

  /**
   * Looks whether the agent has reported what is due. While the output is not read, or still flows,
   * the report can be waiting behind it.
   */
  private void watch(long delayMs) {
    vertx.cancelTimer(timer);
    timer = vertx.setTimer(Math.max(1, delayMs), id -> overdue());
  }

  private void overdue() {
    long silentMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - lastRead);
    if (paused || silentMs < GRACE_MS) {
      watch(GRACE_MS);
    } else {
      lost("the agent did not report in time");
    }
  }

  private void lost(String reason) {
    if (ended) {
      return;
    }
    LOG.warn("exec {} is lost: {}; {}", spec.execId(), reason, diagnostics);
    finish();
    long ms = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedAt);
    killTree.get().onComplete(v -> listener.ended(ExitReports.lost(ms)));
  }

  private void end(ExitReport report) {
    finish();
    listener.ended(report);
  }

  private void finish() {
    ended = true;
    vertx.cancelTimer(timer);
    stream.close();
    stdin.fail();
  }

  /** The agent itself writes nothing to its error output unless it is broken. */
  private void diagnose(Buffer bytes) {
    int room = MAX_DIAGNOSTICS - diagnostics.length();
    diagnostics.appendBuffer(bytes, 0, Math.min(room, bytes.length()));
  }

  private static long number(Buffer payload) {
    try {
      return Long.parseLong(payload.toString());
    } catch (NumberFormatException e) {
      throw new ProtocolException("not a number: " + payload);
    }
  }
}

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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One command, run by the agent at the other end of a stream. What the agent says is not believed:
 * whatever breaks the protocol ends this exec and nothing else. Used on one context.
 */
final class AgentSession implements ExecSession, AgentOutput.Sink {
  private static final Logger LOG = LoggerFactory.getLogger(AgentSession.class);

  /** Ends what is left of a command that this server has lost. */
  interface Abandoned {
    /**
     * @param hungUp whether the agent ended the connection, in which case it may still be well
     */
    Future<Void> endRest(boolean hungUp);
  }

  /** The agent answers at once; an engine under load may take its time to start it. */
  private static final long START_MS = 30_000;

  private static final int NOT_FOUND = 127;
  private static final int NOT_RUNNABLE = 126;

  private final AgentStream stream;
  private final SessionTerms terms;
  private final ExecListener listener;
  private final Abandoned abandoned;
  private final StdinQueue stdin;
  private final SessionWatch watch;
  private final AgentOutput agent = new AgentOutput(this);
  private final long startedAt = System.nanoTime();
  private long outputs;
  private long bytes;
  private boolean running;
  private boolean paused;
  private boolean cancelled;
  private boolean ended;

  /** The report has come and its receipt was not sent; the stream is open for it. */
  private boolean held;

  /**
   * @param abandoned called when the agent cannot be relied on any more
   */
  AgentSession(
      Vertx vertx,
      AgentStream stream,
      SessionTerms terms,
      ExecListener listener,
      Abandoned abandoned) {
    this.stream = stream;
    this.terms = terms;
    this.listener = listener;
    this.abandoned = abandoned;
    this.outputs = terms.outputs();
    this.stdin = new StdinQueue(stream, terms.stdin(), terms.attached() ? StdinQueue.WINDOW : 0);
    this.watch = new SessionWatch(vertx, SessionWatch.FRAME_MS, reason -> lost(reason, false));
  }

  /** Sends the frames that begin the session; nothing is read before {@link #begin}. */
  void start(Buffer frames) {
    stream.handlers(
        this::read,
        broken -> lost(broken.getMessage(), false),
        v -> lost("the connection closed", true));
    stream.write(frames);
    watch.expect(START_MS);
  }

  /** Begins to read, unless it was paused meanwhile. */
  void begin() {
    if (!paused && !ended) {
      resume();
    }
  }

  @Override
  public Future<Void> write(Buffer input) {
    return stdin.write(input);
  }

  @Override
  public Future<Void> closeStdin() {
    return stdin.close();
  }

  @Override
  public Future<Void> signal(int number) {
    return ended ? overAlready() : stream.write(AgentFrames.signal(number));
  }

  @Override
  public Future<Void> resize(int columns, int rows) {
    if (!terms.pty()) {
      return Future.failedFuture(new IllegalStateException("the command has no terminal"));
    }
    return ended
        ? overAlready()
        : stream.write(AgentFrames.resize(new ExecSpec.Pty(columns, rows)));
  }

  @Override
  public void cancel() {
    if (!ended && !cancelled) {
      cancelled = true;
      stream.write(AgentFrames.cancel());
      watch.expect(SessionWatch.GRACE_MS);
    }
  }

  @Override
  public void pause() {
    paused = true;
    watch.paused(true);
    stream.pause();
  }

  @Override
  public void resume() {
    paused = false;
    watch.paused(false);
    stream.resume();
  }

  @Override
  public void acknowledge(long upTo) {
    if (terms.window() && !ended) {
      stream.write(AgentFrames.acknowledge(upTo));
    }
  }

  @Override
  public void release() {
    if (held) {
      held = false;
      stream.write(AgentFrames.acknowledge(outputs + 1));
      stream.close();
    }
  }

  @Override
  public void detach() {
    if (!ended || held) {
      held = false;
      finish();
      stream.close();
    }
  }

  @Override
  public void output(Stream which, Buffer payload) {
    if (ended) {
      return;
    }
    inTurn(running, '1');
    outputs++;
    bytes += payload.length();
    if (terms.maxOutput() > 0 && bytes > terms.maxOutput()) {
      throw new ProtocolException("more output than the command may write");
    }
    listener.output(which, payload);
  }

  @Override
  public void control(char type, Buffer payload) {
    if (ended) {
      return;
    }
    switch (type) {
      case 'R' -> began(payload);
      case 'W' -> {
        inTurn(running || terms.attached(), type);
        stdin.taken(number(payload));
      }
      case 'E' -> refused(payload.toString());
      default -> {
        inTurn(running, type);
        end(ExitReports.parse(payload));
      }
    }
  }

  private void read(Buffer chunk) {
    if (!ended) {
      agent.accept(chunk);
      watch.read(agent.inFrame());
    }
  }

  private static void inTurn(boolean allowed, char type) {
    if (!allowed) {
      throw new ProtocolException("frame " + type + " out of turn");
    }
  }

  private void began(Buffer payload) {
    inTurn(!running, 'R');
    long pid = number(payload);
    running = true;
    if (!cancelled) {
      watch.expectNothing();
      if (!terms.timeout().isZero()) {
        watch.expect(terms.timeout().toMillis() + SessionWatch.GRACE_MS);
      }
    }
    listener.started(pid);
  }

  private void refused(String reason) {
    if (running || terms.attached()) {
      lost("the agent gave up: " + reason, false);
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

  private void lost(String reason, boolean hungUp) {
    if (ended) {
      return;
    }
    LOG.warn(
        "exec {} is lost: {} {}",
        terms.execId(),
        printable(reason),
        printable(stream.diagnostics()));
    finish();
    stream.close();
    long ms = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedAt);
    abandoned.endRest(hungUp).onComplete(v -> listener.ended(ExitReports.lost(ms)));
  }

  private void end(ExitReport report) {
    held = terms.window() && running;
    finish();
    if (!held) {
      stream.close();
    }
    listener.ended(report);
  }

  private void finish() {
    ended = true;
    watch.close();
    stdin.fail();
  }

  private static Future<Void> overAlready() {
    return Future.failedFuture(new IllegalStateException("the command has ended"));
  }

  /** What the sandbox says may be made to look like something else in the log. */
  private static String printable(String text) {
    return text.replaceAll("[^ -~]", ".");
  }

  private static long number(Buffer payload) {
    try {
      long number = Long.parseLong(payload.toString());
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new ProtocolException("not a number");
    }
    throw new ProtocolException("a negative number");
  }
}

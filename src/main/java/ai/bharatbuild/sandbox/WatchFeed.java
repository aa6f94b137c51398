package ai.bharatbuild.sandbox;

import ai.bharatbuild.files.WorkspacePath;
import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.problem.Problem;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one process that watches a sandbox's files, for all who want to know. What it writes is taken
 * for hostile: any process of the sandbox can imitate it, and none can do more by that than tell
 * its own watchers of changes. Confined to the verticle's context.
 */
final class WatchFeed implements ExecListener {
  private static final Logger LOG = LoggerFactory.getLogger(WatchFeed.class);
  private static final String AGENT = "/usr/local/libexec/bharatbuild/agent";
  private static final String WORKSPACE = "/workspace";
  private static final int MAX_LINE = 16 << 10;
  private static final int MAX_READERS = 100;
  private static final int MAX_COMPLAINT = 500;
  private static final int USAGE = 64;

  /** Readers that come back soon, as a browser does, go on where they were. */
  private static final long LINGER_MS = 10_000;

  private static final long READY_MS = 20_000;
  private static final int MAX_RESTARTS = 3;
  private static final long SLOT_MS = 100;
  private static final int LINES_PER_SLOT = 2_000;

  private final Vertx vertx;
  private final Context context;
  private final SandboxRuntime runtime;
  private final Container container;
  private final List<String> excluded;
  private final Function<Container, Future<Void>> wake;
  private final Runnable onEnd;
  private final WatchRing ring = new WatchRing();
  private final Promise<Void> ready = Promise.promise();
  private LineCutter lines = cutter();
  private ExecSession session;
  private int readers;
  private long linger = -1;
  private long patience = -1;
  private int restarts;
  private int linesInSlot;
  private boolean slot;
  private boolean told;
  private boolean ended;
  private Buffer complaint = Buffer.buffer();

  /**
   * @param excluded names of directories that are left out
   * @param wake wakes the sandbox if it is frozen
   * @param onEnd called once, when it is of no more use
   */
  WatchFeed(
      Vertx vertx,
      SandboxRuntime runtime,
      Container container,
      List<String> excluded,
      Function<Container, Future<Void>> wake,
      Runnable onEnd) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.runtime = runtime;
    this.container = container;
    this.excluded = excluded;
    this.wake = wake;
    this.onEnd = onEnd;
  }

  private LineCutter cutter() {
    return new LineCutter(MAX_LINE, this::line, () -> overflow("lines"));
  }

  /** Starts the process; what happens is seen from when {@link #open} answers. */
  void start() {
    lines = cutter();
    complaint = Buffer.buffer();
    List<String> command = new ArrayList<>(List.of(AGENT, "watch", WORKSPACE));
    command.addAll(excluded);
    ExecSpec spec =
        new ExecSpec(
            "watch-" + Long.toHexString(ring.lastId()),
            command,
            Map.of(),
            WORKSPACE,
            Duration.ZERO,
            0,
            true,
            true);
    patience = vertx.setTimer(READY_MS, id -> fail(busy()));
    runtime.exec(container.handle(), spec, this).onComplete(this::started, this::fail);
  }

  private static ApiException busy() {
    return ApiException.busy("The sandbox is too busy to begin watching; try again.", 5);
  }

  private void started(ExecSession begun) {
    session = begun;
    if (ended) {
      cancel();
    }
  }

  Future<WatchReader> open(WorkspacePath below, long after) {
    if (readers >= MAX_READERS) {
      return Future.failedFuture(
          new ApiException(
              new Problem(
                  429,
                  "rate_limited",
                  MAX_READERS + " watch this sandbox already.",
                  null,
                  null,
                  null,
                  5)));
    }
    readers++;
    vertx.cancelTimer(linger);
    return ready
        .future()
        .map(v -> new WatchReader(ring, below, after, () -> context.runOnContext(gone -> left())))
        .onFailure(e -> left());
  }

  private void left() {
    if (--readers == 0 && !ended) {
      linger = vertx.setTimer(LINGER_MS, id -> end("nobody watches any more"));
    }
  }

  @Override
  public void started(long pid) {}

  @Override
  public void output(Stream stream, Buffer bytes) {
    if (stream == Stream.STDERR) {
      int room = Math.max(0, MAX_COMPLAINT - complaint.length());
      complaint.appendBuffer(bytes, 0, Math.min(bytes.length(), room));
      return;
    }
    if (!ended) {
      lines.accept(bytes);
      slow();
    }
  }

  /** A flood of lines costs its sandbox time, not the server. */
  private void slow() {
    if (linesInSlot > 0 && !slot) {
      slot = true;
      vertx.setTimer(
          SLOT_MS,
          id -> {
            slot = false;
            linesInSlot = 0;
            told = false;
            if (session != null) {
              session.resume();
            }
          });
    }
    if (linesInSlot > LINES_PER_SLOT && session != null) {
      session.pause();
    }
  }

  private void line(byte[] line) {
    linesInSlot++;
    try {
      WatchEvent event = WatchEvent.parse(line);
      if (event == null) {
        return;
      }
      if (event.type().equals("ready")) {
        begun();
      } else {
        ring.append(event);
      }
    } catch (IOException e) {
      overflow("lines");
    }
  }

  private void begun() {
    vertx.cancelTimer(patience);
    if (!ready.tryComplete() && restarts > 0) {
      overflow("restarted");
    }
  }

  /** Something may have happened that was not understood; said once in a while. */
  private void overflow(String why) {
    if (!told) {
      told = true;
      ring.append(WatchEvent.of("overflow", why));
    }
  }

  @Override
  public void failed(String message) {
    complaint.appendString(message);
  }

  @Override
  public void ended(ExitReport report) {
    session = null;
    vertx.cancelTimer(patience);
    if (ended) {
      return;
    }
    LOG.info("the watch of {} ended: {} {}", container.id, report, complaint);
    boolean tooOld = report.code() != null && report.code() == USAGE;
    if (!ready.future().isComplete()) {
      fail(
          ApiException.unavailable(
              tooOld
                  ? "The sandbox's image cannot watch files; build the images anew and create it"
                      + " again."
                  : "The sandbox could not begin to watch: no room for a process or a watch."));
    } else if (container.deleted
        || container.state != Sandbox.State.RUNNING
        || ++restarts > MAX_RESTARTS) {
      end("the sandbox stopped");
    } else {
      told = false;
      start();
    }
  }

  private void fail(Throwable cause) {
    if (!ready.tryFail(cause)) {
      LOG.debug("no watch of {}", container.id, cause);
    }
    end("the sandbox stopped");
  }

  /** Ends the process and tells whoever still listens. */
  void end(String why) {
    if (ended) {
      return;
    }
    ended = true;
    vertx.cancelTimer(linger);
    vertx.cancelTimer(patience);
    ready.tryFail(ApiException.conflict("container_not_running", "The container was stopped."));
    ring.append(WatchEvent.of("end", why));
    ring.end();
    cancel();
    onEnd.run();
  }

  private void cancel() {
    ExecSession running = session;
    if (running != null) {
      wake.apply(container).onComplete(v -> running.cancel());
    }
  }

  boolean hasReaders() {
    return readers > 0;
  }
}

package ai.bharatbuild.agents.llm;

import io.vertx.core.Future;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** A stream that is paid for. */
final class MeteredStream implements ModelStream {
  private final Metered meter;
  private final ModelEntry entry;
  private final ModelRequest request;
  private final Runnable letGo;
  private final Future<ModelStream> opened;
  private Budget.Hold hold;
  private ModelStream stream;
  private long begun;
  private Usage usage = Usage.NONE;
  private String requestId;
  private long outputBytes;
  private boolean started;
  private boolean cancelled;
  private boolean over;

  /**
   * @param held what the budget holds for it
   * @param letGo ends what that waits for
   * @param open makes the call
   */
  MeteredStream(
      Metered meter,
      ModelEntry entry,
      ModelRequest request,
      Future<Budget.Hold> held,
      Runnable letGo,
      Supplier<ModelStream> open) {
    this.meter = meter;
    this.entry = entry;
    this.request = request;
    this.letGo = letGo;
    this.opened = held.map(it -> begin(it, open));
  }

  private synchronized ModelStream begin(Budget.Hold held, Supplier<ModelStream> open) {
    hold = held;
    if (cancelled) {
      // Nothing was asked, so nothing is owed.
      over = true;
      hold.settle(0, 0);
      throw new ModelException(ModelException.Kind.CANCELLED, "The call was cancelled.");
    }
    begun = System.nanoTime();
    stream = open.get();
    return stream;
  }

  @Override
  public Future<ModelEvent> next() {
    return opened.compose(ModelStream::next).map(this::note).onFailure(this::failed);
  }

  @Override
  public void cancel() {
    ModelStream running;
    synchronized (this) {
      cancelled = true;
      if (over) {
        return;
      }
      running = stream;
    }
    if (running == null) {
      letGo.run();
      return;
    }
    running.cancel();
    end(broken(true), true, ModelException.Kind.CANCELLED);
  }

  private ModelEvent note(ModelEvent event) {
    synchronized (this) {
      switch (event) {
        case null -> {}
        case ModelEvent.Started begin -> {
          started = true;
          requestId = begin.requestId();
        }
        case ModelEvent.TextDelta delta -> outputBytes += TokenEstimate.bytes(delta.text());
        case ModelEvent.ToolArguments piece -> outputBytes += TokenEstimate.bytes(piece.json());
        case ModelEvent.UsageReported report -> usage = report.usage();
        case ModelEvent.Finished end -> usage = end.usage();
        default -> {}
      }
    }
    if (event instanceof ModelEvent.Finished end) {
      boolean unsaid = usage.total() == 0;
      end(unsaid ? broken(true) : usage, unsaid, end.reason());
    }
    return event;
  }

  private void failed(Throwable cause) {
    ModelException.Kind kind =
        cause instanceof ModelException known ? known.kind() : ModelException.Kind.MALFORMED;
    // What was refused cost nothing; what nothing was heard of may have been read.
    boolean read =
        started || kind == ModelException.Kind.TIMEOUT || kind == ModelException.Kind.CANCELLED;
    end(broken(read), read, kind);
  }

  /**
   * What an answer without a report at its end used: what is known, and for the rest an estimate.
   */
  private synchronized Usage broken(boolean read) {
    if (!read) {
      return Usage.NONE;
    }
    long output = Math.max(usage.output(), TokenEstimate.ofText(outputBytes));
    return usage.totalInput() > 0
        ? new Usage(usage.input(), output, usage.cacheWrite(), usage.cacheRead())
        : new Usage(TokenEstimate.likely(request), output, 0, 0);
  }

  private void end(Usage used, boolean estimated, Enum<?> outcome) {
    synchronized (this) {
      if (over || hold == null) {
        return;
      }
      over = true;
    }
    long ms = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
    meter.over(
        entry, hold, used, estimated, requestId, ms, outcome.name().toLowerCase(Locale.ROOT));
  }
}

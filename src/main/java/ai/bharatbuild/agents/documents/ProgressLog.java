package ai.bharatbuild.agents.documents;

import ai.bharatbuild.agents.documents.Journal.Event;
import ai.bharatbuild.http.Sse;
import ai.bharatbuild.json.Json;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The events of one generation for its readers, in memory. It has as many as there are files, a few
 * for each. Usable from any thread.
 */
final class ProgressLog {
  private final List<Buffer> records = new ArrayList<>();
  private final List<Runnable> waiting = new ArrayList<>();
  private boolean ended;

  /** A log that begins with these. */
  ProgressLog(List<Event> events) {
    events.forEach(this::add);
  }

  void add(Event event) {
    List<Runnable> wake;
    synchronized (this) {
      Buffer record = Buffer.buffer("id: " + (records.size() + 1) + "\ndata: ");
      records.add(record.appendBuffer(Json.encode(event)).appendString("\n\n"));
      ended = event.type().equals(GenerationLog.END);
      wake = List.copyOf(waiting);
      waiting.clear();
    }
    wake.forEach(Runnable::run);
  }

  private synchronized boolean endsBefore(int position) {
    return ended && position >= records.size();
  }

  /**
   * @param next where to go on
   */
  private record Page(Buffer records, int next) {}

  private synchronized Page after(int position) {
    Buffer all = Buffer.buffer();
    records.subList(position, records.size()).forEach(all::appendBuffer);
    return new Page(all, records.size());
  }

  /** Whether it has to wait: there is nothing behind that position yet. */
  private synchronized boolean await(int position, Runnable wake) {
    if (position < records.size()) {
      return false;
    }
    waiting.add(wake);
    return true;
  }

  private synchronized void forget(Runnable wake) {
    waiting.remove(wake);
  }

  private synchronized int position(long lastId) {
    return Math.clamp(lastId, 0, records.size());
  }

  /**
   * A reader, made and used on one context.
   *
   * @param after id of the last event that is known; 0 for all, one beyond the end means the end
   */
  Sse.Source reader(long after) {
    return new Reader(Vertx.currentContext(), position(after));
  }

  private final class Reader implements Sse.Source {
    private final Context context;
    private final Runnable wake = this::emit;
    private Runnable action = () -> {};
    private int position;

    Reader(Context context, int position) {
      this.context = context;
      this.position = position;
    }

    private void emit() {
      context.runOnContext(v -> action.run());
    }

    @Override
    public Future<Buffer> next(int maxBytes) {
      Page page = after(position);
      position = page.next();
      boolean more = page.records().length() == 0 && !ended() && !await(position, wake);
      return more ? next(maxBytes) : Future.succeededFuture(page.records());
    }

    @Override
    public boolean ended() {
      return endsBefore(position);
    }

    @Override
    public void onMore(Runnable more) {
      action = more;
    }

    @Override
    public void close() {
      forget(wake);
    }
  }
}

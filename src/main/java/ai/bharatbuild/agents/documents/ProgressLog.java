package ai.bharatbuild.agents.documents;

import ai.bharatbuild.http.Sse;
import ai.bharatbuild.json.Json;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * The events of one generation, kept in memory. It has as many as there are files, a few for each.
 * Usable from any thread.
 */
final class ProgressLog {
  private final List<Buffer> records = new ArrayList<>();
  private final List<Runnable> waiting = new ArrayList<>();
  private final BiConsumer<String, Map<String, Object>> listener;
  private boolean ended;

  ProgressLog() {
    this((type, data) -> {});
  }

  /**
   * @param listener is told of each event, too, on whatever thread it is told
   */
  ProgressLog(BiConsumer<String, Map<String, Object>> listener) {
    this.listener = listener;
  }

  void append(String type, Map<String, Object> data) {
    add(type, data, false);
  }

  /** The last event. */
  void end(String type, Map<String, Object> data) {
    add(type, data, true);
  }

  private void add(String type, Map<String, Object> data, boolean last) {
    Map<String, Object> event = new LinkedHashMap<>();
    event.put("type", type);
    event.put("data", data);
    List<Runnable> wake;
    synchronized (this) {
      Buffer record = Buffer.buffer("id: " + (records.size() + 1) + "\ndata: ");
      records.add(record.appendBuffer(Json.encode(event)).appendString("\n\n"));
      ended = last;
      wake = List.copyOf(waiting);
      waiting.clear();
    }
    wake.forEach(Runnable::run);
    listener.accept(type, data);
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

  /** A reader from the first event on; made and used on one context. */
  Sse.Source reader() {
    return new Reader(Vertx.currentContext());
  }

  private final class Reader implements Sse.Source {
    private final Context context;
    private final Runnable wake = this::emit;
    private Runnable action = () -> {};
    private int position;

    Reader(Context context) {
      this.context = context;
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

package ai.bharatbuild.sandbox.docker;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.parsetools.RecordParser;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the engine's events and tells which sandboxes stopped, also those that stopped while the
 * engine could not be reached. Its state lives on one context.
 */
final class StopWatcher {
  private static final Logger LOG = LoggerFactory.getLogger(StopWatcher.class);
  private static final long FIRST_PAUSE_MS = 100;
  private static final long LONGEST_PAUSE_MS = 10_000;
  private static final int MAX_EVENT = 1 << 20;

  private final Vertx vertx;
  private final Context context;
  private final EngineHttp http;
  private final String path;
  private final Supplier<Future<Collection<String>>> listRunning;
  private final Set<String> running = ConcurrentHashMap.newKeySet();
  private final List<Handler<String>> handlers = new CopyOnWriteArrayList<>();
  private EngineStream stream;
  private long pauseMs = FIRST_PAUSE_MS;
  private volatile boolean closed;

  /**
   * @param listRunning handles of this server's running sandboxes
   */
  StopWatcher(
      Vertx vertx,
      EngineHttp http,
      String serverId,
      Supplier<Future<Collection<String>>> listRunning) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.http = http;
    this.listRunning = listRunning;
    JsonObject filters =
        new JsonObject()
            .put("type", new JsonArray().add("container"))
            .put("event", new JsonArray().add("start").add("die"))
            .put("label", new JsonArray().add(Labels.SERVER + "=" + serverId));
    this.path = "/events?filters=" + URLEncoder.encode(filters.encode(), StandardCharsets.UTF_8);
  }

  void start() {
    context.runOnContext(v -> connect());
  }

  /** The handler is called on the caller's context. */
  void onStopped(Handler<String> handler) {
    Context own = vertx.getOrCreateContext();
    handlers.add(handle -> own.runOnContext(v -> handler.handle(handle)));
  }

  /** A sandbox runs: its end is news even if it comes while the engine cannot be heard. */
  void expect(String handle) {
    running.add(handle);
  }

  void close() {
    closed = true;
    context.runOnContext(
        v -> {
          if (stream != null) {
            stream.close();
          }
        });
  }

  private void connect() {
    if (closed) {
      return;
    }
    http.follow(path)
        .onComplete(
            opened -> {
              if (opened.succeeded()) {
                read(opened.result());
              } else {
                retry();
              }
            });
  }

  private void read(EngineStream opened) {
    if (closed) {
      opened.close();
      return;
    }
    stream = opened;
    RecordParser lines = RecordParser.newDelimited("\n", this::take).maxRecordSize(MAX_EVENT);
    lines.exceptionHandler(e -> LOG.warn("bad event from the engine", e));
    stream.handlers(lines::handle, v -> retry());
    stream.resume();
    // Only after the events flow, so that nothing can stop unseen in between.
    listRunning
        .get()
        .onSuccess(this::compare)
        .onFailure(
            e -> {
              if (stream == opened) {
                opened.close();
                retry();
              }
            });
  }

  private void compare(Collection<String> now) {
    pauseMs = FIRST_PAUSE_MS;
    for (String handle : running) {
      if (!now.contains(handle) && running.remove(handle)) {
        tell(handle);
      }
    }
    running.addAll(now);
  }

  private void retry() {
    stream = null;
    if (!closed) {
      vertx.setTimer(pauseMs, id -> connect());
      pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
    }
  }

  private void take(Buffer line) {
    JsonObject event = line.toJsonObject();
    String handle = event.getString("id");
    if ("start".equals(event.getString("status"))) {
      running.add(handle);
    } else {
      running.remove(handle);
      tell(handle);
    }
  }

  private void tell(String handle) {
    handlers.forEach(handler -> handler.handle(handle));
  }
}

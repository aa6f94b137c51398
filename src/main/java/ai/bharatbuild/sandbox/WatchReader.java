package ai.bharatbuild.sandbox;

import ai.bharatbuild.files.WorkspacePath;
import ai.bharatbuild.http.Sse;
import ai.bharatbuild.json.Json;
import ai.bharatbuild.sandbox.WatchRing.Numbered;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One client's place in a watch. Begins with {@code ready}, or with {@code gap} where it wanted to
 * go on after an event that cannot be gone on after. Made anywhere, used on one context.
 */
final class WatchReader implements Sse.Source {
  private static final int PAGE = 256;

  private final WatchRing ring;
  private final WorkspacePath below;
  private final Runnable onClose;
  private long position;
  private boolean resumes;
  private boolean begun;
  private boolean ended;
  private Runnable wake = () -> {};
  private Runnable armed;

  /**
   * @param after the last event that the client has; 0 for none
   * @param onClose called when the client has left
   */
  WatchReader(WatchRing ring, WorkspacePath below, long after, Runnable onClose) {
    this.ring = ring;
    this.below = below;
    this.onClose = onClose;
    this.resumes = after > 0;
    this.position = after > 0 && ring.goesOnAfter(after) ? after : -after;
  }

  /** The next messages as the API shows them; empty when there are none now. */
  List<Map<String, Object>> take() {
    List<Map<String, Object>> messages = new ArrayList<>();
    if (!begun) {
      begun = true;
      boolean lost = resumes && position < 0;
      if (!resumes || lost) {
        long after = -position;
        position = ring.lastId();
        messages.add(
            lost
                ? message(position, "gap", Map.of("after", after))
                : message(position, "ready", below.toString()));
      }
    }
    long before = position;
    WatchRing.Page page = ring.after(position, PAGE);
    position = page.last();
    ended = page.ended();
    if (page.gap()) {
      long first = page.events().isEmpty() ? position : page.events().getFirst().id() - 1;
      messages.add(message(first, "gap", Map.of("after", before)));
    }
    for (Numbered each : page.events()) {
      WatchEvent seen = each.event().within(below);
      if (seen != null) {
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("id", each.id());
        message.putAll(seen.shown());
        messages.add(message);
      }
    }
    if (!ended) {
      arm();
    }
    return messages;
  }

  private static Map<String, Object> message(long id, String type, Object data) {
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("id", id);
    message.put("type", type);
    message.put("data", data);
    return message;
  }

  private void arm() {
    if (armed != null) {
      return;
    }
    Context context = Vertx.currentContext();
    armed =
        () ->
            context.runOnContext(
                v -> {
                  armed = null;
                  wake.run();
                });
    ring.onMore(position, armed);
  }

  @Override
  public Future<Buffer> next(int maxBytes) {
    Buffer records = Buffer.buffer();
    for (Map<String, Object> message : take()) {
      records.appendString("id: " + message.remove("id") + "\ndata: ");
      records.appendBuffer(Json.encode(message)).appendString("\n\n");
    }
    return Future.succeededFuture(records);
  }

  @Override
  public boolean ended() {
    return ended;
  }

  @Override
  public void onMore(Runnable handler) {
    wake = handler;
  }

  @Override
  public void close() {
    if (armed != null) {
      ring.forget(armed);
    }
    wake = () -> {};
    onClose.run();
  }
}

package ai.bharatbuild.notifications;

import ai.bharatbuild.http.Caller;
import ai.bharatbuild.http.Permission;
import ai.bharatbuild.json.Json;
import ai.bharatbuild.problem.ApiException;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One client that follows its user's notices. Its first message says who it is and where it was. A
 * client that reads slowly costs its position and nothing else. On the socket's event loop.
 */
final class NotificationSocket {
  private static final short NORMAL = 1000;
  private static final short POLICY = 1008;
  private static final int MOST_AT_ONCE = 64;
  private static final long FIRST_MESSAGE_MS = 10_000;
  private static final long RECHECK_MS = 2_000;

  private final ServerWebSocket socket;
  private final Context context;
  private final SocketCallers.Known opener;
  private final SocketCallers callers;
  private final Notifications notifications;
  private final Runnable wake = this::woken;
  private final long patience;
  private Feed feed;
  private SocketCallers.Known known;
  private long recheck = -1;
  private boolean asked;
  private long position;
  private boolean waiting;
  private boolean closed;

  private NotificationSocket(
      Vertx vertx,
      ServerWebSocket socket,
      SocketCallers.Known opener,
      SocketCallers callers,
      Notifications notifications) {
    this.socket = socket;
    this.context = vertx.getOrCreateContext();
    this.opener = opener;
    this.callers = callers;
    this.notifications = notifications;
    this.patience =
        vertx.setTimer(FIRST_MESSAGE_MS, id -> refuse("unauthenticated", "No first message came."));
  }

  static void begin(
      Vertx vertx,
      ServerWebSocket socket,
      SocketCallers.Known opener,
      SocketCallers callers,
      Notifications notifications) {
    NotificationSocket self = new NotificationSocket(vertx, socket, opener, callers, notifications);
    socket.exceptionHandler(e -> self.end(vertx));
    socket.endHandler(v -> self.end(vertx));
    socket.textMessageHandler(text -> self.obey(vertx, text));
    socket.binaryMessageHandler(
        bytes -> self.refuse("invalid_request", "Messages are JSON objects, as text."));
  }

  private void obey(Vertx vertx, String text) {
    if (closed) {
      return;
    }
    JsonNode message;
    try {
      message = Json.parse(Buffer.buffer(text));
    } catch (IOException e) {
      refuse("invalid_request", "Messages are JSON objects, as text.");
      return;
    }
    switch (message.path("type").asText()) {
      case "hello" -> hello(vertx, message);
      case "ping" -> send(Map.of("type", "pong"));
      default -> refuse("invalid_request", "A message is hello, once and first, or ping.");
    }
  }

  private void hello(Vertx vertx, JsonNode message) {
    if (asked) {
      refuse("invalid_request", "A message is hello, once and first, or ping.");
      return;
    }
    asked = true;
    vertx.cancelTimer(patience);
    JsonNode last = message.path("last_event_id");
    Future<SocketCallers.Known> who =
        opener == null
            ? callers.hello(text(message, "token"), text(message, "ticket"))
            : opener.again().get().map(opener);
    who.onComplete(
        found ->
            context.runOnContext(
                v -> welcome(vertx, found, last.isIntegralNumber() ? last.longValue() : -1)),
        e -> context.runOnContext(v -> refused(e)));
  }

  private static String text(JsonNode message, String name) {
    return message.path(name).isTextual() ? message.path(name).textValue() : null;
  }

  private void refused(Throwable cause) {
    if (cause instanceof ApiException known) {
      refuse(known.problem().code(), known.problem().detail());
    } else {
      refuse("internal_error", "The server failed.");
    }
  }

  /**
   * @param after where the client was, or -1 for from now on
   */
  private void welcome(Vertx vertx, SocketCallers.Known who, long after) {
    if (closed || !allowed(who.caller())) {
      return;
    }
    known = who;
    Feed found = notifications.feed(who.caller().userId());
    if (!found.follow(wake)) {
      refuse("too_many_sockets", "You follow by too many sockets already; close some.");
      return;
    }
    feed = found;
    recheck = vertx.setPeriodic(RECHECK_MS, id -> recheck());
    position = after < 0 ? feed.last() : after;
    send(message("ready", "last_event_id", feed.last()));
    pump();
  }

  private boolean allowed(Caller caller) {
    boolean may = caller.may(Permission.NOTIFICATIONS_READ);
    if (!may) {
      refuse("forbidden", "This call needs the permission notifications:read.");
    }
    return may;
  }

  /** Who has signed out meanwhile, or whose token or key has expired, is told nothing more. */
  private void recheck() {
    known
        .again()
        .get()
        .onComplete(
            caller -> context.runOnContext(v -> allowed(caller)),
            e -> context.runOnContext(v -> unlessAway(e)));
  }

  private void unlessAway(Throwable cause) {
    if (cause instanceof ApiException told && told.problem().status() < 500) {
      refused(cause);
    }
  }

  private void woken() {
    context.runOnContext(v -> pump());
  }

  private void pump() {
    while (!closed && !waiting) {
      if (socket.writeQueueFull()) {
        waiting = true;
        socket.drainHandler(
            v -> {
              waiting = false;
              pump();
            });
        return;
      }
      Feed.Part part = feed.read(position, MOST_AT_ONCE);
      if (part.from() != position) {
        Map<String, Object> gap = message("gap", "from", position + 1);
        gap.put("to", part.from());
        send(gap);
        position = part.from();
      }
      if (part.notices().isEmpty()) {
        return;
      }
      for (Notice notice : part.notices()) {
        send(notice);
        position = notice.id();
      }
    }
  }

  private static Map<String, Object> message(String type, String name, Object value) {
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("type", type);
    message.put(name, value);
    return message;
  }

  private void send(Object message) {
    socket.writeTextMessage(Json.encode(message).toString());
  }

  private void refuse(String code, String why) {
    if (!closed) {
      Map<String, Object> error = message("error", "code", code);
      error.put("message", why);
      send(error);
      socket.close(code.equals("internal_error") ? NORMAL : POLICY, "see the last message");
    }
  }

  private void end(Vertx vertx) {
    if (!closed) {
      closed = true;
      vertx.cancelTimer(patience);
      vertx.cancelTimer(recheck);
      if (feed != null) {
        feed.leave(wake);
      }
    }
  }
}

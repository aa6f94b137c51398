package ai.bharatbuild.sandbox;

import ai.bharatbuild.json.Json;
import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.sandbox.ExecSpec.Pty;
import ai.bharatbuild.sandbox.TerminalRing.Piece;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A terminal over a WebSocket: binary messages are bytes of the terminal in both directions, text
 * messages are JSON objects about it. On the socket's event loop.
 */
final class TerminalSocket {
  private static final short NORMAL = 1000;
  private static final short POLICY = 1008;
  private static final int MAX_CONTROL = 4_096;

  private final ServerWebSocket socket;
  private final TerminalViewer viewer;
  private Buffer text;
  private boolean waiting;
  private boolean closed;

  private TerminalSocket(ServerWebSocket socket, TerminalViewer viewer) {
    this.socket = socket;
    this.viewer = viewer;
  }

  static void begin(ServerWebSocket socket, TerminalViewer viewer) {
    TerminalSocket self = new TerminalSocket(socket, viewer);
    socket.exceptionHandler(e -> self.close());
    socket.endHandler(v -> self.close());
    socket.frameHandler(self::frame);
    self.tellReady();
    self.pump();
  }

  private void tellReady() {
    Pty size = viewer.terminal().size();
    Map<String, Object> ready = message("ready");
    ready.put("terminal_id", viewer.terminal().id);
    ready.put("fresh", viewer.fresh());
    ready.put("cols", size.columns());
    ready.put("rows", size.rows());
    tell(ready);
  }

  private static Map<String, Object> message(String type) {
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("type", type);
    return message;
  }

  private Future<Void> tell(Map<String, Object> message) {
    return socket.writeTextMessage(Json.encode(message).toString());
  }

  /** Sends what there is as fast as the client takes it. */
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
      long before = viewer.position();
      Piece piece = viewer.take();
      if (piece.from() != before) {
        // Where it goes on; the client clears its screen.
        Map<String, Object> tail = message("tail");
        tail.put("position", piece.from());
        tell(tail);
      }
      if (piece.bytes().length > 0) {
        socket.writeBinaryMessage(Buffer.buffer(piece.bytes()));
      } else if (viewer.ended()) {
        tellEnd();
        return;
      } else {
        viewer.onMore(this::pump);
        return;
      }
    }
  }

  private void tellEnd() {
    Terminal.End end = viewer.terminal().end();
    Map<String, Object> exit = message("exit");
    exit.put("code", end.code());
    exit.put("signal", end.signal() == null ? null : Signals.name(end.signal()));
    exit.put("cause", end.cause());
    tell(exit);
    close();
    socket.close(NORMAL, "the shell has ended");
  }

  private void frame(WebSocketFrame frame) {
    if (closed) {
      return;
    }
    if (text != null || frame.isText()) {
      control(frame);
    } else if (frame.isBinary() || frame.isContinuation()) {
      input(frame.binaryData());
    }
  }

  private void input(Buffer bytes) {
    if (bytes.length() > 0) {
      inTurn(() -> viewer.write(bytes));
    }
  }

  /**
   * Nothing more is read before the terminal has taken what came, so that a client cannot send more
   * than the sandbox takes, which may have no processor to take anything.
   */
  private void inTurn(Supplier<Future<Void>> step) {
    socket.pause();
    step.get().onComplete(v -> socket.resume(), this::refused);
  }

  private void control(WebSocketFrame frame) {
    text = text == null ? Buffer.buffer() : text;
    text.appendBuffer(frame.binaryData());
    if (text.length() > MAX_CONTROL) {
      refuse("a control message is over 4 KB; send input as binary messages");
    } else if (frame.isFinal()) {
      Buffer whole = text;
      text = null;
      obey(whole);
    }
  }

  private void obey(Buffer message) {
    try {
      JsonNode json = Json.parse(message);
      if (json.path("type").asText().equals("resize")) {
        Pty size = new Pty(json.path("cols").asInt(), json.path("rows").asInt());
        inTurn(() -> viewer.resize(size));
      } else {
        refuse("the only control message is resize");
      }
    } catch (IOException e) {
      refuse("a text message must be JSON; send input as binary messages");
    } catch (IllegalArgumentException e) {
      refuse(e.getMessage());
    }
  }

  /** The shell has ended meanwhile, or the sandbox could not be woken. */
  private void refused(Throwable cause) {
    if (cause instanceof ApiException known) {
      refuse(known.problem().detail());
    } else {
      socket.resume();
    }
  }

  private void refuse(String why) {
    Map<String, Object> error = message("error");
    error.put("message", why);
    tell(error);
    close();
    socket.close(POLICY, "see the last message");
  }

  private void close() {
    if (!closed) {
      closed = true;
      socket.resume();
      viewer.close();
    }
  }
}

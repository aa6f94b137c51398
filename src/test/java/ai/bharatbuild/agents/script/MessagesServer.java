package ai.bharatbuild.agents.script;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * A server on a loopback port that speaks the Messages API with a script in the place of a model.
 * What it streams has the events, and every event the members, of the documented protocol.
 */
public final class MessagesServer implements AutoCloseable {
  private static final int OK = 200;

  /** A call of a tool. */
  public record Call(String name, JsonObject arguments) {}

  /**
   * An answer.
   *
   * @param status of HTTP; the text is the error's message unless it is 200
   * @param text before the calls; may be empty
   * @param stop {@code end_turn}, {@code tool_use}, {@code max_tokens}, {@code refusal} …
   * @param keep how many bytes of the stream are sent before the connection is dropped; -1 for all
   * @param hangs whether nothing comes after what is sent, until the server is closed
   */
  public record Reply(
      int status, String text, List<Call> calls, String stop, int keep, boolean hangs) {
    public static Reply text(String text) {
      return new Reply(OK, text, List.of(), "end_turn", -1, false);
    }

    public static Reply calls(Call... calls) {
      return new Reply(OK, "", List.of(calls), "tool_use", -1, false);
    }

    public static Reply error(int status, String message) {
      return new Reply(status, message, List.of(), null, -1, false);
    }

    /** The same, ended by the limit of tokens: the last call's arguments are cut off. */
    public Reply truncated() {
      return new Reply(status, text, calls, "max_tokens", keep, hangs);
    }

    public Reply dropped(int bytes) {
      return new Reply(status, text, calls, stop, bytes, hangs);
    }

    public Reply hanging() {
      return new Reply(status, text, calls, stop, 0, true);
    }
  }

  private final HttpServer server;
  private final Function<JsonObject, Reply> script;
  private final Queue<JsonObject> requests = new ConcurrentLinkedQueue<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicInteger ids = new AtomicInteger();

  /**
   * @param script what is answered to a request; called on several threads at once
   */
  public MessagesServer(Function<JsonObject, Reply> script) {
    this.script = script;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/v1/messages", this::serve);
    server.start();
  }

  public String base() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** What was asked for so far, but not how many tokens something has. */
  public List<JsonObject> requests() {
    return List.copyOf(requests);
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
  }

  private void serve(HttpExchange exchange) throws IOException {
    JsonObject request =
        new JsonObject(
            new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    try (exchange) {
      if (exchange.getRequestURI().getPath().endsWith("/count_tokens")) {
        json(exchange, OK, new JsonObject().put("input_tokens", request.encode().length() / 4));
        return;
      }
      requests.add(request);
      Reply reply = script.apply(request);
      if (reply.status() != OK) {
        json(exchange, reply.status(), error(reply));
        return;
      }
      stream(exchange, reply, events(request, reply).getBytes(StandardCharsets.UTF_8));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void stream(HttpExchange exchange, Reply reply, byte[] events)
      throws IOException, InterruptedException {
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream; charset=utf-8");
    exchange.getResponseHeaders().set("request-id", "req_" + ids.incrementAndGet());
    // A length that is not kept makes the server drop the connection when the exchange is closed.
    exchange.sendResponseHeaders(OK, reply.keep() < 0 ? 0 : events.length + 1);
    OutputStream out = exchange.getResponseBody();
    out.write(events, 0, reply.keep() < 0 ? events.length : Math.min(reply.keep(), events.length));
    out.flush();
    if (reply.hangs()) {
      closed.await();
    }
  }

  private static JsonObject error(Reply reply) {
    String type =
        switch (reply.status()) {
          case 429 -> "rate_limit_error";
          case 529 -> "overloaded_error";
          case 400 -> "invalid_request_error";
          case 401 -> "authentication_error";
          default -> "api_error";
        };
    return new JsonObject()
        .put("type", "error")
        .put("error", new JsonObject().put("type", type).put("message", reply.text()));
  }

  private static void json(HttpExchange exchange, int status, JsonObject body) throws IOException {
    byte[] bytes = body.encode().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private String events(JsonObject request, Reply reply) {
    StringBuilder out = new StringBuilder();
    int input = request.encode().length() / 4;
    event(
        out,
        "message_start",
        new JsonObject()
            .put(
                "message",
                new JsonObject()
                    .put("id", "msg_" + ids.incrementAndGet())
                    .put("type", "message")
                    .put("role", "assistant")
                    .put("model", request.getString("model"))
                    .put("content", new JsonArray())
                    .putNull("stop_reason")
                    .put("usage", usage(input, 1))));
    event(out, "ping", new JsonObject());
    int index = 0;
    if (!reply.text().isEmpty()) {
      block(out, index++, new JsonObject().put("type", "text").put("text", ""), text(reply.text()));
    }
    for (int i = 0; i < reply.calls().size(); i++) {
      boolean cut = "max_tokens".equals(reply.stop()) && i == reply.calls().size() - 1;
      call(out, index++, reply.calls().get(i), cut);
    }
    int output = 1 + out.length() / 16;
    event(
        out,
        "message_delta",
        new JsonObject()
            .put(
                "delta", new JsonObject().put("stop_reason", reply.stop()).putNull("stop_sequence"))
            .put("usage", usage(input, output)));
    event(out, "message_stop", new JsonObject());
    return out.toString();
  }

  private static JsonObject usage(int input, int output) {
    return new JsonObject()
        .put("input_tokens", input)
        .put("output_tokens", output)
        .put("cache_creation_input_tokens", 0)
        .put("cache_read_input_tokens", 0);
  }

  private static JsonObject text(String text) {
    return new JsonObject().put("type", "text_delta").put("text", text);
  }

  private void call(StringBuilder out, int index, Call call, boolean cut) {
    JsonObject block =
        new JsonObject()
            .put("type", "tool_use")
            .put("id", "toolu_" + ids.incrementAndGet())
            .put("name", call.name())
            .put("input", new JsonObject());
    String json = call.arguments().encode();
    String sent = cut ? json.substring(0, json.length() / 2) : json;
    block(
        out,
        index,
        block,
        new JsonObject().put("type", "input_json_delta").put("partial_json", sent));
  }

  private static void block(StringBuilder out, int index, JsonObject start, JsonObject delta) {
    event(
        out,
        "content_block_start",
        new JsonObject().put("index", index).put("content_block", start));
    event(out, "content_block_delta", new JsonObject().put("index", index).put("delta", delta));
    event(out, "content_block_stop", new JsonObject().put("index", index));
  }

  private static void event(StringBuilder out, String type, JsonObject data) {
    JsonObject whole = new JsonObject().put("type", type).mergeIn(data);
    out.append("event: ").append(type).append("\ndata: ").append(whole.encode()).append("\n\n");
  }
}

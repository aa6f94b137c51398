package com.example.units;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The HTTP side of the converter. */
public final class App implements AutoCloseable {
  private static final int THREADS = 8;
  private static final Map<String, Function<Query, String>> ROUTES =
      Map.of(
          "/",
              query ->
                  "{\"name\": \"Unit converter\", \"convert\": \"/convert?value=1&from=mi&to=km\"}",
          "/health", query -> "{\"status\": \"ok\"}",
          "/units", query -> units(),
          "/convert", App::convert);

  private final HttpServer server;
  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

  /** Listens on that port; 0 for any free one. */
  public App(int port) throws IOException {
    server = HttpServer.create(new InetSocketAddress(port), 0);
    server.createContext("/", App::handle);
    server.setExecutor(threads);
    server.start();
  }

  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdown();
  }

  private static void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      answer(exchange);
    }
  }

  private static void answer(HttpExchange exchange) throws IOException {
    Function<Query, String> route = ROUTES.get(exchange.getRequestURI().getPath());
    if (route == null) {
      send(exchange, 404, error("not found"));
    } else if (!exchange.getRequestMethod().equals("GET")) {
      exchange.getResponseHeaders().set("Allow", "GET");
      send(exchange, 405, error("only GET is possible"));
    } else {
      try {
        send(exchange, 200, route.apply(Query.of(exchange.getRequestURI().getRawQuery())));
      } catch (BadRequest e) {
        send(exchange, 400, error(e.getMessage()));
      }
    }
  }

  private static String convert(Query query) {
    Unit from = query.unit("from");
    Unit to = query.unit("to");
    if (from.kind() != to.kind()) {
      throw new BadRequest("from and to measure different things");
    }
    double value = from.convert(query.number("value"), to);
    return "{\"value\": " + value + ", \"unit\": \"" + to.symbol() + "\"}";
  }

  private static String units() {
    return Arrays.stream(Unit.Kind.values())
        .map(kind -> "\"" + kind.name().toLowerCase() + "\": " + symbols(kind))
        .collect(Collectors.joining(", ", "{", "}"));
  }

  private static String symbols(Unit.Kind kind) {
    return Arrays.stream(Unit.values())
        .filter(unit -> unit.kind() == kind)
        .map(unit -> '"' + unit.symbol() + '"')
        .collect(Collectors.joining(", ", "[", "]"));
  }

  private static String error(String message) {
    return "{\"error\": \"" + message + "\"}";
  }

  private static void send(HttpExchange exchange, int status, String json) throws IOException {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json; charset=utf-8");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }
}

package currency;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Answers over HTTP. */
public final class App {
  private final Rates rates;

  public App(Rates rates) {
    this.rates = rates;
  }

  /** Starts on a port, any free one for 0. */
  public HttpServer start(int port) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
    server.createContext("/health", exchange -> answer(exchange, 200, "ok"));
    server.createContext("/convert", this::convert);
    server.start();
    return server;
  }

  private void convert(HttpExchange exchange) throws IOException {
    Map<String, String> query = Query.parse(exchange.getRequestURI().getRawQuery());
    try {
      long amount = Long.parseLong(query.getOrDefault("amount", ""));
      answer(
          exchange, 200, Long.toString(rates.convert(amount, query.get("from"), query.get("to"))));
    } catch (IllegalArgumentException | ArithmeticException e) {
      answer(exchange, 400, e.getMessage());
    }
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    try (var body = exchange.getResponseBody()) {
      body.write(bytes);
    }
  }
}

import com.sun.net.httpserver.HttpServer;
import currency.App;
import currency.Query;
import currency.Rates;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;

final class Tests {
  private static final Rates RATES =
      Rates.of(Map.of("USD", new BigDecimal("0.0125"), "JPY", new BigDecimal("1.75")));

  private static String get(HttpServer server, String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    HttpResponse<String> response =
        HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    return response.statusCode() + " " + response.body();
  }

  public static void main(String[] args) throws Exception {
    Checks checks = new Checks();
    checks.check(
        "converts from and to rupees",
        () -> {
          Checks.equal(1250L, RATES.convert(1_000_00, "INR", "USD"));
          Checks.equal(1_000_00L, RATES.convert(1250, "USD", "INR"));
          Checks.equal(140_00L, RATES.convert(1_00, "USD", "JPY"));
        });
    checks.check(
        "rounds half even",
        () -> {
          Checks.equal(0L, RATES.convert(40, "INR", "USD"));
          Checks.equal(2L, RATES.convert(120, "INR", "USD"));
          Checks.equal(1L, RATES.convert(41, "INR", "USD"));
        });
    checks.check(
        "refuses unknown currencies and negative amounts",
        () -> {
          Checks.fails(IllegalArgumentException.class, () -> RATES.convert(1, "INR", "XXX"));
          Checks.fails(IllegalArgumentException.class, () -> RATES.convert(1, null, "INR"));
          Checks.fails(IllegalArgumentException.class, () -> RATES.convert(-1, "INR", "USD"));
        });
    checks.check(
        "reads queries",
        () -> {
          Checks.equal(
              Map.of("a", "2", "b c", "d&e", "f", ""), Query.parse("a=1&b%20c=d%26e&a=2&f"));
          Checks.equal(Map.of(), Query.parse(null));
        });
    HttpServer server = new App(RATES).start(0);
    checks.check("is alive", () -> Checks.equal("200 ok", get(server, "/health")));
    checks.check(
        "converts over HTTP",
        () -> Checks.equal("200 1250", get(server, "/convert?amount=100000&from=INR&to=USD")));
    checks.check(
        "tells what is wrong",
        () -> {
          Checks.equal(
              "400 unknown currency XXX", get(server, "/convert?amount=1&from=INR&to=XXX"));
          Checks.isTrue(get(server, "/convert?amount=x&from=INR&to=USD").startsWith("400"));
          Checks.isTrue(get(server, "/convert").startsWith("400"));
        });
    server.stop(0);
    checks.end();
  }
}

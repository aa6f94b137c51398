package ai.bharatbuild.http;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.config.Settings;
import ai.bharatbuild.contract.ApiContract;
import ai.bharatbuild.problem.ApiException;
import ai.bharatbuild.telemetry.Health;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class HttpVerticleTest {
  private static final long LIMIT = 100_000;
  private final HttpClient client = HttpClient.newHttpClient();
  private HttpVerticle server;

  @BeforeEach
  void start(Vertx vertx) throws Exception {
    BodyReader bodies = new BodyReader(vertx, 150_000);
    Routes routes =
        router -> {
          router
              .post("/echo")
              .handler(c -> Replies.json(c, 200, bodies.json(c, LIMIT).map(body -> body)));
          router
              .get("/teapot")
              .handler(c -> c.fail(new ApiException(418, "teapot", "Short and stout.")));
          router
              .get("/broken")
              .handler(
                  c -> {
                    throw new IllegalStateException("/secret/path");
                  });
          router.get("/me").handler(c -> Replies.json(c, 200, Caller.of(c)));
        };
    Routes system = new SystemRoutes(new Health("test"), new Contract());
    server =
        new HttpVerticle(
            new Settings.Http("127.0.0.1", 0, 1, List.of("http://friend.example"), 1 << 20),
            Access.local(Operations.of(Contract.load())),
            List.of(system, routes),
            null);
    await(vertx.deployVerticle(server));
  }

  @AfterEach
  void close() {
    client.close();
  }

  @Test
  void problemsHaveTheDocumentedMembers() throws Exception {
    HttpResponse<String> response = send(request("/teapot").GET());

    JsonObject problem = new JsonObject(response.body());
    assertThat(response.statusCode()).isEqualTo(418);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(problem.getString("code")).isEqualTo("teapot");
    assertThat(problem.getString("detail")).isEqualTo("Short and stout.");
    assertThat(problem.getString("request_id"))
        .isEqualTo(response.headers().firstValue("X-Request-Id").orElseThrow());
  }

  @Test
  void aDefectTellsNothingInternal() throws Exception {
    HttpResponse<String> response = send(request("/broken").GET());

    assertThat(response.statusCode()).isEqualTo(500);
    assertThat(response.body()).contains("internal_error").doesNotContain("secret");
  }

  @Test
  void unknownPathsAndMethodsAreProblemsToo() throws Exception {
    assertThat(send(request("/nothing").GET()).body()).contains("\"not_found\"");
    HttpResponse<String> wrongMethod = send(request("/teapot").DELETE());
    assertThat(wrongMethod.statusCode()).isEqualTo(405);
    assertThat(wrongMethod.body()).contains("\"method_not_allowed\"");
  }

  @Test
  void aHarmlessRequestIdIsKeptAndAnotherReplaced() throws Exception {
    HttpResponse<String> kept = send(request("/me").header("X-Request-Id", "abc-1.2_3").GET());
    HttpResponse<String> replaced = send(request("/me").header("X-Request-Id", "a b").GET());

    assertThat(kept.headers().firstValue("X-Request-Id")).hasValue("abc-1.2_3");
    assertThat(replaced.headers().firstValue("X-Request-Id")).get().isNotEqualTo("a b");
  }

  @Test
  void malformedJsonSaysWhere() throws Exception {
    HttpResponse<String> response = send(request("/echo").POST(BodyPublishers.ofString("{\"a\":")));

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("malformed_json").contains("line 1");
  }

  @Test
  void anotherMediaTypeIsRefused() throws Exception {
    HttpResponse<String> response =
        send(
            request("/echo")
                .header("Content-Type", "text/plain")
                .POST(BodyPublishers.ofString("{}")));

    assertThat(response.statusCode()).isEqualTo(415);
  }

  @Test
  void aBodyThatSaysItIsTooLargeIsRefusedBeforeItIsSent() throws Exception {
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      socket.setSoTimeout(5_000);
      socket
          .getOutputStream()
          .write(
              ("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999999\r\n"
                      + "Content-Type: application/json\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));

      String answer = read(socket);

      assertThat(answer).startsWith("HTTP/1.1 413").contains("999999").contains("100000");
      assertThat(answer).containsIgnoringCase("connection: close");
    }
  }

  @Test
  void aChunkedBodyIsRefusedWhenItPassesTheLimit() throws Exception {
    HttpResponse<String> response =
        send(
            request("/echo")
                .POST(
                    BodyPublishers.fromPublisher(
                        BodyPublishers.ofString("\"" + "x".repeat(120_000) + "\""))));

    assertThat(response.statusCode()).isEqualTo(413);
  }

  @Test
  void bodiesTogetherStayWithinTheirBudgetAndGiveItBack() throws Exception {
    String large = "\"" + "x".repeat(90_000) + "\"";
    try (Socket holder = new Socket("127.0.0.1", server.port())) {
      holder
          .getOutputStream()
          .write(
              ("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 90000\r\n\r\n\"")
                  .getBytes(StandardCharsets.US_ASCII));
      // The held request has announced 90,000 of 150,000 bytes; one more does not fit.
      int status;
      do {
        status = send(request("/echo").POST(BodyPublishers.ofString(large))).statusCode();
      } while (status == 200);
      assertThat(status).isEqualTo(503);
    }
    int status;
    do {
      status = send(request("/echo").POST(BodyPublishers.ofString(large))).statusCode();
    } while (status == 503);
    assertThat(status).isEqualTo(200);
  }

  @Test
  void pagesOfOtherOriginsCannotChangeAnything() throws Exception {
    assertThat(
            send(request("/echo")
                    .header("Origin", "http://evil.example")
                    .POST(BodyPublishers.ofString("{}")))
                .body())
        .contains("forbidden_origin");
    assertThat(
            send(request("/echo")
                    .header("Origin", "http://x.preview.localhost:" + server.port())
                    .POST(BodyPublishers.ofString("{}")))
                .statusCode())
        .isEqualTo(403);
    assertThat(
            send(request("/echo")
                    .header("Origin", "http://friend.example")
                    .POST(BodyPublishers.ofString("{}")))
                .headers()
                .firstValue("Access-Control-Allow-Origin"))
        .hasValue("http://friend.example");
    assertThat(
            send(request("/echo")
                    .header("Origin", "http://127.0.0.1:" + server.port())
                    .POST(BodyPublishers.ofString("{}")))
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  void aForeignHostNameIsMisdirected() throws IOException {
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      socket
          .getOutputStream()
          .write(
              "GET /me HTTP/1.1\r\nHost: rebound.example\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      assertThat(read(socket)).startsWith("HTTP/1.1 421");
    }
  }

  @Test
  void theCallerIsTheLocalUserWhateverHeadersSay() throws Exception {
    HttpResponse<String> response = send(request("/me").header("X-User-ID", "someone").GET());

    assertThat(new JsonObject(response.body()).getString("user_id")).isEqualTo("local");
  }

  @Test
  void theContractAndItsPageAreServed() throws Exception {
    JsonObject contract = new JsonObject(send(request("/openapi.json").GET()).body());
    assertThat(contract.getString("openapi")).startsWith("3.1");
    assertThat(send(request("/docs").GET()).body()).contains("swagger-ui");
    for (String part : List.of("swagger-ui.css", "swagger-ui-bundle.js", "setup.js")) {
      assertThat(send(request("/docs/" + part).GET()).statusCode()).as(part).isEqualTo(200);
    }
  }

  @Test
  void readinessSaysNoUntilEverythingRuns() throws Exception {
    assertThat(send(request("/health/ready").GET()).statusCode()).isEqualTo(503);
    assertThat(send(request("/health/live").GET()).statusCode()).isEqualTo(200);
    assertThat(send(request("/health").GET()).body()).contains("\"version\":\"test\"");
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
    return ApiContract.ofServer().covers(response)
        ? ApiContract.ofServer().check(response)
        : response;
  }

  private static String read(Socket socket) throws IOException {
    BufferedReader reader =
        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    return reader.lines().collect(Collectors.joining("\n"));
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }
}

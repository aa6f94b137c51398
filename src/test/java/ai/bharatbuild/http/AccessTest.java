package ai.bharatbuild.http;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.config.Settings;
import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.vertx.junit5.VertxExtension;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes through to routes of a server with accounts. */
@ExtendWith(VertxExtension.class)
class AccessTest {
  private static final UUID SOMEBODY = UUID.randomUUID();
  private final HttpClient client = HttpClient.newHttpClient();
  private HttpVerticle server;

  @BeforeEach
  void start(Vertx vertx) throws Exception {
    BodyReader bodies = new BodyReader(vertx, 1 << 20);
    Routes routes =
        router -> {
          router.get("/api/v1/jobs").handler(c -> Replies.json(c, 200, Caller.of(c)));
          router
              .post("/api/v1/jobs/create")
              .handler(c -> Replies.json(c, 200, bodies.json(c, 100_000)));
          router.get("/api/v1/jobs/admin/stats").handler(c -> Replies.json(c, 200, "all"));
          router
              .get("/api/v1/containers/:id/terminal")
              .handler(
                  c ->
                      WebSockets.accept(
                          c,
                          request -> Future.succeededFuture("hello"),
                          (socket, text) -> socket.writeTextMessage(text),
                          text -> {}));
          router.get("/forgotten").handler(c -> Replies.json(c, 200, "open"));
          router.get("/health").handler(c -> Replies.json(c, 200, "fine"));
        };
    Callers callers = context -> callers(vertx, context);
    server =
        new HttpVerticle(
            new Settings.Http("127.0.0.1", 0, 1, List.of(), 1 << 20),
            Access.of(
                Operations.of(Contract.load()),
                callers,
                (call, caller) -> Future.succeededFuture(caller)),
            List.of(routes),
            null);
    vertx.deployVerticle(server).toCompletionStage().toCompletableFuture().get();
  }

  @AfterEach
  void close() {
    client.close();
  }

  /** Knows the tokens {@code student}, {@code slow} and {@code reader}. */
  private static Future<Caller> callers(Vertx vertx, RoutingContext context) {
    String token = context.request().getHeader("Authorization");
    Caller student = Caller.signedIn(SOMEBODY, Role.STUDENT, null);
    return switch (token) {
      case null -> Future.succeededFuture(null);
      case "Bearer student" -> Future.succeededFuture(student);
      case "Bearer slow" -> {
        Promise<Caller> later = Promise.promise();
        vertx.setTimer(50, id -> later.complete(student));
        yield later.future();
      }
      case "Bearer reader" ->
          Future.succeededFuture(
              Caller.withKey(
                  SOMEBODY,
                  Role.STUDENT,
                  Set.of(Permission.JOBS_READ, Permission.OPERATE),
                  UUID.randomUUID()));
      default -> Future.failedFuture(new ApiException(401, "unauthenticated", "Wrong."));
    };
  }

  @Test
  void aCallWithoutCredentialsIsToldToSignIn() throws Exception {
    HttpResponse<String> answer = send(null, "GET", "/api/v1/jobs", "");

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
    assertThat(new JsonObject(answer.body()).getString("code")).isEqualTo("unauthenticated");
  }

  @Test
  void wrongCredentialsAre401AndPublicCallsNeedNone() throws Exception {
    assertThat(send("forged", "GET", "/api/v1/jobs", "").statusCode()).isEqualTo(401);
    assertThat(send(null, "GET", "/health", "").statusCode()).isEqualTo(200);
    assertThat(send("forged", "GET", "/health", "").statusCode()).isEqualTo(200);
  }

  @Test
  void aCallerWithoutThePermissionIs403() throws Exception {
    HttpResponse<String> answer = send("student", "GET", "/api/v1/jobs/admin/stats", "");

    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(new JsonObject(answer.body()).getString("detail")).contains("operate");
  }

  @Test
  void aKeyMayWhatBothItAndItsOwnerMay() throws Exception {
    assertThat(send("reader", "GET", "/api/v1/jobs", "").statusCode()).isEqualTo(200);
    assertThat(send("reader", "POST", "/api/v1/jobs/create", "{}").statusCode()).isEqualTo(403);
    assertThat(send("reader", "GET", "/api/v1/jobs/admin/stats", "").statusCode()).isEqualTo(403);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/forgotten",
        "/api/v1/jobs/x/../admin/stats",
        "/api/v1/./jobs/admin/stats",
        "/api/v1/jobs/admin%2Fstats",
        "/api/v1/jobs/%61dmin/stats",
        "//api/v1/jobs/admin/stats",
        "/api/v1/jobs/admin/stats/",
        "/api/v1/jobs/admin/stats;x=1"
      })
  void noSpellingOpensWhatIsClosed(String path) throws Exception {
    assertThat(send("student", "GET", path, "").statusCode()).isIn(400, 403, 404);
  }

  @Test
  void aPathWithoutThatMethodIs405() throws Exception {
    assertThat(send("student", "DELETE", "/api/v1/jobs", "").statusCode()).isEqualTo(405);
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 60_000})
  void aBodyWaitsForTheCallerToBeKnown(int length) throws Exception {
    String body = "{\"text\":\"" + "x".repeat(length) + "\"}";
    HttpResponse<String> answer = send("slow", "POST", "/api/v1/jobs/create", body);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(body);
  }

  @ParameterizedTest
  @ValueSource(strings = {"student", "slow"})
  void aWebSocketOpensHoweverLongItTakesToKnowTheCaller(String token, Vertx vertx) {
    WebSocketConnectOptions options =
        new WebSocketConnectOptions()
            .setHost("127.0.0.1")
            .setPort(server.port())
            .setURI("/api/v1/containers/x/terminal")
            .addHeader("Authorization", "Bearer " + token);
    Promise<String> first = Promise.promise();
    vertx
        .createWebSocketClient()
        .connect(options)
        .onComplete(socket -> socket.textMessageHandler(first::tryComplete), first::fail);

    assertThat(
            first
                .future()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS))
        .succeedsWithin(Duration.ofSeconds(30))
        .isEqualTo("hello");
  }

  @Test
  void anotherOriginCannotChangeAnythingEvenWithAToken() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + server.port() + "/api/v1/jobs/create"))
            .header("Authorization", "Bearer student")
            .header("Origin", "http://foreign.example")
            .POST(BodyPublishers.ofString("{}"))
            .build();
    HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());

    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(new JsonObject(answer.body()).getString("code")).isEqualTo("forbidden_origin");
  }

  private HttpResponse<String> send(String token, String method, String path, String body)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
            .method(method, BodyPublishers.ofString(body));
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }
}

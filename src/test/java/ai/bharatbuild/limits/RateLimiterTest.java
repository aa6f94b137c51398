package ai.bharatbuild.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bharatbuild.http.ClientAddress;
import ai.bharatbuild.http.Problems;
import ai.bharatbuild.http.RequestId;
import ai.bharatbuild.kv.KeyValueStore;
import ai.bharatbuild.kv.Rate;
import ai.bharatbuild.kv.memory.MemoryStore;
import ai.bharatbuild.net.AddressRange;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Over HTTP, since headers and status are what is promised. */
class RateLimiterTest {
  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final KeyValueStore store = new MemoryStore();
  private HttpServer server;

  @BeforeEach
  void start() throws Exception {
    // Slow rates, so that nothing is regained while the test runs.
    RateTable table =
        new RateTable(
            Map.of("exec", Rate.perDay(30), "login", Rate.perDay(5), "address", Rate.perDay(200)));
    ClientAddress addresses =
        new ClientAddress(List.of(AddressRange.parse("127.0.0.1").orElseThrow()));
    Router router = Router.router(vertx);
    router.route().handler(new RequestId());
    router.route().handler(addresses);
    router
        .route()
        .handler(
            new RateLimiter(
                store,
                table,
                context -> {
                  String user = context.request().getHeader("Test-User");
                  String key = context.request().getHeader("Test-Key");
                  return new RateSubject(
                      ClientAddress.of(context),
                      user,
                      user == null ? RateClass.ANONYMOUS : RateClass.STANDARD,
                      key,
                      key == null ? List.of() : List.of(Rate.perDay(3), Rate.perDay(1000)));
                }));
    router.route().handler(context -> context.request().body().onSuccess(b -> context.end(b)));
    router.route().failureHandler(new Problems());
    server =
        vertx
            .createHttpServer()
            .requestHandler(router)
            .listen(0, "127.0.0.1")
            .await(20, TimeUnit.SECONDS);
  }

  @AfterEach
  void close() throws Exception {
    client.close();
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  @Test
  void theLimitIsToldAndThenKept() throws Exception {
    for (int left = 29; left >= 0; left--) {
      HttpResponse<String> response = call("/api/v1/containers/x/exec", "ann", null, "a body");
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.body()).isEqualTo("a body");
      assertThat(header(response, "X-RateLimit-Limit")).isEqualTo("30");
      assertThat(header(response, "X-RateLimit-Remaining")).isEqualTo(Integer.toString(left));
      long reset = Long.parseLong(header(response, "X-RateLimit-Reset"));
      assertThat(reset).isGreaterThan(System.currentTimeMillis() / 1000);
    }
    HttpResponse<String> refused = call("/api/v1/containers/x/exec", "ann", null, "a body");
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(new JsonObject(refused.body()).getString("code")).isEqualTo("rate_limited");
    assertThat(new JsonObject(refused.body()).getString("detail"))
        .contains("30 in 86400 s", "exec");
    int retry = Integer.parseInt(header(refused, "Retry-After"));
    assertThat(retry).isBetween(2800, 2880);
    assertThat(new JsonObject(refused.body()).getInteger("retry_after")).isEqualTo(retry);
    assertThat(header(refused, "X-RateLimit-Remaining")).isEqualTo("0");
    // Somebody else, and other calls, have limits of their own.
    assertThat(call("/api/v1/containers/x/exec", "ben", null, "").statusCode()).isEqualTo(200);
    assertThat(call("/api/v1/jobs/create", "ann", null, "").statusCode()).isEqualTo(200);
  }

  @Test
  void concurrentCallersTogetherGetExactlyTheLimit() {
    List<CompletableFuture<HttpResponse<String>>> calls = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      // Another path each time, spelt in other ways: they are the same limit.
      String path = (i % 2 == 0 ? "/api/v1/containers/c" : "/api/v1//containers/%63") + i + "/exec";
      calls.add(client.sendAsync(request(path, "ann", null, "x", null), BodyHandlers.ofString()));
    }
    long allowed = calls.stream().filter(it -> it.join().statusCode() == 200).count();
    assertThat(allowed).isEqualTo(30);
  }

  @Test
  void aKeyHasLimitsOfItsOwnBesides() throws Exception {
    for (int i = 0; i < 3; i++) {
      assertThat(call("/api/v1/jobs/x/files", "ann", "k1", "").statusCode()).isEqualTo(200);
    }
    assertThat(call("/api/v1/jobs/x/files", "ann", "k1", "").statusCode()).isEqualTo(429);
    assertThat(call("/api/v1/jobs/x/files", "ann", "k2", "").statusCode()).isEqualTo(200);
  }

  @Test
  void signingInIsLimitedByAddressWhoeverIsNamed() throws Exception {
    for (int i = 0; i < 5; i++) {
      assertThat(from("192.0.2.1", "/api/v1/auth/login")).isEqualTo(200);
    }
    assertThat(from("192.0.2.1", "/api/v1/auth/login")).isEqualTo(429);
    assertThat(from("192.0.2.2", "/api/v1/auth/login")).isEqualTo(200);
    // What a client says of itself before the proxy is not believed.
    assertThat(from("198.51.100.7, 192.0.2.1", "/api/v1/auth/login")).isEqualTo(429);
    // All of an IPv6 network is one party.
    for (int i = 0; i < 5; i++) {
      assertThat(from("2001:db8:0:1::" + i, "/api/v1/auth/login")).isEqualTo(200);
    }
    assertThat(from("2001:db8:0:1::99", "/api/v1/auth/login")).isEqualTo(429);
  }

  @Test
  void anAddressIsLimitedHoweverManyItSaysItIs() throws Exception {
    int allowed = 0;
    for (int i = 0; i < 220; i++) {
      allowed += call("/api/v1/jobs", "user" + i, null, "").statusCode() == 200 ? 1 : 0;
    }
    assertThat(allowed).isEqualTo(200);
  }

  @Test
  void healthAndPagesAreNotCounted() throws Exception {
    for (int i = 0; i < 250; i++) {
      assertThat(call("/health", null, null, "").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aStoreThatFailsLetsNobodyThrough() throws Exception {
    Router router = Router.router(vertx);
    router.route().handler(new RequestId());
    KeyValueStore broken =
        (KeyValueStore)
            java.lang.reflect.Proxy.newProxyInstance(
                KeyValueStore.class.getClassLoader(),
                new Class<?>[] {KeyValueStore.class},
                (proxy, method, arguments) -> io.vertx.core.Future.failedFuture("broken"));
    router
        .route()
        .handler(
            new RateLimiter(
                broken,
                new RateTable(Map.of()),
                c -> new RateSubject("192.0.2.1", null, RateClass.ANONYMOUS, null, List.of())));
    router.route().handler(context -> context.end("reached"));
    router.route().failureHandler(new Problems());
    server.close().await(20, TimeUnit.SECONDS);
    server =
        vertx
            .createHttpServer()
            .requestHandler(router)
            .listen(0, "127.0.0.1")
            .await(20, TimeUnit.SECONDS);
    assertThat(call("/api/v1/jobs", null, null, "").statusCode()).isEqualTo(503);
  }

  /** A store may answer wherever it likes; a body that came meanwhile must still be there. */
  @Test
  void anAnswerThatComesFromAnotherThreadLosesNoBody() throws Exception {
    KeyValueStore elsewhere =
        (KeyValueStore)
            java.lang.reflect.Proxy.newProxyInstance(
                KeyValueStore.class.getClassLoader(),
                new Class<?>[] {KeyValueStore.class},
                (proxy, method, arguments) -> {
                  io.vertx.core.Promise<Object> late = io.vertx.core.Promise.promise();
                  io.vertx.core.Future<?> answer =
                      (io.vertx.core.Future<?>) method.invoke(store, arguments);
                  Thread.startVirtualThread(() -> answer.onSuccess(late::complete));
                  return late.future();
                });
    Router router = Router.router(vertx);
    router.route().handler(new RequestId());
    router
        .route()
        .handler(
            new RateLimiter(
                elsewhere,
                new RateTable(Map.of()),
                c -> new RateSubject("192.0.2.1", "ann", RateClass.PARTNER, null, List.of())));
    router
        .route()
        .handler(
            context -> {
              String thread = Thread.currentThread().getName();
              context.request().body().onSuccess(body -> context.end(thread));
            });
    router.route().failureHandler(new Problems());
    server.close().await(20, TimeUnit.SECONDS);
    server =
        vertx
            .createHttpServer()
            .requestHandler(router)
            .listen(0, "127.0.0.1")
            .await(20, TimeUnit.SECONDS);
    for (int i = 0; i < 200; i++) {
      HttpResponse<String> response = call("/api/v1/projects", "ann", null, "body");
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.body()).contains("eventloop");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /api/v1/jobs/create, JOBS_CREATE",
    "GET, /api/v1/jobs, READ",
    "POST, /api/v1/jobs/j/files, FILES",
    "POST, /api/v1/jobs/j/files/batch, FILES",
    "DELETE, /api/v1/jobs/j/files/a/b/c, FILES",
    "PUT, /api/v1/jobs/j/raw/a/b, FILES",
    "PUT, /api/v1/jobs/j/archive, FILES",
    "POST, /api/v1/containers/c/exec, EXEC",
    "POST, /api/v1/containers/c/exec/batch, EXEC",
    "GET, /api/v1/containers/c/execs/e/events, READ",
    "POST, /api/v1/containers/c/execs/e/stdin, READ",
    "POST, /api/v1/projects/p/execute, EXECUTE",
    "POST, /api/v1/auth/login, LOGIN",
    "POST, /api/v1/auth/register, REGISTER",
    "POST, /api/v1/containers/c/create,",
    "POST, /api/v1/projects,",
    "DELETE, /api/v1/jobs/j,"
  })
  void callsAreCountedAsTheDocumentsSay(String method, String path, RateClass expected) {
    assertThat(RateTable.classify(HttpMethod.valueOf(method), path)).isEqualTo(expected);
  }

  @Test
  void aRateThatIsNotKnownIsRefused() {
    assertThatThrownBy(() -> new RateTable(Map.of("execs", Rate.perMinute(1))))
        .hasMessageContaining("execs")
        .hasMessageContaining("jobs.create");
  }

  private HttpResponse<String> call(String path, String user, String key, String body)
      throws Exception {
    return client.send(request(path, user, key, body, null), BodyHandlers.ofString());
  }

  private int from(String address, String path) throws Exception {
    return client
        .send(request(path, null, null, "", address), BodyHandlers.ofString())
        .statusCode();
  }

  private HttpRequest request(String path, String user, String key, String body, String from) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.actualPort() + path))
            .POST(BodyPublishers.ofString(body));
    if (user != null) {
      request.header("Test-User", user);
    }
    if (key != null) {
      request.header("Test-Key", key);
    }
    if (from != null) {
      request.header("X-Forwarded-For", from);
    }
    return request.build();
  }

  private static String header(HttpResponse<String> response, String name) {
    return response.headers().firstValue(name).orElseThrow();
  }
}

package ai.bharatbuild.limits;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.http.Access;
import ai.bharatbuild.http.Caller;
import ai.bharatbuild.http.Contract;
import ai.bharatbuild.http.Operations;
import ai.bharatbuild.http.Problems;
import ai.bharatbuild.http.RequestId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class QuotaGuardTest {
  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Map<Quota, Long> allowed = new EnumMap<>(Quota.class);
  private final AtomicLong made = new AtomicLong();
  private boolean plansAreAway;
  private boolean useIsAway;
  private HttpServer server;

  @BeforeEach
  void start() throws Exception {
    Router router = Router.router(vertx);
    router.route().handler(new RequestId());
    router.route().handler(Access.local(Operations.of(Contract.load())));
    router.route().handler(new QuotaGuard(new Source()));
    router.route().handler(this::make);
    router.route().failureHandler(new Problems());
    server =
        vertx
            .createHttpServer()
            .requestHandler(router)
            .listen(0, "127.0.0.1")
            .await(20, TimeUnit.SECONDS);
  }

  private void make(RoutingContext context) {
    made.incrementAndGet();
    context.response().setStatusCode(201).end();
  }

  private final class Source implements QuotaSource {
    @Override
    public Future<Map<Quota, Long>> allowed(Caller caller) {
      return plansAreAway ? Future.failedFuture("away") : Future.succeededFuture(allowed);
    }

    @Override
    public Future<Long> used(Caller caller, Quota quota) {
      return useIsAway ? Future.failedFuture("away") : Future.succeededFuture(made.get());
    }
  }

  @AfterEach
  void close() throws Exception {
    client.close();
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  @Test
  void aPlanThatIsUsedUpAnswersWhatToDo() throws Exception {
    allowed.put(Quota.TOKENS, 2L);
    assertThat(post("/api/v1/orchestrator/generate").statusCode()).isEqualTo(201);
    assertThat(post("/api/v1/orchestrator/fix").statusCode()).isEqualTo(201);
    for (String path :
        List.of(
            "/api/v1/orchestrator/generate",
            "/api/v1/orchestrator/runs/a.1/resume",
            "/api/v1/orchestrator/runs/a.1/approve",
            "/api/v1/projects/6f6f0b0e-2f5e-4b6e-9d57-0a2f9f1f8c11/execute",
            "/api/v1/tasks/6f6f0b0e-2f5e-4b6e-9d57-0a2f9f1f8c11/retry")) {
      HttpResponse<String> refused = post(path);
      assertThat(refused.statusCode()).as(path).isEqualTo(402);
      assertThat(new JsonObject(refused.body()).getString("code")).isEqualTo("quota_exceeded");
      assertThat(new JsonObject(refused.body()).getString("detail"))
          .isEqualTo(
              "Your plan allows 2 tokens of models in a month and you have used 2: wait for the"
                  + " next month, or take a larger plan.");
    }
    // Other things have limits of their own.
    assertThat(post("/api/v1/jobs/create").statusCode()).isEqualTo(201);
  }

  @Test
  void withoutKnowingThePlanNobodyIsHeldUp() throws Exception {
    allowed.put(Quota.STORAGE, 0L);
    plansAreAway = true;
    assertThat(post("/api/v1/jobs/create").statusCode()).isEqualTo(201);
    plansAreAway = false;
    useIsAway = true;
    assertThat(post("/api/v1/jobs/create").statusCode()).isEqualTo(201);
  }

  @Test
  void whatIsFreedCanBeUsedAgain() throws Exception {
    allowed.put(Quota.STORAGE, 1L);
    assertThat(post("/api/v1/jobs/create").statusCode()).isEqualTo(201);
    assertThat(post("/api/v1/jobs/create").statusCode()).isEqualTo(402);
    made.set(0);
    assertThat(post("/api/v1/jobs/create").statusCode()).isEqualTo(201);
  }

  @Test
  void removingIsNeverRefused() throws Exception {
    allowed.put(Quota.STORAGE, 0L);
    HttpRequest delete = HttpRequest.newBuilder(uri("/api/v1/jobs/a/files/b.txt")).DELETE().build();
    assertThat(client.send(delete, BodyHandlers.ofString()).statusCode()).isEqualTo(201);
    for (String path :
        List.of(
            "/api/v1/jobs/a/files",
            "/api/v1/jobs/a/complete",
            "/api/v1/jobs/a/versions/1/restore")) {
      assertThat(post(path).statusCode()).as(path).isEqualTo(402);
    }
  }

  private HttpResponse<String> post(String path) throws Exception {
    return client.send(request(path), BodyHandlers.ofString());
  }

  private HttpRequest request(String path) {
    return HttpRequest.newBuilder(uri(path)).POST(BodyPublishers.noBody()).build();
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.actualPort() + path);
  }
}

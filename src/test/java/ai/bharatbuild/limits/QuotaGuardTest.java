package ai.bharatbuild.limits;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.http.Access;
import ai.bharatbuild.http.Caller;
import ai.bharatbuild.http.Contract;
import ai.bharatbuild.http.Operations;
import ai.bharatbuild.http.Problems;
import ai.bharatbuild.http.RequestId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
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
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
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
  private final AtomicLong holding = new AtomicLong();
  private final Promise<Void> go = Promise.promise();
  private boolean plansAreAway;
  private boolean slow;
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

  /** What is made counts only once it is there, as in the real features. */
  private void make(RoutingContext context) {
    holding.incrementAndGet();
    (slow ? go.future() : Future.<Void>succeededFuture())
        .onSuccess(
            v -> {
              made.incrementAndGet();
              context.response().setStatusCode(201).end();
            });
  }

  private final class Source implements QuotaSource {
    @Override
    public Future<Map<Quota, Long>> allowed(Caller caller) {
      return plansAreAway ? Future.failedFuture("away") : Future.succeededFuture(allowed);
    }

    @Override
    public Future<Long> used(Caller caller, Quota quota, String except) {
      return Future.succeededFuture("mine".equals(except) ? 0 : made.get());
    }
  }

  @AfterEach
  void close() throws Exception {
    client.close();
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  @Test
  void aPlanThatIsUsedUpAnswersWhatToDo() throws Exception {
    allowed.put(Quota.SANDBOXES, 2L);
    assertThat(post("/api/v1/containers/a/create").statusCode()).isEqualTo(201);
    assertThat(post("/api/v1/containers/b/create").statusCode()).isEqualTo(201);
    HttpResponse<String> refused = post("/api/v1/containers/c/create");
    assertThat(refused.statusCode()).isEqualTo(402);
    assertThat(new JsonObject(refused.body()).getString("code")).isEqualTo("quota_exceeded");
    assertThat(new JsonObject(refused.body()).getString("detail"))
        .isEqualTo(
            "Your plan allows 2 containers at once and you have used 2: delete one, or take a"
                + " larger plan.");
    // One that is there already is answered again; other things have limits of their own.
    assertThat(post("/api/v1/containers/mine/create").statusCode()).isEqualTo(201);
    assertThat(post("/api/v1/jobs/create").statusCode()).isEqualTo(201);
  }

  @Test
  void manyAtOnceDoNotGetPastTogether() throws Exception {
    allowed.put(Quota.JOBS, 5L);
    slow = true;
    List<CompletableFuture<HttpResponse<String>>> calls = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      calls.add(client.sendAsync(request("/api/v1/jobs/create"), BodyHandlers.ofString()));
    }
    // Those that may are held, the others have their answer.
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (calls.stream().filter(CompletableFuture::isDone).count() < 35) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.onSpinWait();
    }
    assertThat(holding.get()).isEqualTo(5);
    go.complete();
    assertThat(calls.stream().filter(it -> it.join().statusCode() == 201).count()).isEqualTo(5);
    assertThat(calls.stream().filter(it -> it.join().statusCode() == 402).count()).isEqualTo(35);
  }

  @Test
  void withoutKnowingThePlanNobodyIsHeldUp() throws Exception {
    plansAreAway = true;
    assertThat(post("/api/v1/jobs/create").statusCode()).isEqualTo(201);
  }

  @Test
  void whatIsFreedCanBeUsedAgain() throws Exception {
    allowed.put(Quota.JOBS, 1L);
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
    assertThat(post("/api/v1/jobs/a/files").statusCode()).isEqualTo(402);
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

package ai.bharatbuild.limits;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.accounts.AccountServer;
import ai.bharatbuild.accounts.AccountServer.Person;
import ai.bharatbuild.http.Contract;
import ai.bharatbuild.http.Operation;
import ai.bharatbuild.http.Operations;
import ai.bharatbuild.it.TestServer;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Fault of the original: its limiter was never put before more than two routes. Here every
 * operation of the real server is refused to an address that has made its calls.
 */
class RateLimitWalkTest {
  private static final int CALLS = 10;

  @TempDir static Path base;
  private static AccountServer server;
  private static Person admin;

  @BeforeAll
  static void start() throws Exception {
    server =
        AccountServer.start(
            base.resolve("jobs"),
            Map.of(
                "RATE_LIMITS",
                "on",
                "RATE_TABLE",
                "address=" + CALLS + "/day",
                "DOCKER_SOCKET",
                base.resolve("no-engine.sock").toString()));
    admin = server.person("admin");
    int calls = 0;
    while (server.get(admin, "/api/v1/auth/me").status() == 200) {
      assertThat(++calls).isLessThan(CALLS);
    }
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  static List<Operation> limited() {
    return Operations.of(Contract.load()).all().stream()
        .filter(each -> each.path().startsWith("/api/v1/"))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("limited")
  void everyOperationCounts(Operation operation) throws Exception {
    String path = operation.path().replaceAll("\\{[a-z_]+}", "x");
    HttpRequest request =
        HttpRequest.newBuilder(server.server().uri(path))
            .header("Authorization", "Bearer " + admin.token())
            .method(operation.method(), BodyPublishers.noBody())
            .build();
    TestServer.Answer answer =
        new TestServer.Answer(server.server().send(request, BodyHandlers.ofByteArray()));

    assertThat(answer.status()).as(answer.text()).isEqualTo(429);
    assertThat(answer.header("Retry-After")).isNotNull();
    assertThat(answer.header("X-RateLimit-Limit")).isEqualTo(Integer.toString(CALLS));
    assertThat(answer.header("X-RateLimit-Remaining")).isEqualTo("0");
  }

  @Test
  void whatIsNotLimitedIsNoPartOfTheApi() {
    assertThat(Operations.of(Contract.load()).all())
        .map(Operation::path)
        .filteredOn(path -> !path.startsWith("/api/v1/"))
        .allMatch(
            path ->
                path.startsWith("/health") || path.equals("/openapi.json") || path.equals("/docs"));
  }
}

package ai.bharatbuild.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.accounts.AccountServer.Person;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Behind a proxy that is trusted, those who sign in are told apart by the addresses it names. */
class SignInAddressTest {
  @Test
  void attemptsAreCountedForTheAddressThatTheProxyNames(@TempDir Path base) throws Exception {
    try (AccountServer server =
        AccountServer.start(base, Map.of("TRUSTED_PROXIES", "127.0.0.0/8"))) {
      Person person = server.person("developer");
      server.database().query("delete from login_attempts");
      for (int i = 0; i < LoginLimit.PER_ADDRESS; i++) {
        server
            .database()
            .query(
                "insert into login_attempts (subject, failures, window_ends)"
                    + " values ($1, 1, now() + interval '10 minutes') on conflict (subject)"
                    + " do update set failures = login_attempts.failures + 1",
                Secrets.digest("address:192.0.2.1"));
      }
      assertThat(login(server, person, "192.0.2.1")).isEqualTo(429);
      assertThat(login(server, person, "192.0.2.2")).isEqualTo(200);
      assertThat(
              server.database().query("select 1 from sessions where address = '192.0.2.2'").size())
          .isOne();
    }
  }

  private static int login(AccountServer server, Person person, String address) throws Exception {
    JsonObject body =
        new JsonObject().put("email", person.email()).put("password", AccountServer.PASSWORD);
    return server
        .server()
        .send(
            HttpRequest.newBuilder(server.server().uri("/api/v1/auth/login"))
                .header("X-Forwarded-For", address)
                .POST(BodyPublishers.ofString(body.encode()))
                .build(),
            BodyHandlers.ofByteArray())
        .statusCode();
  }
}

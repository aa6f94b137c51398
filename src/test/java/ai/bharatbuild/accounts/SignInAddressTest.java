package ai.bharatbuild.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.accounts.AccountServer.Person;
import ai.bharatbuild.db.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Behind a proxy that is trusted, those who sign in are told apart by the addresses it names. */
class SignInAddressTest {
  @TempDir static Path base;
  private static AccountServer server;

  @BeforeAll
  static void start() throws Exception {
    server = AccountServer.start(base, Map.of("TRUSTED_PROXIES", "127.0.0.0/8"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void attemptsAreCountedForTheAddressThatTheProxyNames() throws Exception {
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
    assertThat(login(person, "192.0.2.1")).isEqualTo(429);
    assertThat(login(person, "192.0.2.2")).isEqualTo(200);
    assertThat(server.database().query("select 1 from sessions where address = '192.0.2.2'").size())
        .isOne();
  }

  @Test
  void allAddressesOfOnePartyCountTogether() throws Exception {
    Person person = server.person("developer");
    for (int i = 0; i < LoginLimit.PER_ADDRESS; i++) {
      TestDatabase.await(
          new LoginLimit(server.database().pool())
              .attempt("nobody%d@example.org".formatted(i), "2001:db8:0:1::%x".formatted(i)));
    }
    assertThat(login(person, "2001:db8:0:1:ffff::1")).isEqualTo(429);
    assertThat(login(person, "2001:db8:0:2::1")).isEqualTo(200);
  }

  @Test
  void theZoneOfALinkLocalAddressIsNoPartOfIt() throws Exception {
    Person person = server.person("developer");
    assertThat(login(person, "fe80::1%2")).isEqualTo(200);
    assertThat(server.database().query("select 1 from sessions where address = 'fe80::1'").size())
        .isOne();
  }

  private static int login(Person person, String address) throws Exception {
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

package ai.bharatbuild.notifications;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.accounts.AccountServer;
import ai.bharatbuild.accounts.AccountServer.Person;
import ai.bharatbuild.it.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may follow notifications where there are accounts, and whose they hear. */
class NotificationCallersTest {
  @TempDir static Path base;
  private static AccountServer server;
  private final List<Follower> open = new ArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    server =
        AccountServer.start(
            base.resolve("jobs"),
            Map.of("DOCKER_SOCKET", base.resolve("no-engine.sock").toString()));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @AfterEach
  void leave() {
    open.forEach(follower -> follower.socket.abort());
  }

  private Follower follower(Consumer<WebSocket.Builder> opening) throws Exception {
    Follower follower = new Follower(server.server(), opening);
    open.add(follower);
    return follower;
  }

  private static JsonObject hello() {
    return new JsonObject().put("type", "hello");
  }

  private static String ticket(Person person) throws Exception {
    return server
        .call(person.token(), "POST", "/api/v1/ws/ticket", null)
        .json()
        .getString("ticket");
  }

  private static JsonObject key(Person person, String... scopes) throws Exception {
    JsonObject terms =
        new JsonObject().put("name", "robot").put("scopes", new JsonArray(List.of(scopes)));
    TestServer.Answer made = server.call(person.token(), "POST", "/api/v1/api-keys", terms);
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    return made.json();
  }

  private static String completeJob(Person person) throws Exception {
    String id = TestServer.newId();
    JsonObject job = new JsonObject().put("project_name", "x").put("job_id", id);
    server.call(person.token(), "POST", "/api/v1/jobs/create", job);
    server.call(person.token(), "POST", "/api/v1/jobs/" + id + "/complete", null);
    return id;
  }

  private static void hears(Follower follower, String job) throws Exception {
    assertThat(follower.next("job.complete").getJsonObject("data").getString("job_id"))
        .isEqualTo(job);
  }

  private static void refused(Follower follower, String code) throws Exception {
    JsonObject first = follower.next();
    assertThat(first.getString("type")).isEqualTo("error");
    assertThat(first.getString("code")).isEqualTo(code);
    JsonObject last = follower.next();
    assertThat(last.getString("type")).isEqualTo("closed");
    assertThat(last.getInteger("code")).isEqualTo(1008);
  }

  private int handshake(Consumer<WebSocket.Builder> opening) {
    try {
      follower(opening);
      return 101;
    } catch (ExecutionException e) {
      return ((WebSocketHandshakeException) e.getCause()).getResponse().statusCode();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void anAccessTokenATicketOrAKeySaysWhoItIs() throws Exception {
    Person person = server.person("developer");
    String key = key(person, "notifications:read").getString("key");
    String subprotocol = "bb-ticket." + ticket(person);
    List<Follower> all =
        List.of(
            follower(it -> {}),
            follower(it -> {}),
            follower(it -> it.header("Authorization", "Bearer " + person.token())),
            follower(it -> it.subprotocols("bb.v1", subprotocol)),
            follower(it -> it.header("X-API-Key", key)));
    List<JsonObject> hellos =
        List.of(
            hello().put("token", person.token()),
            hello().put("ticket", ticket(person)),
            hello(),
            hello(),
            hello());
    for (int i = 0; i < all.size(); i++) {
      all.get(i).send(hellos.get(i));
      assertThat(all.get(i).next().getString("type")).isEqualTo("ready");
    }
    assertThat(all.get(3).socket.getSubprotocol()).isEqualTo("bb.v1");

    String job = completeJob(person);

    for (Follower follower : all) {
      hears(follower, job);
    }
  }

  @Test
  void nobodyHearsWithoutAndNobodyHearsAnybodyElse() throws Exception {
    Person one = server.person("developer");
    Person other = server.person("admin");
    Follower follower = follower(it -> {});
    follower.send(hello().put("token", other.token()));
    follower.next("ready");

    Follower without = follower(it -> {});
    without.send(hello());
    refused(without, "unauthenticated");
    Follower wrong = follower(it -> {});
    wrong.send(hello().put("token", one.token() + "x").put("last_event_id", 0));
    refused(wrong, "unauthenticated");

    completeJob(one);
    String own = completeJob(other);
    // The first that comes is one's own, though somebody else's job completed before.
    JsonObject first = follower.next(message -> message.containsKey("data"));
    assertThat(first.getJsonObject("data").getString("job_id")).isEqualTo(own);
  }

  @Test
  void aTicketIsGoodOnceAndAWrongOneOpensNothing() throws Exception {
    Person person = server.person("developer");
    String ticket = ticket(person);
    Follower first = follower(it -> {});
    first.send(hello().put("ticket", ticket));
    first.next("ready");

    Follower again = follower(it -> {});
    again.send(hello().put("ticket", ticket));
    refused(again, "unauthenticated");
    assertThat(handshake(it -> it.subprotocols("bb.v1", "bb-ticket." + ticket))).isEqualTo(401);
    assertThat(handshake(it -> it.subprotocols("bb.v1", "bb-ticket." + "x".repeat(200))))
        .isEqualTo(401);
    assertThat(handshake(it -> it.header("Authorization", "Bearer x"))).isEqualTo(401);
  }

  @Test
  void aSignInThatEndsTakesItsTicketsSocketAlong() throws Exception {
    Person person = server.person("developer");
    Follower follower = follower(it -> {});
    follower.send(hello().put("ticket", ticket(person)));
    follower.next("ready");

    server.call(person.token(), "POST", "/api/v1/auth/logout", null);

    refused(follower, "unauthenticated");
  }

  @Test
  void aKeyNeedsTheScopeAndIsGoodUntilItIsRevoked() throws Exception {
    Person person = server.person("developer");
    JsonObject without = key(person, "jobs:read");
    Follower forbidden = follower(it -> it.header("X-API-Key", without.getString("key")));
    forbidden.send(hello());
    refused(forbidden, "forbidden");

    JsonObject key = key(person, "notifications:read");
    Follower follower = follower(it -> it.header("X-API-Key", key.getString("key")));
    follower.send(hello());
    follower.next("ready");
    server.call(person.token(), "DELETE", "/api/v1/api-keys/" + key.getString("id"), null);
    refused(follower, "unauthenticated");
    assertThat(handshake(it -> it.header("X-API-Key", key.getString("key")))).isEqualTo(401);
    assertThat(handshake(it -> it.header("X-API-Key", "bb_guess"))).isEqualTo(401);
  }
}

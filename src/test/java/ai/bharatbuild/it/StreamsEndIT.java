package ai.bharatbuild.it;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.accounts.AccountServer;
import ai.bharatbuild.accounts.AccountServer.Person;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody has open ends when the sign-in, the account or the key does that opened it. */
class StreamsEndIT {
  private static final long PATIENCE_SECONDS = 60;

  @TempDir static Path base;
  private static AccountServer server;
  private static Vertx vertx;
  private static WebSocketClient sockets;
  private Person person;
  private String id;

  @BeforeAll
  static void start() throws Exception {
    server = AccountServer.start(base, Map.of());
    vertx = Vertx.vertx();
    sockets = vertx.createWebSocketClient();
  }

  @AfterAll
  static void stop() throws Exception {
    vertx.close().await(20, TimeUnit.SECONDS);
    server.close();
  }

  @BeforeEach
  void create() throws Exception {
    person = server.person("developer");
    id = TestServer.newId();
    JsonObject wanted = new JsonObject().put("project_type", "static");
    TestServer.Answer made =
        server.call(person.token(), "POST", "/api/v1/containers/" + id + "/create", wanted);
    assertThat(made.status()).as(made.text()).isEqualTo(201);
  }

  @AfterEach
  void remove() throws Exception {
    Person again =
        server.login(person.email(), AccountServer.PASSWORD).status() == 200
            ? server.signIn(person.email())
            : null;
    if (again != null) {
      server.call(again.token(), "DELETE", "/api/v1/containers/" + id + "?delete_files=true", null);
    }
  }

  @Test
  void signingOutEndsWhatThatSignInHasOpenAndNothingElse() throws Exception {
    Person elsewhere = server.signIn(person.email());
    List<CompletableFuture<Void>> mine =
        List.of(
            exec("Authorization", "Bearer " + person.token()),
            stream("/watch", person),
            socket("/api/v1/containers/" + id + "/watch", person, null),
            socket("/api/v1/containers/" + id + "/terminal", person, null),
            socket("/api/v1/ws", null, new JsonObject().put("token", person.token())));
    List<CompletableFuture<Void>> others =
        List.of(
            exec("Authorization", "Bearer " + elsewhere.token()),
            socket("/api/v1/containers/" + id + "/terminal", elsewhere, null));

    server.call(person.token(), "POST", "/api/v1/auth/logout", null);

    for (CompletableFuture<Void> each : mine) {
      each.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
    assertThat(others).noneMatch(CompletableFuture::isDone);

    JsonObject proof = new JsonObject().put("password", AccountServer.PASSWORD);
    assertThat(server.call(elsewhere.token(), "DELETE", "/api/v1/auth/me", proof).status())
        .isEqualTo(200);
    for (CompletableFuture<Void> each : others) {
      each.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
  }

  /** The part of the contract walk that needs an engine. */
  @Test
  void commandsOfOthersAreNotFoundWhoeverAsks() throws Exception {
    String container = "/api/v1/containers/" + id;
    JsonObject command = new JsonObject().put("command", "sleep 600").put("detach", true);
    TestServer.Answer begun =
        server.call(person.token(), "POST", container + "/exec", command.put("stdin", true));
    assertThat(begun.status()).as(begun.text()).isEqualTo(202);
    String exec = container + "/execs/" + begun.json().getString("exec_id");
    for (String role : List.of("developer", "admin")) {
      Person other = server.person(role);
      JsonObject signal = new JsonObject().put("signal", "TERM");
      assertThat(status(other, "GET", exec, null)).isEqualTo(404);
      assertThat(status(other, "GET", exec + "/events", null)).isEqualTo(404);
      assertThat(status(other, "POST", exec + "/stdin", new JsonObject())).isEqualTo(404);
      assertThat(status(other, "POST", exec + "/signal", signal)).isEqualTo(404);
      assertThat(status(other, "DELETE", exec, null)).isEqualTo(404);
      assertThat(status(other, "GET", container + "/processes", null)).isEqualTo(404);
    }
    assertThat(server.get(person, exec).json().getString("state")).isEqualTo("running");
  }

  private static int status(Person who, String method, String path, JsonObject body)
      throws Exception {
    return server.call(who.token(), method, path, body).status();
  }

  @Test
  void revokingAKeyEndsItsStreams() throws Exception {
    JsonObject wanted =
        new JsonObject()
            .put("name", "robot")
            .put("scopes", new JsonArray().add("sandboxes:read").add("sandboxes:run"));
    TestServer.Answer made = server.call(person.token(), "POST", "/api/v1/api-keys", wanted);
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    CompletableFuture<Void> stream = exec("X-API-Key", made.json().getString("key"));
    assertThat(stream).isNotDone();

    String key = made.json().getString("id");
    server.call(person.token(), "DELETE", "/api/v1/api-keys/" + key, null);

    stream.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  private static CompletableFuture<Void> exec(String id, String header, String value)
      throws Exception {
    JsonObject command = new JsonObject().put("command", "sleep 600").put("timeout", 600);
    return open(
        HttpRequest.newBuilder(server.server().uri("/api/v1/containers/" + id + "/exec"))
            .header(header, value)
            .POST(BodyPublishers.ofString(command.encode())));
  }

  private CompletableFuture<Void> exec(String header, String value) throws Exception {
    return exec(id, header, value);
  }

  private CompletableFuture<Void> stream(String path, Person who) throws Exception {
    return open(
        HttpRequest.newBuilder(server.server().uri("/api/v1/containers/" + id + path))
            .header("Authorization", "Bearer " + who.token()));
  }

  /** Done when the stream ends, however it does. */
  private static CompletableFuture<Void> open(HttpRequest.Builder request) throws Exception {
    HttpResponse<InputStream> response =
        server.server().client().send(request.build(), BodyHandlers.ofInputStream());
    assertThat(response.statusCode()).isEqualTo(200);
    return CompletableFuture.runAsync(
        () -> {
          try (InputStream body = response.body()) {
            body.transferTo(java.io.OutputStream.nullOutputStream());
          } catch (IOException e) {
            // Broken off, as it should be.
          }
        },
        task -> Thread.ofVirtual().start(task));
  }

  private static CompletableFuture<Void> socket(String path, Person who, JsonObject hello)
      throws Exception {
    WebSocketConnectOptions options =
        new WebSocketConnectOptions()
            .setHost("127.0.0.1")
            .setPort(server.server().port())
            .setURI(path);
    if (who != null) {
      options.putHeader("Authorization", "Bearer " + who.token());
    }
    CompletableFuture<Void> closed = new CompletableFuture<>();
    WebSocket socket = sockets.connect(options).await(20, TimeUnit.SECONDS);
    socket.closeHandler(v -> closed.complete(null));
    socket.handler(bytes -> {});
    if (hello != null) {
      socket.writeTextMessage(hello.put("type", "hello").encode());
    }
    return closed;
  }
}

package ai.bharatbuild.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.accounts.AccountServer.Person;
import ai.bharatbuild.http.Contract;
import ai.bharatbuild.http.Operation;
import ai.bharatbuild.http.Operations;
import ai.bharatbuild.it.TestServer;
import io.vertx.core.Vertx;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The part of the contract walk that needs an engine: every operation on a container that lives is
 * 404 for strangers, and is something else for its owner, so that the 404 means something.
 */
class ContainersOfOthersIT {
  /** What ends something comes last, in this order. */
  private static final List<String> LAST =
      List.of(
          "signalExec",
          "cancelExec",
          "closeTerminal",
          "stopContainer",
          "restartContainer",
          "createContainer",
          "deleteContainer");

  /** A handshake without a WebSocket is refused whoever asks; it has a test of its own. */
  private static final String TERMINAL = "openTerminal";

  /** Where the contract's example would take long or there is none. */
  private static final Map<String, String> BODIES =
      Map.of(
          "writeContainerFile", "{\"path\": \"a.txt\", \"content\": \"x\"}",
          "writeContainerFiles", "[{\"path\": \"a.txt\", \"content\": \"x\"}]",
          "execCommand", "{\"command\": \"true\"}",
          "execCommands", "{\"commands\": [\"true\"]}",
          "createContainer", "{\"project_type\": \"static\"}");

  @TempDir static Path base;
  private static AccountServer server;
  private static Vertx vertx;
  private static WebSocketClient sockets;
  private Person owner;
  private WebSocket terminal;
  private String id;
  private String execId;
  private String terminalId;

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
    owner = server.person("founder");
    id = TestServer.newId();
    String container = "/api/v1/containers/" + id;
    made(201, container + "/create", new JsonObject().put("project_type", "static"));
    made(200, container + "/files", new JsonObject().put("path", "a.txt").put("content", "mine"));
    JsonObject command =
        new JsonObject().put("command", "sleep 600").put("detach", true).put("stdin", true);
    execId = made(202, container + "/exec", command).getString("exec_id");
    terminal = sockets.connect(handshake(owner)).await(20, TimeUnit.SECONDS);
    JsonArray open = server.get(owner, container + "/terminals").json().getJsonArray("terminals");
    terminalId = open.getJsonObject(0).getString("terminal_id");
  }

  @AfterEach
  void remove() throws Exception {
    String path = "/api/v1/containers/" + id + "?delete_files=true";
    server.call(owner.token(), "DELETE", path, null);
  }

  private JsonObject made(int status, String path, JsonObject body) throws Exception {
    TestServer.Answer answer = server.call(owner.token(), "POST", path, body);
    assertThat(answer.status()).as(path + " " + answer.text()).isEqualTo(status);
    return answer.json();
  }

  private static List<Operation> operations() {
    List<Operation> all = new ArrayList<>();
    for (Operation each : Operations.of(Contract.load()).all()) {
      if (each.path().startsWith("/api/v1/containers/{id}") && !each.id().equals(TERMINAL)) {
        all.add(each);
      }
    }
    all.sort(Comparator.comparingInt(each -> LAST.indexOf(each.id())));
    return all;
  }

  @Test
  void strangersFindNothingOfWhatItsOwnerHas() throws Exception {
    List<Operation> all = operations();
    assertThat(all).hasSizeGreaterThan(20);
    for (String role : List.of("student", "developer", "admin")) {
      Person stranger = server.person(role);
      for (Operation operation : all) {
        assertThat(status(stranger, operation)).as(role + " " + operation.id()).isEqualTo(404);
      }
    }
    for (Operation operation : all) {
      assertThat(status(owner, operation)).as(operation.id()).isBetween(200, 299);
    }
  }

  @Test
  void strangersOpenNoTerminalsAndWatchNothing() throws Exception {
    Person stranger = server.person("admin");
    assertThat(upgraded(handshake(stranger))).isEqualTo(404);
    assertThat(upgraded(handshake(stranger).setURI("/api/v1/containers/" + id + "/watch")))
        .isEqualTo(404);
    assertThat(upgraded(handshake(owner).setURI("/api/v1/containers/" + id + "/watch")))
        .isEqualTo(101);
    assertThat(terminal.isClosed()).isFalse();
  }

  private WebSocketConnectOptions handshake(Person who) {
    WebSocketConnectOptions options =
        new WebSocketConnectOptions()
            .setHost("127.0.0.1")
            .setPort(server.server().port())
            .setURI("/api/v1/containers/" + id + "/terminal");
    options.putHeader("Authorization", "Bearer " + who.token());
    return options;
  }

  private static int upgraded(WebSocketConnectOptions options) throws Exception {
    return sockets
        .connect(options)
        .map(101)
        .otherwise(e -> ((UpgradeRejectedException) e).getStatus())
        .await(20, TimeUnit.SECONDS);
  }

  private int status(Person who, Operation operation) throws Exception {
    String path =
        operation
            .path()
            .replace("{id}", id)
            .replace("{path}", "a.txt")
            .replace("{exec_id}", execId)
            .replace("{terminal_id}", terminalId);
    assertThat(path).doesNotContain("{");
    Optional<String> body =
        Optional.ofNullable(BODIES.get(operation.id())).or(() -> ContractCalls.body(operation));
    HttpRequest request =
        HttpRequest.newBuilder(server.server().uri(path + ContractCalls.query(operation)))
            .header("Authorization", "Bearer " + who.token())
            .method(
                operation.method(),
                body.map(BodyPublishers::ofString).orElse(BodyPublishers.noBody()))
            .build();
    // The head is enough: streams do not end by themselves.
    HttpResponse<InputStream> answer =
        server.server().client().send(request, BodyHandlers.ofInputStream());
    answer.body().close();
    return answer.statusCode();
  }
}

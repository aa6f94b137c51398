package ai.bharatbuild.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.accounts.AccountServer.Person;
import ai.bharatbuild.http.Contract;
import ai.bharatbuild.http.Operation;
import ai.bharatbuild.http.Operations;
import ai.bharatbuild.http.Permission;
import ai.bharatbuild.http.Role;
import ai.bharatbuild.it.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every operation of the contract, called by who may not: without a token 401, with a role that
 * lacks the permission 403, with somebody else's id 404.
 */
class ContractWalkTest {
  /** Whose operations are about what other people have. */
  private static final Set<Permission> FOR_ADMINS =
      Set.of(Permission.USERS_MANAGE, Permission.OPERATE);

  /** Only a WebSocket gets as far as the id; see the test of its own. */
  private static final Set<String> ALIKE_FOR_ALL = Set.of("openTerminal");

  /**
   * Bodies that the contract has no example of; wrong ones are refused before the id is looked at.
   */
  private static final Map<String, String> BODIES =
      Map.of(
          "writeJobFiles", "[{\"path\": \"a\", \"content\": \"x\"}]",
          "writeContainerFile", "{\"path\": \"a\", \"content\": \"x\"}",
          "writeContainerFiles", "[{\"path\": \"a\", \"content\": \"x\"}]");

  @TempDir static Path base;
  private static AccountServer server;
  private static final Map<Role, Person> PEOPLE = new EnumMap<>(Role.class);
  private static Possessions owned;

  @BeforeAll
  static void start() throws Exception {
    server = AccountServer.start(base, Map.of());
    for (Role role : Role.values()) {
      PEOPLE.put(role, server.person(role.text()));
    }
    owned = new Possessions(server, PEOPLE.get(Role.FOUNDER), PEOPLE.get(Role.ADMIN));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  static List<Operation> operations() {
    return Operations.of(Contract.load()).all();
  }

  static Stream<Operation> closed() {
    return operations().stream().filter(each -> each.permission() != null);
  }

  /** What speaks of one thing of somebody's, that apart which is there for administrators. */
  static Stream<Operation> ofOneThing() {
    return closed()
        .filter(each -> each.path().contains("{") && !FOR_ADMINS.contains(each.permission()))
        .filter(each -> !ALIKE_FOR_ALL.contains(each.id()));
  }

  @ParameterizedTest
  @MethodSource("closed")
  void withoutATokenItIs401(Operation operation) throws Exception {
    assertThat(status(null, operation)).isEqualTo(401);
  }

  @ParameterizedTest
  @MethodSource("closed")
  void withARoleThatLacksThePermissionItIs403(Operation operation) throws Exception {
    Permission needed = operation.permission();
    for (Role role : Role.values()) {
      if (!role.permissions().contains(needed)) {
        assertThat(status(PEOPLE.get(role), operation)).as(role.text()).isEqualTo(403);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("ofOneThing")
  void withSomebodyElsesIdItIs404(Operation operation) throws Exception {
    for (Role role : List.of(Role.STUDENT, Role.DEVELOPER, Role.ADMIN)) {
      if (role.permissions().contains(operation.permission())) {
        assertThat(status(PEOPLE.get(role), operation)).as(role.text()).isEqualTo(404);
      }
    }
  }

  /** Ids in bodies are somebody's, too. */
  static Stream<Arguments> bodiesWithIds() {
    JsonObject job = new JsonObject().put("job_id", owned.workspace);
    JsonObject prompt =
        new JsonObject().put("prompt", "a page that says hello").put("detach", true);
    JsonObject generate = prompt.copy().mergeIn(job);
    JsonObject fix = job.copy().put("detach", true);
    JsonObject documents =
        new JsonObject().put("project_id", owned.project).put("types", new JsonArray().add("srs"));
    JsonObject order = new JsonObject().put("razorpay_order_id", owned.byParameter.get("order_id"));
    return Stream.of(
        Arguments.of("/api/v1/orchestrator/generate", generate),
        Arguments.of("/api/v1/orchestrator/fix", fix),
        Arguments.of("/api/v1/documents/generate/stream", documents),
        Arguments.of("/api/v1/projects/PROJECT/jobs", job),
        Arguments.of("/api/v1/billing/verify", order));
  }

  @ParameterizedTest
  @MethodSource("bodiesWithIds")
  void withSomebodyElsesIdInTheBodyItIs404(String path, JsonObject body) throws Exception {
    for (Role role : List.of(Role.DEVELOPER, Role.ADMIN)) {
      Person who = PEOPLE.get(role);
      JsonObject project = new JsonObject().put("title", "My own").put("mode", "developer");
      String own =
          server.call(who.token(), "POST", "/api/v1/projects", project).json().getString("id");
      TestServer.Answer answer =
          server.call(who.token(), "POST", path.replace("PROJECT", own), body);
      assertThat(answer.status()).as(role.text() + " " + answer.text()).isEqualTo(404);
    }
  }

  @Test
  void itsOwnerStillHasIt() throws Exception {
    owned.theOwnerHasAll();
    assertThat(server.get(PEOPLE.get(Role.STUDENT), "/api/v1/jobs").json().getInteger("total"))
        .isZero();
  }

  @Test
  void aTerminalOfSomebodyElseIs404AndWithoutATokenItIs401() throws Exception {
    assertThat(terminal(null)).isEqualTo(401);
    assertThat(terminal(PEOPLE.get(Role.STUDENT).token())).isEqualTo(404);
  }

  /** The status that a handshake of a WebSocket is answered with. */
  private static int terminal(String token) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", server.server().port())) {
      String handshake =
          """
          GET /api/v1/containers/%s/terminal HTTP/1.1
          Host: localhost
          Connection: Upgrade
          Upgrade: websocket
          Sec-WebSocket-Version: 13
          Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
          """
                  .formatted(owned.workspace)
                  .replace("\n", "\r\n")
              + (token == null ? "" : "Authorization: Bearer " + token + "\r\n")
              + "\r\n";
      socket.getOutputStream().write(handshake.getBytes(StandardCharsets.US_ASCII));
      byte[] line = socket.getInputStream().readNBytes("HTTP/1.1 404".length());
      return Integer.parseInt(new String(line, StandardCharsets.US_ASCII).substring(9));
    }
  }

  /** What is open to everybody is meant to be, one by one. */
  @Test
  void nothingElseIsPublic() {
    assertThat(operations().stream().filter(each -> each.permission() == null).map(Operation::path))
        .allMatch(
            path ->
                path.startsWith("/health")
                    || path.startsWith("/api/v1/auth/")
                    || path.startsWith("/api/v1/preview/{id}/")
                    || Set.of("/openapi.json", "/docs").contains(path)
                    // A WebSocket that asks for a ticket or a token in its first message.
                    || path.equals("/api/v1/ws")
                    // Signed by the payment provider.
                    || path.equals("/api/v1/billing/webhook")
                    || path.equals("/api/v1/billing/plans")
                    // The same list for everybody.
                    || path.equals("/api/v1/documents/types"));
  }

  private static int status(Person who, Operation operation) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
            server.server().uri(path(operation) + ContractCalls.query(operation)));
    Optional<String> body =
        Optional.ofNullable(BODIES.get(operation.id())).or(() -> ContractCalls.body(operation));
    request.method(
        operation.method(), body.map(BodyPublishers::ofString).orElse(BodyPublishers.noBody()));
    if (who != null) {
      request.header("Authorization", "Bearer " + who.token());
    }
    return server.server().client().send(request.build(), BodyHandlers.discarding()).statusCode();
  }

  private static String path(Operation operation) {
    String path = operation.path().replace("{id}", id(operation.path())).replace("{path}", "a.txt");
    for (Map.Entry<String, String> each : owned.byParameter.entrySet()) {
      path = path.replace('{' + each.getKey() + '}', each.getValue());
    }
    // What only an engine could have made; ContainersOfOthersIT has it.
    return path.replaceAll("\\{[a-z_]+}", UUID.randomUUID().toString());
  }

  private static String id(String path) {
    return path.contains("/jobs/{id}") || path.contains("/containers/{id}")
        ? owned.workspace
        : path.contains("/webhooks/{id}")
            ? owned.webhook
            : path.contains("/invoices/{id}") ? owned.invoice : UUID.randomUUID().toString();
  }
}

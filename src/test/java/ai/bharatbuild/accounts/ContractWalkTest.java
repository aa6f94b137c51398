package ai.bharatbuild.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.accounts.AccountServer.Person;
import ai.bharatbuild.http.Contract;
import ai.bharatbuild.http.Operation;
import ai.bharatbuild.http.Operations;
import ai.bharatbuild.http.Permission;
import ai.bharatbuild.http.Role;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
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
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every operation of the contract, called by who may not: without a token 401, with a role that
 * lacks the permission 403, with somebody else's id 404.
 */
class ContractWalkTest {
  private static final JsonObject CONTRACT =
      new JsonObject(new JsonObject(Contract.load()).encode());

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

  /** What speaks of one thing of somebody's, users' accounts apart, which administrators see. */
  static Stream<Operation> ofOneThing() {
    return closed()
        .filter(each -> each.path().contains("{") && each.permission() != Permission.USERS_MANAGE)
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
    JsonObject told =
        CONTRACT
            .getJsonObject("paths")
            .getJsonObject(operation.path())
            .getJsonObject(operation.method().toLowerCase(java.util.Locale.ROOT));
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.server().uri(path(operation) + query(operation, told)));
    Optional<String> body = Optional.ofNullable(BODIES.get(operation.id())).or(() -> body(told));
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
    // What only an engine could have made; StreamsEndIT has it. Orders are for administrators.
    return path.replaceAll("\\{[a-z_]+}", UUID.randomUUID().toString());
  }

  private static String id(String path) {
    return path.contains("/jobs/{id}") || path.contains("/containers/{id}")
        ? owned.workspace
        : path.contains("/webhooks/{id}")
            ? owned.webhook
            : path.contains("/invoices/{id}") ? owned.invoice : UUID.randomUUID().toString();
  }

  /** The required parameters with the contract's examples. */
  private static String query(Operation operation, JsonObject told) {
    JsonArray parameters = told.getJsonArray("parameters", new JsonArray());
    return parameters.stream()
        .map(each -> resolve((JsonObject) each))
        .filter(each -> each.getString("in").equals("query") && each.getBoolean("required", false))
        .map(each -> each.getString("name") + "=" + each.getValue("example", "x"))
        .reduce((a, b) -> a + "&" + b)
        .map(query -> "?" + query)
        .orElse("");
  }

  private static Optional<String> body(JsonObject told) {
    JsonObject request = resolve(told.getJsonObject("requestBody"));
    if (request == null) {
      return Optional.empty();
    }
    JsonObject json = request.getJsonObject("content").getJsonObject("application/json");
    if (json == null) {
      return Optional.of("bytes");
    }
    Object example = json.getValue("example");
    if (example == null && json.getJsonObject("examples") != null) {
      example =
          ((JsonObject) json.getJsonObject("examples").iterator().next().getValue())
              .getValue("value");
    }
    return Optional.of(
        switch (example) {
          case JsonObject object -> object.encode();
          case JsonArray array -> array.encode();
          case null, default -> "{}";
        });
  }

  private static JsonObject resolve(JsonObject value) {
    if (value == null || !value.containsKey("$ref")) {
      return value;
    }
    JsonObject found = CONTRACT;
    for (String step : Arrays.asList(value.getString("$ref").substring(2).split("/"))) {
      found = found.getJsonObject(step);
    }
    return found;
  }
}

package ai.bharatbuild.it;

import static ai.bharatbuild.it.NetworkLab.METADATA;
import static ai.bharatbuild.it.NetworkLab.OTHER_PORT;
import static ai.bharatbuild.it.NetworkLab.OTHER_PRIVATE;
import static ai.bharatbuild.it.NetworkLab.OTHER_PUBLIC;
import static ai.bharatbuild.it.NetworkLab.PORT;
import static ai.bharatbuild.it.NetworkLab.PRIVATE;
import static ai.bharatbuild.it.NetworkLab.PUBLIC;
import static org.assertj.core.api.Assertions.assertThat;

import ai.bharatbuild.it.TestServer.Answer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Sandboxes that reach only what their policy names, from inside. */
class NetworkAllowIT extends NetworkHarness {
  @Test
  void theFirstCommandFindsThePolicyInForce() throws Exception {
    String id = allowing(range(PRIVATE, PORT));
    List<String> places = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      places.add(at(PUBLIC, PORT));
      places.add(at(PRIVATE, PORT));
    }
    List<String> found = probe(id, places.toArray(String[]::new));
    assertThat(found.stream().distinct())
        .containsExactlyInAnyOrder(closed(PUBLIC, PORT), open(PRIVATE, PORT));
  }

  @Test
  void allowReachesWhatItNamesAndNothingElse() throws Exception {
    String id =
        allowing(range("10.77.0.8/29", PORT), host("Allowed.example"), host("rebound.example"));
    assertThat(
            probe(
                id,
                at(PRIVATE, PORT),
                at(PRIVATE, OTHER_PORT),
                at("allowed.example", PORT),
                at("allowed.example", OTHER_PORT),
                at("rebound.example", OTHER_PORT),
                at(OTHER_PUBLIC, PORT),
                at(OTHER_PRIVATE, PORT),
                at(METADATA, PORT)))
        .containsExactly(
            open(PRIVATE, PORT),
            closed(PRIVATE, OTHER_PORT),
            open("allowed.example", PORT),
            open("allowed.example", OTHER_PORT),
            closed("rebound.example", OTHER_PORT),
            closed(OTHER_PUBLIC, PORT),
            closed(OTHER_PRIVATE, PORT),
            closed(METADATA, PORT));
    JsonObject config =
        server.get("/api/v1/containers/" + id + "/status").json().getJsonObject("config");
    assertThat(config.getString("network")).isEqualTo("allow");
    assertThat(config.getJsonArray("network_allow"))
        .isEqualTo(
            new JsonArray(
                List.of(
                    range("10.77.0.8/29", PORT),
                    host("allowed.example"),
                    host("rebound.example"))));
  }

  /** The machine's own resolver must resolve it, or this shows nothing. */
  @Test
  void allowResolvesNoOtherName() throws Exception {
    String id = allowing(host("allowed.example"));
    String resolve = "getent hosts deb.debian.org";
    assertThat(server.exec(egress, resolve).stdout()).isNotBlank();
    assertThat(server.exec(id, resolve).stdout()).isEmpty();
    assertThat(server.exec(id, "getent hosts allowed.example").stdout()).startsWith(PUBLIC);
    assertThat(server.exec(id, "getent hosts sandbox localhost").code()).isZero();
    assertThat(address(id)).isEqualTo(Docker.address(Docker.containersOf(id).getFirst()));
  }

  /** The engine's resolver, and the one that it asks. */
  @Test
  void allowHasNoWayOutThroughDns() throws Exception {
    String id = allowing(host("allowed.example"));
    List<String> resolvers = new ArrayList<>();
    Files.readAllLines(Path.of("/etc/resolv.conf")).stream()
        .filter(line -> line.startsWith("nameserver ") && !line.startsWith("nameserver 127."))
        .forEach(line -> resolvers.add(line.substring("nameserver ".length())));
    assertThat(resolvers).isNotEmpty();
    if (byEngine) {
      resolvers.add("127.0.0.11");
    }
    for (String resolver : resolvers) {
      String ask = "python3 - <<'END'\n" + ASK.formatted(resolver) + "END";
      assertThat(server.exec(egress, ask).stdout()).as(resolver).isEqualTo("answered 0\n");
      assertThat(server.exec(id, ask).stdout())
          .as(resolver)
          .isNotBlank()
          .doesNotContain("answered 0");
    }
  }

  private static final String ASK =
      """
      import socket
      s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
      s.settimeout(3)
      s.connect(("%s", 53))
      s.send(bytes.fromhex("123401000001000000000000036465620664656269616e036f72670000010001"))
      try:
          print("answered", s.recv(512)[3] & 15)
      except OSError as e:
          print(type(e).__name__)
      """;

  @Test
  void aNameThatMovesIsFollowedAndItsConnectionsStay() throws Exception {
    lab.name("moving.example", PUBLIC);
    String id = allowing(host("moving.example", PORT));
    String follow =
        """
        import socket, time
        first = socket.create_connection(("moving.example", 5432), 3)
        print("connected", flush=True)
        while socket.gethostbyname("moving.example") == "198.51.100.10":
            time.sleep(0.1)
        second = socket.create_connection(("moving.example", 5432), 3)
        first.sendall(b"still")
        print(second.getpeername()[0], first.makefile().read(11).split()[1])
        """;
    try (Events.Open running =
        server.open(id, new JsonObject().put("command", "python3 -c '" + follow + "'"))) {
      lab.name("moving.example", OTHER_PUBLIC);
      assertThat(running.toEnd().stdout()).isEqualTo("connected\n" + OTHER_PUBLIC + " still\n");
    }
  }

  @Test
  void aRestartedContainerHasItsPolicyAgain() throws Exception {
    String id = allowing(range(PRIVATE));
    assertThat(server.post("/api/v1/containers/" + id + "/restart").status()).isEqualTo(200);
    assertThat(probe(id, at(PRIVATE, PORT), at(PUBLIC, PORT)))
        .containsExactly(open(PRIVATE, PORT), closed(PUBLIC, PORT));
  }

  @Test
  void aRemovedSandboxLeavesNoRule() throws Exception {
    String id = allowing(range(PRIVATE));
    String address = address(id);
    String table = table();
    assertThat(NetworkLab.host("nft", "list", "map", "inet", table, "verdicts"))
        .contains(address + " ");
    server.delete("/api/v1/containers/" + id);
    assertThat(NetworkLab.host("nft", "list", "table", "inet", table))
        .doesNotContain(address + " ");
  }

  private static String table() {
    return "bharatbuild_" + server.server().id();
  }

  @Test
  void aRuleThatIsWrongIsToldByField() throws Exception {
    Answer answer =
        server.post(
            "/api/v1/containers/" + TestServer.newId() + "/create",
            new JsonObject()
                .put("project_type", "python")
                .put(
                    "config",
                    new JsonObject()
                        .put("network", "allow")
                        .put(
                            "network_allow",
                            new JsonArray(
                                List.of(
                                    range("10.1.2.3/8"),
                                    range("169.254.169.254"),
                                    host("*.example.com"),
                                    host("10.1.2.3"),
                                    range("fd00::/8"),
                                    range("0.0.0.0/0"),
                                    host("fine.example", 70_000),
                                    new JsonObject())))));
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.json().getJsonArray("errors")).hasSize(8);
    assertThat(answer.text()).contains("did you mean 10.0.0.0/8?").contains("xn--");
    assertThat(answer.json().getJsonArray("errors").getJsonObject(1).getJsonArray("loc"))
        .isEqualTo(JsonArray.of("body", "config", "network_allow", 1, "cidr"));
  }
}

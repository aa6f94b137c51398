package ai.bharatbuild.it;

import static ai.bharatbuild.it.NetworkLab.HOST;
import static ai.bharatbuild.it.NetworkLab.OTHER_PRIVATE;
import static ai.bharatbuild.it.NetworkLab.PORT;
import static ai.bharatbuild.it.NetworkLab.PRIVATE;
import static ai.bharatbuild.it.NetworkLab.PUBLIC;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** A server, the lab, and a plain container for the tests of where connections get to. */
abstract class NetworkHarness {
  static final String LISTEN =
      "import socket; s = socket.create_server(('0.0.0.0', 8080))\n"
          + "while True: s.accept()[0].sendall(b'hello')";

  @TempDir static Path base;
  static NetworkLab lab;
  static TestServer server;
  static String egress;

  /** A plain container beside the sandboxes that listens, for the negative control. */
  static String plain;

  /** Whether the engine connects the sandboxes to their network and not the server. */
  static boolean byEngine;

  /** For test classes in which the engine is to connect sandboxes. */
  @Retention(RetentionPolicy.RUNTIME)
  @interface ByEngine {}

  @BeforeAll
  static void start(TestInfo info) throws Exception {
    byEngine = info.getTestClass().orElseThrow().isAnnotationPresent(ByEngine.class);
    lab = new NetworkLab();
    lab.name("allowed.example", PUBLIC);
    lab.name("rebound.example", PRIVATE);
    server =
        TestServer.start(
            base,
            Map.of(
                "SANDBOX_LINKS",
                byEngine ? "engine" : "auto",
                "SANDBOX_DNS",
                lab.dnsServer(),
                "SANDBOX_EGRESS_ALLOW",
                OTHER_PRIVATE + ":" + PORT + "," + HOST + ":" + lab.openPort()));
    egress = server.container("python");
    plain =
        Docker.run(
            "run", "-d", "--rm", "--label", "lab", "bharatbuild/python", "python3", "-c", LISTEN);
  }

  @AfterAll
  static void stop() throws Exception {
    try {
      Docker.run("rm", "-f", plain);
      server.closeAndClean();
    } finally {
      lab.close();
    }
  }

  static String at(String address, int port) {
    return address + ":" + port;
  }

  static String open(String address, int port) {
    return at(address, port) + " open";
  }

  static String closed(String address, int port) {
    return at(address, port) + " closed";
  }

  static List<String> probe(String id, String... places) throws Exception {
    Events run =
        server.exec(
            id,
            new JsonObject()
                .put("command", "python3 - <<'END'\n" + NetworkLab.probe(List.of(places)) + "END"));
    assertThat(run.stderr()).isEmpty();
    return run.stdout().lines().toList();
  }

  static List<String> probeFromPlain(String... places) throws Exception {
    return Docker.run("exec", plain, "python3", "-c", NetworkLab.probe(List.of(places)))
        .lines()
        .toList();
  }

  static String allowing(JsonObject... destinations) throws Exception {
    return server.container(
        "python",
        new JsonObject()
            .put("network", "allow")
            .put("network_allow", new JsonArray(List.of(destinations))));
  }

  static JsonObject host(String name, Integer... ports) {
    return new JsonObject().put("host", name).put("ports", new JsonArray(List.of(ports)));
  }

  static JsonObject range(String cidr, Integer... ports) {
    return new JsonObject().put("cidr", cidr).put("ports", new JsonArray(List.of(ports)));
  }

  static String address(String id) throws Exception {
    return server.exec(id, "hostname -i").stdout().strip();
  }

  static String gateway() throws Exception {
    return Docker.run("network", "inspect", "-f", "{{(index .IPAM.Config 0).Gateway}}", network());
  }

  static String network() {
    return server.network();
  }

  static String inspect(String id, String format) throws Exception {
    return Docker.run("inspect", "-f", format, Docker.containersOf(id).getFirst());
  }

  static void listen(String id) throws Exception {
    server.detach(
        id, new JsonObject().put("command", "python3 -c \"" + LISTEN + "\"").put("timeout", 0));
    TestServer.eventually(
        () -> server.get("/api/v1/containers/" + id + "/preview").json(),
        p -> "running".equals(p.getString("status")));
  }
}

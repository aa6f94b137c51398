package ai.bharatbuild.it;

import static ai.bharatbuild.it.NetworkLab.PORT;
import static ai.bharatbuild.it.NetworkLab.PRIVATE;
import static ai.bharatbuild.it.NetworkLab.PUBLIC;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Policies while their server is down, after it has come back, and when somebody removes them. */
class NetworkRestartIT {
  private static final String KEEP_TALKING =
      """
      import socket, time
      s = socket.create_connection(("named.example", 5432), 3)
      s.settimeout(3)
      assert s.recv(6) == b"hello\\n"
      count = 0
      while True:
          s.sendall(b"x")
          assert s.recv(1) == b"x"
          count += 1
          open("/tmp/count", "w").write(str(count))
          time.sleep(0.05)
      """;

  @TempDir Path base;
  private NetworkLab lab;

  @BeforeEach
  void open() throws Exception {
    lab = new NetworkLab();
    lab.name("named.example", PRIVATE);
  }

  @AfterEach
  void close() throws Exception {
    lab.close();
  }

  private TestServer start() throws Exception {
    return TestServer.start(base, Map.of("SANDBOX_DNS", lab.dnsServer()));
  }

  private static String only(String id) throws Exception {
    return Docker.containersOf(id).getFirst();
  }

  /** Without the server's help. */
  private static List<String> probe(String container) throws Exception {
    String program = NetworkLab.probe(List.of(PUBLIC + ":" + PORT, "named.example:" + PORT));
    return Docker.run("exec", "-u", "10001", container, "python3", "-c", program).lines().toList();
  }

  private static int count(String container) throws Exception {
    String text = Docker.run("exec", container, "sh", "-c", "cat /tmp/count || echo 0");
    return text.isBlank() ? 0 : Integer.parseInt(text.replaceFirst("(?s).*\n", ""));
  }

  private static void talks(String container) throws Exception {
    int before = count(container);
    TestServer.eventually(() -> count(container), now -> now > before);
  }

  @Test
  void policiesOutliveTheirServerAndAreMendedByTheNext() throws Exception {
    TestServer first = start();
    JsonArray allow =
        new JsonArray(
            List.of(JsonObject.of("host", "named.example"), JsonObject.of("cidr", PRIVATE)));
    String kept =
        only(first.container("python", JsonObject.of("network", "allow", "network_allow", allow)));
    String lost = only(first.container("python"));
    String lostAddress = Docker.address(lost);
    String table = "bharatbuild_" + first.server().id();
    List<String> wanted =
        List.of(PUBLIC + ":" + PORT + " closed", "named.example:" + PORT + " open");
    Docker.run("exec", "-d", "-u", "10001", kept, "python3", "-c", KEEP_TALKING);
    talks(kept);
    first.close();

    assertThat(probe(kept)).isEqualTo(wanted);
    talks(kept);
    Docker.run("rm", "-f", lost);
    assertThat(verdicts(table)).contains(lostAddress + " ");

    TestServer second = start();
    try {
      assertThat(verdicts(table))
          .contains(Docker.address(kept) + " ")
          .doesNotContain(lostAddress + " ");
      assertThat(probe(kept)).isEqualTo(wanted);
      talks(kept);

      NetworkLab.host("nft", "delete", "table", "inet", table);
      assertThat(probe(kept)).allMatch(line -> line.endsWith(" open"));
      TestServer.eventually(() -> probe(kept), wanted::equals);
      talks(kept);
    } finally {
      second.closeAndClean();
    }
    assertThat(NetworkLab.host("nft", "list", "tables")).doesNotContain(table);
    assertThat(Docker.run("network", "ls")).doesNotContain(table.replace("bharatbuild_", ""));
  }

  private static String verdicts(String table) throws Exception {
    return NetworkLab.host("nft", "list", "map", "inet", table, "verdicts");
  }
}

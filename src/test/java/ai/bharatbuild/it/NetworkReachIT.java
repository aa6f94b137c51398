package ai.bharatbuild.it;

import static ai.bharatbuild.it.NetworkLab.CARRIER;
import static ai.bharatbuild.it.NetworkLab.HOST;
import static ai.bharatbuild.it.NetworkLab.METADATA;
import static ai.bharatbuild.it.NetworkLab.OTHER_PORT;
import static ai.bharatbuild.it.NetworkLab.OTHER_PRIVATE;
import static ai.bharatbuild.it.NetworkLab.PORT;
import static ai.bharatbuild.it.NetworkLab.PRIVATE;
import static ai.bharatbuild.it.NetworkLab.PUBLIC;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Where connections from inside real sandboxes get to. Every place that must be out of reach is
 * also tried from a plain container, which reaches it: the place is there, and the defence is what
 * keeps it away.
 */
class NetworkReachIT extends NetworkHarness {
  /** All addresses of the host that a container could get to. */
  private static List<String> hostPlaces(String gateway) throws Exception {
    List<String> places = new ArrayList<>(List.of(at(gateway, lab.hostPort())));
    for (String line : NetworkLab.host("ip", "-4", "-o", "addr", "show", "up").lines().toList()) {
      String address = line.replaceFirst(".* inet ([0-9.]+)/.*", "$1");
      if (!address.startsWith("127.")) {
        places.add(at(address, lab.hostPort()));
      }
    }
    return places;
  }

  @Test
  void egressReachesPublicAddressesOnly() throws Exception {
    String[] places = {at(PUBLIC, PORT), at(PRIVATE, PORT), at(CARRIER, PORT), at(METADATA, PORT)};
    assertThat(probeFromPlain(places)).allMatch(line -> line.endsWith(" open"));
    assertThat(probe(egress, places))
        .containsExactly(
            open(PUBLIC, PORT),
            closed(PRIVATE, PORT),
            closed(CARRIER, PORT),
            closed(METADATA, PORT));
  }

  @Test
  void theOperatorMayOpenAPrivatePlaceToEgress() throws Exception {
    assertThat(probe(egress, at(OTHER_PRIVATE, PORT), at(OTHER_PRIVATE, OTHER_PORT)))
        .containsExactly(open(OTHER_PRIVATE, PORT), closed(OTHER_PRIVATE, OTHER_PORT));
    assertThat(probeFromPlain(at(OTHER_PRIVATE, OTHER_PORT)))
        .containsExactly(open(OTHER_PRIVATE, OTHER_PORT));
  }

  @Test
  void theOperatorMayOpenAServiceOfTheHostToEgress() throws Exception {
    String generous = allowing(range("198.0.0.0/8"));
    assertThat(probe(egress, at(HOST, lab.openPort()), at(HOST, lab.hostPort())))
        .containsExactly(open(HOST, lab.openPort()), closed(HOST, lab.hostPort()));
    assertThat(probe(generous, at(HOST, lab.openPort())))
        .containsExactly(closed(HOST, lab.openPort()));
  }

  @Test
  void theHostIsOutOfReachOnEachOfItsAddresses() throws Exception {
    String generous = allowing(range("10.0.0.0/8"), range("172.16.0.0/12"), range("192.0.0.0/8"));
    List<String> places = hostPlaces(gateway());
    String[] all = places.toArray(String[]::new);
    assertThat(places).hasSizeGreaterThan(3);
    assertThat(probeFromPlain(all)).allMatch(line -> line.endsWith(" open"));
    assertThat(probe(egress, all)).allMatch(line -> line.endsWith(" closed"));
    assertThat(probe(generous, all)).allMatch(line -> line.endsWith(" closed"));
  }

  @Test
  void otherSandboxesAreOutOfReach() throws Exception {
    String other = server.container("python");
    listen(other);
    String generous = allowing(range("172.16.0.0/12"), range("192.168.0.0/16"));
    String place = at(address(other), 8080);
    String second = Docker.run("run", "-d", "--rm", "bharatbuild/python", "python3", "-c", LISTEN);
    String beside = at(Docker.run("inspect", "-f", "{{.NetworkSettings.IPAddress}}", second), 8080);
    try {
      TestServer.eventually(
          () -> probeFromPlain(beside), found -> found.equals(List.of(beside + " open")));
      assertThat(probe(other, place)).containsExactly(place + " open");
      assertThat(probe(egress, place, beside)).allMatch(line -> line.endsWith(" closed"));
      assertThat(probe(generous, place, beside)).allMatch(line -> line.endsWith(" closed"));
    } finally {
      Docker.run("rm", "-f", second);
    }
  }

  @Test
  void aContainerThatNobodyAdmittedReachesNothing() throws Exception {
    String loop =
        "for i in range(20):\n  "
            + NetworkLab.probe(List.of(at(PUBLIC, PORT))).strip().replace("\n", "\n  ");
    String[] command = {
      "run", "--rm", "--network", "NET", "bharatbuild/python", "python3", "-c", loop
    };
    command[3] = network();
    assertThat(Docker.run(command).lines()).hasSize(20).allMatch(closed(PUBLIC, PORT)::equals);
    command[3] = "bridge";
    assertThat(Docker.run(command).lines()).hasSize(20).allMatch(open(PUBLIC, PORT)::equals);
  }

  @Test
  void noneHasNoInterfaceButItsOwnLoopback() throws Exception {
    String id = server.container("python", new JsonObject().put("network", "none"));
    assertThat(server.exec(id, "ls /sys/class/net").stdout()).isEqualTo("lo\n");
    assertThat(probe(id, at(PUBLIC, PORT))).containsExactly(closed(PUBLIC, PORT));
  }

  @Test
  void noSandboxSendsFromAnotherAddress() throws Exception {
    String id = allowing(range(PRIVATE));
    String spoof =
        """
        import socket
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            s = socket.socket(socket.AF_INET, kind)
            s.setsockopt(socket.IPPROTO_IP, 15, 1)  # IP_FREEBIND
            s.bind(("%s", 0))
            try:
                s.connect(("198.51.100.10", 5432))
                print("sent")
            except OSError as e:
                print("refused")
        try:
            socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
            print("raw")
        except PermissionError:
            print("refused")
        """
            .formatted(address(egress));
    assertThat(server.exec(id, "python3 - <<'END'\n" + spoof + "END").stdout())
        .isEqualTo("refused\nrefused\nrefused\n");
    assertThat(server.exec(id, "cat /proc/net/if_inet6").stdout()).isEmpty();
    assertThat(server.exec(id, "cat /proc/net/dev").stdout()).contains("eth0:");
  }

  @Test
  void sandboxesLearnNothingFromEachOthersNames() throws Exception {
    String id = server.container("static");
    assertThat(inspect(id, "{{.Name}}")).doesNotContain(id);
  }

  @Test
  void healthTellsThatPoliciesAreKept() throws Exception {
    JsonObject network =
        server.get("/health").json().getJsonObject("checks").getJsonObject("network");
    assertThat(network.getString("status")).isEqualTo("ok");
    assertThat(network.getString("detail"))
        .contains("nftables")
        .contains("connected by the " + (byEngine ? "engine, since SANDBOX_LINKS" : "server"));
    assertThat(inspect(egress, "{{.HostConfig.NetworkMode}}"))
        .isEqualTo(byEngine ? network() : "none");
  }
}

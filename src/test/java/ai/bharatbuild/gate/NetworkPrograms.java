package ai.bharatbuild.gate;

import static ai.bharatbuild.gate.Kind.NETWORK;
import static ai.bharatbuild.gate.Program.python;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** Programs that look for somebody to talk to. */
final class NetworkPrograms {
  /**
   * Connects to each of {@code TO} and to its own gateway; whoever greets with the canary is one
   * too many.
   */
  static final String CONNECT =
      """
      import struct
      to = [one.rsplit("|", 1) for one in os.environ["TO"].split()]
      for line in open("/proc/net/route"):
          fields = line.split()
          if fields[1] == "00000000":
              gateway = socket.inet_ntoa(struct.pack("<L", int(fields[2], 16)))
              to.append([gateway, to[0][1]])
      said = []
      for host, port in to:
          try:
              s = socket.create_connection((host, int(port)), float(os.environ.get("WAIT", "1")))
              if os.environ.get("SAY"):
                  s.send(os.environ["SAY"].encode())
              if os.environ["CANARY"].encode() in s.recv(1000):
                  say(True, host, port)
          except OSError as e:
              said.append(str(e))
      say(False, said)
      """;

  private NetworkPrograms() {}

  static List<Program> all() {
    return List.of(
        python("host-service", NETWORK, Defence.FIREWALL, CONNECT)
            .variable("TO", a -> a.listener().addresses())
            .variable("CANARY", Arena::canary),
        python("host-service-ipv6", NETWORK, Defence.NO_IPV6, SETTLE + CONNECT)
            .variable("TO", a -> a.listener().linkLocalAddresses())
            .variable("CANARY", Arena::canary),
        python("server-api", NETWORK, Defence.OWN_NETWORK, CONNECT)
            .variable("TO", a -> "127.0.0.1|" + a.server().port())
            .variable("SAY", a -> "GET /health HTTP/1.0\r\nHost: localhost\r\n\r\n")
            .variable("CANARY", a -> "HTTP/1.0 200"),
        python("no-network", NETWORK, Defence.NO_NETWORK, CONNECT)
            .variable("TO", a -> a.listener().addresses())
            .variable("CANARY", Arena::canary)
            .limit("network", "none"),
        place("link-local-address", Lab.LINK_LOCAL),
        place("private-address", Lab.PRIVATE),
        place("carrier-address", Lab.CARRIER),
        place("address-not-allowed", Lab.OTHER_PUBLIC)
            .limit("network", "allow")
            .limit(
                "network_allow",
                new JsonArray().add(new JsonObject().put("cidr", Lab.PUBLIC + "/32"))),
        python("raw-packets", NETWORK, Defence.NO_CAPABILITIES, RAW),
        python("own-address", NETWORK, Defence.NO_CAPABILITIES, ADDRESS).alone());
  }

  private static Program place(String name, String address) {
    return python(name, NETWORK, Defence.FIREWALL, CONNECT)
        .variable("TO", a -> address + "|" + a.lab().port())
        .variable("CANARY", Arena::canary);
  }

  /** A new link-local address is usable only after the kernel has seen nobody else with it. */
  private static final String SETTLE =
      """
      end = time.monotonic() + 4
      while time.monotonic() < end and os.path.getsize("/proc/net/if_inet6") == 0:
          if any(l.split()[5] == "eth0" and l.split()[4] == "80" for l in open("/proc/net/if_inet6")):
              break
          time.sleep(0.1)
      """;

  private static final String RAW =
      """
      try:
          socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.ntohs(3))
          socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
      except OSError as e:
          say(False, e)
      say(True)
      """;

  private static final String ADDRESS =
      """
      # SIOCSIFADDR: the address of a neighbour would do just as well.
      import fcntl, struct
      request = b"eth0".ljust(16, b"\\0") + struct.pack("<HH4s8x", socket.AF_INET, 0, bytes([172, 31, 254, 1]))
      try:
          fcntl.ioctl(socket.socket(socket.AF_INET, socket.SOCK_DGRAM), 0x8916, request)
      except PermissionError as e:
          say(False, e)
      say(True)
      """;
}

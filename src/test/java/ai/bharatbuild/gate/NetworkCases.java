package ai.bharatbuild.gate;

import ai.bharatbuild.it.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.util.List;

/** What two sandboxes can do to each other, and what the outside can do to one. */
final class NetworkCases {
  private static final String SCRIPT = "network.py";
  private static final int PORT = 7011;
  private static final int CONNECT_MS = 1_500;

  private NetworkCases() {}

  static List<Case> all() {
    return List.of(
        between("other-sandbox-tcp", "tcp"),
        between("other-sandbox-udp", "udp"),
        Case.on(
            "docker",
            "published-port",
            Kind.NETWORK,
            "published on loopback only",
            NetworkCases::published,
            NetworkCases::publishedEverywhere));
  }

  private static Case between(String name, String protocol) {
    return Case.on(
        "docker",
        name,
        Kind.NETWORK,
        Defence.ISOLATED_BRIDGE.toString(),
        arena -> sandboxes(arena, protocol),
        arena -> neighbours(arena, protocol));
  }

  private static Finding sandboxes(Arena arena, String protocol) throws Exception {
    TestServer server = arena.server();
    String victim = arena.fresh("python", new JsonObject());
    try {
      arena.put(victim, SCRIPT, TALK);
      server.detach(victim, new JsonObject().put("command", serve()));
      String address = arena.engine().address(victim);
      // Held means nothing unless somebody else does reach it.
      Arena.await(() -> reaches(address, PORT), there -> there);
      String attacker = arena.shared("python");
      arena.put(attacker, SCRIPT, TALK);
      String said = server.exec(attacker, ask(protocol, address)).stdout();
      return said.isEmpty()
          ? Finding.broken("nothing said")
          : Finding.of(said.contains("hello"), said.strip());
    } finally {
      arena.remove(victim);
    }
  }

  private static Finding neighbours(Arena arena, String protocol) throws Exception {
    String model = arena.shared("python");
    try (Weakened victim = new Weakened(arena, model);
        Weakened attacker = new Weakened(arena, model)) {
      for (Weakened box : List.of(victim, attacker)) {
        Weakening.apply(Defence.ISOLATED_BRIDGE, box);
        Files.writeString(box.workspace().resolve(SCRIPT), TALK);
        box.start();
      }
      victim.background(victim.user, serve());
      String address = address(victim.id());
      Arena.await(() -> reaches(address, PORT), there -> there);
      String said = attacker.run(ask(protocol, address), 20).stdout();
      return Finding.of(said.contains("hello"), said.strip());
    }
  }

  private static String serve() {
    return "python3 -I " + SCRIPT + " serve " + PORT;
  }

  private static String ask(String protocol, String address) {
    return "python3 -I " + SCRIPT + " " + protocol + " " + PORT + " " + address;
  }

  private static String address(String container) throws IOException, InterruptedException {
    return Commands.output(
        "docker",
        "inspect",
        "--format",
        "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}",
        container);
  }

  static boolean reaches(String address, int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), CONNECT_MS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static Finding published(Arena arena) throws Exception {
    String id = arena.fresh("python", new JsonObject().put("publish", new JsonArray().add(PORT)));
    try {
      arena.put(id, SCRIPT, TALK);
      arena.server().detach(id, new JsonObject().put("command", serve()));
      int port =
          arena
              .server()
              .get("/api/v1/containers/" + id + "/status")
              .json()
              .getJsonObject("port_mappings")
              .getInteger(Integer.toString(PORT));
      // The engine's proxy listens on loopback before anything does in the container.
      String address = arena.engine().address(id);
      Arena.await(() -> reaches(address, PORT) && reaches("127.0.0.1", port), there -> there);
      return fromOutside(arena, port);
    } finally {
      arena.remove(id);
    }
  }

  private static Finding publishedEverywhere(Arena arena) throws Exception {
    try (Weakened box = new Weakened(arena, arena.shared("python"))) {
      Weakening.apply(Defence.ISOLATED_BRIDGE, box);
      box.publish(PORT);
      Files.writeString(box.workspace().resolve(SCRIPT), TALK);
      box.start().background(box.user, serve());
      String mapping = Commands.output("docker", "port", box.id(), PORT + "/tcp");
      int port = Integer.parseInt(mapping.lines().findFirst().orElseThrow().replaceAll(".*:", ""));
      String address = address(box.id());
      Arena.await(() -> reaches(address, PORT) && reaches("127.0.0.1", port), there -> there);
      return fromOutside(arena, port);
    }
  }

  private static Finding fromOutside(Arena arena, int port) throws IOException {
    for (String address : arena.listener().addresses().split(" ")) {
      String host = address.replaceAll("\\|.*", "");
      if (reaches(host, port)) {
        return Finding.breached(host + ":" + port);
      }
    }
    return Finding.held("not at " + arena.listener().addresses());
  }

  private static final String TALK =
      """
      import socket, sys, threading
      how, port = sys.argv[1], int(sys.argv[2])
      if how == "serve":
          def tcp():
              s = socket.create_server(("0.0.0.0", port))
              while True:
                  c = s.accept()[0]
                  c.send(b"hello")
                  c.close()
          threading.Thread(target=tcp).start()
          s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
          s.bind(("0.0.0.0", port))
          while True:
              s.sendto(b"hello", s.recvfrom(100)[1])
      else:
          try:
              s = socket.socket(socket.AF_INET, socket.SOCK_STREAM if how == "tcp" else socket.SOCK_DGRAM)
              s.settimeout(2)
              s.connect((sys.argv[3], port))
              s.send(b"x")
              print(s.recv(100))
          except OSError as e:
              print("no:", e)
      """;
}

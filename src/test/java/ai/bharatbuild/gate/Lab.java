package ai.bharatbuild.gate;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Something behind the host that packets can be sent to: a namespace with a service on addresses of
 * all kinds, which the host routes to. Nothing of the real network is asked.
 */
final class Lab {
  static final String PUBLIC = "203.0.113.202";
  static final String OTHER_PUBLIC = "203.0.113.203";
  static final String LINK_LOCAL = "169.254.213.10";
  static final String PRIVATE = "10.213.0.10";
  static final String CARRIER = "100.90.213.10";
  private static final String HOST = "203.0.113.201";
  private static final int PORT = 4711;

  private static final String SERVICE =
      """
      import socket, sys
      s = socket.create_server(("0.0.0.0", int(sys.argv[1])))
      print("ready", flush=True)
      while True:
          c = s.accept()[0]
          try:
              c.send(sys.argv[2].encode())
          except OSError:
              pass
          c.close()
      """;

  private final String namespace = "bbgate-" + Engine.me();
  private final String link = "bbg" + Engine.me();
  private final Process service;

  Lab(String greeting) throws IOException, InterruptedException {
    ip("netns", "add", namespace);
    ip("link", "add", link, "type", "veth", "peer", "name", "inside", "netns", namespace);
    ip("addr", "add", HOST + "/29", "dev", link);
    ip("link", "set", link, "up");
    ip("-n", namespace, "link", "set", "inside", "up");
    ip("-n", namespace, "addr", "add", PUBLIC + "/29", "dev", "inside");
    ip("-n", namespace, "addr", "add", OTHER_PUBLIC + "/32", "dev", "inside");
    // Answers to whatever address a container's packets come from go back where they came from.
    ip("-n", namespace, "route", "add", "default", "via", HOST);
    for (String address : List.of(LINK_LOCAL, PRIVATE, CARRIER)) {
      ip("-n", namespace, "addr", "add", address + "/32", "dev", "inside");
      ip("route", "add", address + "/32", "via", PUBLIC, "dev", link);
    }
    service =
        new ProcessBuilder(
                "ip", "netns", "exec", namespace, "python3", "-c", SERVICE, "" + PORT, greeting)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader output = service.inputReader(StandardCharsets.UTF_8);
    if (!"ready".equals(output.readLine())) {
      throw new IOException("the lab's service did not start");
    }
  }

  int port() {
    return PORT;
  }

  private static void ip(String... words) throws IOException, InterruptedException {
    List<String> command = new java.util.ArrayList<>(List.of("ip"));
    command.addAll(List.of(words));
    Commands.output(command.toArray(String[]::new));
  }

  void close() throws IOException, InterruptedException {
    service.destroyForcibly().waitFor();
    // The kernel ends a namespace later, and its addresses would be in the way of the next.
    ip("-n", namespace, "link", "del", "inside");
    ip("netns", "del", namespace);
  }
}

package ai.bharatbuild.gate;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** A service that a host has on all of its addresses, which sandboxes have no business with. */
final class HostListener {
  private final ServerSocket socket = new ServerSocket(0);
  private final byte[] greeting;

  HostListener(String greeting) throws IOException {
    this.greeting = greeting.getBytes(StandardCharsets.US_ASCII);
    Thread.ofPlatform().daemon().name("host-listener").start(this::serve);
  }

  int port() {
    return socket.getLocalPort();
  }

  /** Every address of the host but loopback ones, with the port, separated by blanks. */
  String addresses() throws IOException {
    return addresses(address -> !(address instanceof Inet6Address), "");
  }

  /** Of the bridges that containers are on, as one of them would write them. */
  String linkLocalAddresses() throws IOException {
    return addresses(address -> address.isLinkLocalAddress(), "%eth0");
  }

  private String addresses(Predicate<InetAddress> wanted, String zone) throws IOException {
    List<NetworkInterface> all = NetworkInterface.networkInterfaces().toList();
    return all.stream()
        .filter(one -> zone.isEmpty() || one.getName().matches("bb-.*|docker0"))
        // That of the controls first: servers that were killed leave others, which take their time.
        .sorted(Comparator.comparing(one -> !one.getName().equals("docker0")))
        .flatMap(NetworkInterface::inetAddresses)
        .filter(address -> !address.isLoopbackAddress() && wanted.test(address))
        .map(address -> address.getHostAddress().replaceAll("%.*", "") + zone + "|" + port())
        .collect(Collectors.joining(" "));
  }

  private void serve() {
    while (!socket.isClosed()) {
      try (Socket client = socket.accept()) {
        client.getOutputStream().write(greeting);
      } catch (IOException e) {
        // A client that left early, or the end.
      }
    }
  }

  void close() throws IOException {
    socket.close();
  }
}

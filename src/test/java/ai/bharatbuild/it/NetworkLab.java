package ai.bharatbuild.it;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A small Internet in a network namespace beside the host, with servers on public, private and
 * metadata addresses, a service of the host on all of its addresses, and a DNS server. Servers send
 * {@code hello} and then everything that they are sent. Its addresses are fixed and the host has
 * one route to each, so there is one lab at a time on a machine; the next waits for its turn.
 */
final class NetworkLab {
  static final String HOST = "198.51.100.9";
  static final String PUBLIC = "198.51.100.10";
  static final String OTHER_PUBLIC = "198.51.100.11";
  static final String PRIVATE = "10.77.0.10";
  static final String OTHER_PRIVATE = "192.168.77.10";
  static final String CARRIER = "100.77.0.10";
  static final String METADATA = "169.254.169.254";
  static final int PORT = 5432;
  static final int OTHER_PORT = 5433;
  private static final int DNS_HEADER = 12;
  private static final AtomicInteger IDS = new AtomicInteger();

  private static final String SERVERS =
      """
      import socket, sys, threading
      def serve(connection):
          try:
              connection.sendall(b"hello\\n")
              while data := connection.recv(65536):
                  connection.sendall(data)
          except ConnectionError:
              pass  # who only looks whether the port is open does not say goodbye
      def listen(port):
          server = socket.create_server(("0.0.0.0", port))
          print("listening", flush=True)
          while True:
              threading.Thread(target=serve, args=server.accept()[:1], daemon=True).start()
      for port in sys.argv[1:]:
          threading.Thread(target=listen, args=(int(port),)).start()
      """;

  private final Map<String, String> names = new ConcurrentHashMap<>();
  private final String namespace =
      "bblab-" + ProcessHandle.current().pid() + "-" + IDS.incrementAndGet();
  private final String link = "bbl" + ProcessHandle.current().pid() % 1_000_000 + IDS.get();
  private final FileChannel turn =
      FileChannel.open(
          Path.of(System.getProperty("java.io.tmpdir"), "bharatbuild-lab.lock"), CREATE, WRITE);
  private Process servers;
  private final ServerSocket hostService =
      new ServerSocket(0, 50, InetAddress.getByName("0.0.0.0"));
  private final ServerSocket openService =
      new ServerSocket(0, 50, InetAddress.getByName("0.0.0.0"));
  private final DatagramSocket dns =
      new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));

  NetworkLab() throws Exception {
    turn.lock();
    try {
      removeThoseOfDeadRuns();
      ip("netns add " + namespace);
      connect();
      serve();
    } catch (Exception | AssertionError e) {
      close();
      throw e;
    }
  }

  private void connect() throws Exception {
    ip("link add " + link + " type veth peer name inside netns " + namespace);
    ip("addr add " + HOST + "/29 dev " + link);
    ip("link set " + link + " up");
    ip("-n " + namespace + " link set lo up");
    ip("-n " + namespace + " link set inside up");
    ip("-n " + namespace + " addr add " + PUBLIC + "/29 dev inside");
    for (String address : List.of(OTHER_PUBLIC, PRIVATE, OTHER_PRIVATE, CARRIER, METADATA)) {
      ip("-n " + namespace + " addr add " + address + "/32 dev inside");
    }
    for (String address : List.of(PRIVATE, OTHER_PRIVATE, CARRIER, METADATA)) {
      ip("route add " + address + "/32 via " + PUBLIC + " dev " + link);
    }
  }

  private void serve() throws IOException {
    List<String> command =
        new ArrayList<>(List.of("ip", "netns", "exec", namespace, "python3", "-c", SERVERS));
    command.addAll(List.of("" + PORT, "" + OTHER_PORT));
    servers = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    byte[] said = servers.getInputStream().readNBytes("listening\nlistening\n".length());
    if (said.length == 0) {
      throw new AssertionError("the lab's servers do not start");
    }
    Thread.ofVirtual().start(() -> serveHost(hostService));
    Thread.ofVirtual().start(() -> serveHost(openService));
    Thread.ofVirtual().start(this::serveDns);
  }

  private static void removeThoseOfDeadRuns() throws Exception {
    for (String line : host("ip", "netns", "list").lines().toList()) {
      String[] parts = line.split("[ -]");
      if (parts[0].equals("bblab") && ProcessHandle.of(Long.parseLong(parts[1])).isEmpty()) {
        ip("-n " + line.split(" ")[0] + " link del inside");
        ip("netns del " + line.split(" ")[0]);
      }
    }
  }

  /** What the lab's DNS answers from now on, with a TTL of one second. */
  void name(String name, String address) {
    names.put(name, address);
  }

  String dnsServer() {
    return "127.0.0.1:" + dns.getLocalPort();
  }

  /** The port of a service that listens on all addresses of the host. */
  int hostPort() {
    return hostService.getLocalPort();
  }

  /** The port of another such service, which a test may open to sandboxes. */
  int openPort() {
    return openService.getLocalPort();
  }

  private static void serveHost(ServerSocket service) {
    while (!service.isClosed()) {
      try (Socket socket = service.accept()) {
        socket.getOutputStream().write("hello\n".getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        continue;
      }
    }
  }

  private void serveDns() {
    byte[] buffer = new byte[1500];
    while (!dns.isClosed()) {
      try {
        DatagramPacket question = new DatagramPacket(buffer, buffer.length);
        dns.receive(question);
        byte[] answer = answer(buffer, question.getLength());
        dns.send(new DatagramPacket(answer, answer.length, question.getSocketAddress()));
      } catch (IOException e) {
        continue;
      }
    }
  }

  /** The question again, with an address when the name is known and "no such name" otherwise. */
  private byte[] answer(byte[] question, int length) throws IOException {
    StringBuilder name = new StringBuilder();
    int at = DNS_HEADER;
    while (question[at] != 0) {
      name.append(new String(question, at + 1, question[at], StandardCharsets.US_ASCII))
          .append('.');
      at += question[at] + 1;
    }
    String address = names.get(name.substring(0, name.length() - 1));
    int end = at + 5;
    ByteBuffer answer = ByteBuffer.allocate(length + 16);
    answer.put(question, 0, 2).putShort((short) (address == null ? 0x8183 : 0x8180));
    answer.putShort((short) 1).putShort((short) (address == null ? 0 : 1)).putInt(0);
    answer.put(question, DNS_HEADER, end - DNS_HEADER);
    if (address != null) {
      answer.putShort((short) 0xC00C).putShort((short) 1).putShort((short) 1).putInt(1);
      answer.putShort((short) 4).put(InetAddress.getByName(address).getAddress());
    }
    return java.util.Arrays.copyOf(answer.array(), answer.position());
  }

  /** Runs a program on the host and gives what it prints; fails when it fails. */
  static String host(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new AssertionError(String.join(" ", command) + ": " + output);
    }
    return output.strip();
  }

  private static void ip(String words) throws IOException, InterruptedException {
    host(("ip " + words).split(" "));
  }

  /**
   * A Python program that tells which of the places answer, one to a line: {@code IP:PORT open}.
   */
  static String probe(List<String> places) throws IOException {
    return Files.readString(Path.of("src/test/resources/probe.py"))
        .replace("PLACES", String.join(" ", places));
  }

  void close() throws Exception {
    hostService.close();
    openService.close();
    dns.close();
    if (servers != null) {
      servers.descendants().forEach(ProcessHandle::destroyForcibly);
      servers.destroyForcibly().waitFor();
    }
    try (turn) {
      // The kernel ends a namespace later, and its link would be in the way of the next.
      ip("-n " + namespace + " link del inside");
      ip("netns del " + namespace);
    }
  }
}

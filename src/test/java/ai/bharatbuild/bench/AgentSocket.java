package ai.bharatbuild.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The socket of a sandbox's agent, spoken to by blocking calls: the baseline of what everything
 * above it adds. See {@code docs/sandbox-protocol.md}.
 */
final class AgentSocket {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String MOUNT = "/run/agent";
  private static final AtomicLong IDS = new AtomicLong(System.nanoTime());
  private static final int MAX_PAYLOAD = 65_536;

  private final UnixDomainSocketAddress address;
  private final String user;

  private AgentSocket(Path socket, String user) {
    this.address = UnixDomainSocketAddress.of(socket);
    this.user = user;
  }

  /** What a command printed and how long it took until the first of it. */
  record Run(long bytes, long firstNanos) {}

  /** The socket of a container, which the engine says where it mounted. */
  static AgentSocket of(String container) throws IOException {
    try (HttpConnection connection = Engine.connect()) {
      String path = "/containers/" + container + "/json";
      JsonNode found = JSON.readTree(connection.send("GET", path, new byte[0]).expect(200));
      for (JsonNode mount : found.path("Mounts")) {
        if (mount.path("Destination").asText().equals(MOUNT)) {
          return new AgentSocket(
              Path.of(mount.path("Source").asText(), "agent.sock"),
              System.getenv().getOrDefault("SANDBOX_UID", "10001"));
        }
      }
      throw new BenchFailure(
          "the sandbox has no socket of its own: the server is not root, or its images are old");
    }
  }

  /** Runs a command to its end and reads all of its output. */
  Run run(List<String> command) throws IOException {
    long begun = System.nanoTime();
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(address);
      channel.write(start(command));
      DataInputStream frames = new DataInputStream(Channels.newInputStream(channel));
      return read(frames, begun);
    }
  }

  private static Run read(DataInputStream frames, long begun) throws IOException {
    byte[] header = new byte[5];
    byte[] payload = new byte[MAX_PAYLOAD];
    long bytes = 0;
    long first = 0;
    while (true) {
      frames.readFully(header);
      int length = ByteBuffer.wrap(header, 1, 4).getInt();
      frames.readFully(payload, 0, length);
      switch (header[0]) {
        case '1', '2' -> {
          first = first == 0 ? System.nanoTime() - begun : first;
          bytes += length;
        }
        case 'X' -> {
          return new Run(bytes, first);
        }
        case 'E' -> throw new EOFException(new String(payload, 0, length, StandardCharsets.UTF_8));
        default -> {}
      }
    }
  }

  private ByteBuffer start(List<String> command) {
    ByteArrayOutputStream list = new ByteArrayOutputStream();
    put(list, "id=bench-" + IDS.incrementAndGet());
    put(list, "cwd=/workspace");
    put(list, "uid=" + user);
    put(list, "gid=" + user);
    put(list, "env=PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    command.forEach(word -> put(list, "arg=" + word));
    ByteBuffer frame = ByteBuffer.allocate(5 + list.size());
    return frame.put((byte) 'S').putInt(list.size()).put(list.toByteArray()).flip();
  }

  private static void put(ByteArrayOutputStream list, String text) {
    list.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    list.write(0);
  }
}

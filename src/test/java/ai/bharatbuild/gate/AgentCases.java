package ai.bharatbuild.gate;

import com.github.dockerjava.api.model.Mount;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Attempts to talk to the agent as the server does. */
final class AgentCases {
  private static final String SOCKET = "/run/agent/agent.sock";

  private AgentCases() {}

  static List<Case> all() {
    return List.of(
        Case.on(
            "docker",
            "agent-socket",
            Kind.ENGINE,
            "a directory of root's",
            arena -> fromInside(arena, "10001:10001"),
            AgentCases::fromOutside),
        Case.on(
            "docker",
            "agent-socket-as-root",
            Kind.ENGINE,
            "peers from outside only",
            arena -> fromInside(arena, "0:0"),
            AgentCases::fromOutside),
        Case.on(
            "docker",
            "inherited-descriptors",
            Kind.ENGINE,
            "three descriptors only",
            arena -> descriptors(arena.server().exec(arena.shared("python"), LIST).stdout()),
            arena ->
                descriptors(
                    Commands.run(10, List.of("bash", "-c", "exec 9</dev/null; " + LIST))
                        .stdout())));
  }

  private static final String LIST = "ls /proc/self/fd | tr '\\n' ' '";

  /** The fourth is the listing's own. */
  private static Finding descriptors(String listed) {
    return listed.isBlank()
        ? Finding.broken("nothing listed")
        : Finding.of(!listed.strip().equals("0 1 2 3"), listed);
  }

  private static Finding fromInside(Arena arena, String user) throws Exception {
    String container = arena.engine().sandbox(arena.shared("python")).getId();
    Result result =
        Commands.run(
            20,
            List.of(
                "docker", "exec", "--user", user, container, "python3", "-I", "-c", ASK, SOCKET));
    String said = result.stdout();
    return said.startsWith("answer") || said.startsWith("no")
        ? Finding.of(said.startsWith("answer"), said.strip())
        : Finding.broken(result.toString());
  }

  private static final String ASK =
      """
      import socket, sys
      for way in sys.argv[1], "/proc/1/root" + sys.argv[1]:
          s = socket.socket(socket.AF_UNIX)
          s.settimeout(3)
          try:
              s.connect(way)
              s.send(b"?\\0\\0\\0\\x0carg=version\\0")
              if s.recv(100):
                  print("answer by", way)
                  break
              why = "hung up"
          except OSError as e:
              why = e
      else:
          print("no:", why)
      """;

  private static Finding fromOutside(Arena arena) throws IOException {
    for (Mount mount : arena.engine().sandbox(arena.shared("python")).getHostConfig().getMounts()) {
      if (SOCKET.startsWith(mount.getTarget() + "/")) {
        Path socket = Path.of(mount.getSource(), SOCKET.substring(mount.getTarget().length()));
        return Finding.of(answers(socket), socket.toString());
      }
    }
    return Finding.broken("the sandbox has no socket");
  }

  private static boolean answers(Path socket) throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      byte[] list = "arg=version\0".getBytes(StandardCharsets.US_ASCII);
      channel.write(
          ByteBuffer.allocate(5 + list.length)
              .put((byte) '?')
              .putInt(list.length)
              .put(list)
              .flip());
      return channel.read(ByteBuffer.allocate(100)) > 0;
    }
  }
}

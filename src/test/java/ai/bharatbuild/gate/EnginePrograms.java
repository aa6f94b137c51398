package ai.bharatbuild.gate;

import static ai.bharatbuild.gate.Kind.ENGINE;
import static ai.bharatbuild.gate.Program.python;

import java.util.List;

/** Programs that look for a way out to the engine, the server or their host. */
final class EnginePrograms {
  private EnginePrograms() {}

  static List<Program> all() {
    return List.of(
        python("engine-socket", ENGINE, Defence.NO_ENGINE_SOCKET, SOCKETS),
        python("abstract-socket", ENGINE, Defence.OWN_NETWORK, ABSTRACT)
            .variable("NAME", a -> a.host().abstractSocket()),
        python("host-processes", ENGINE, Defence.OWN_PROCESSES, PROCESSES)
            .variable("MARK", a -> a.host().process()),
        python("host-shared-memory", ENGINE, Defence.OWN_IPC, SHARED)
            .variable("NAME", a -> a.host().sharedMemory()),
        python("host-files", ENGINE, Defence.NO_HOST_FILES, FILES)
            .variable("WANTED", a -> a.canaryFile().toString()),
        python("other-workspaces", ENGINE, Defence.OWN_WORKSPACE, WORKSPACES)
            .variable("WANTED", Arena::neighbour),
        python("server-environment", ENGINE, Defence.CLEAN_ENVIRONMENT, SECRETS));
  }

  private static final String SOCKETS =
      """
      seen = 0
      for top, names, files in os.walk("/"):
          if top.startswith(("/proc", "/sys")):
              names.clear()
              continue
          for name in files:
              path = os.path.join(top, name)
              try:
                  s = socket.socket(socket.AF_UNIX)
                  s.settimeout(2)
                  s.connect(path)
                  s.send(b"GET /_ping HTTP/1.0\\r\\n\\r\\n")
                  if b"Api-Version" in s.recv(1000):
                      say(True, path)
              except OSError:
                  pass
              finally:
                  s.close()
              seen += 1
      say(False, "tried", seen, "files")
      """;

  private static final String ABSTRACT =
      """
      s = socket.socket(socket.AF_UNIX)
      try:
          s.connect("\\0" + os.environ["NAME"])
      except ConnectionRefusedError as e:
          say(False, e)
      say(s.recv(100) == b"hello")
      """;

  private static final String PROCESSES =
      """
      seen = 0
      for pid in [int(p) for p in os.listdir("/proc") if p.isdigit()]:
          try:
              seen += 1
              if os.environ["MARK"].encode() in open("/proc/%d/cmdline" % pid, "rb").read():
                  os.kill(pid, 0)
                  say(True, pid)
          except OSError:
              pass
      say(False, seen, "processes")
      """;

  private static final String SHARED =
      """
      say(os.path.exists("/dev/shm/" + os.environ["NAME"]), os.listdir("/dev/shm"))
      """;

  private static final String FILES =
      """
      wanted = os.environ["WANTED"]
      ways = [wanted, "/proc/1/root" + wanted, "/proc/self/root" + wanted,
              "/workspace/" + "../" * 20 + wanted, "/proc/self/cwd/../../" + wanted]
      for way in ways:
          try:
              say(b"canary-" in open(way, "rb").read(), way)
          except OSError:
              pass
      say(False)
      """;

  private static final String WORKSPACES =
      """
      for start in "/workspace", "/workspace/..", "/proc/1/cwd":
          for top, names, files in os.walk(start):
              if top.startswith(("/workspace/../proc", "/workspace/../sys")):
                  names.clear()
              elif os.environ["WANTED"] in files:
                  say(True, top)
      say(False)
      """;

  private static final String SECRETS =
      """
      for pid in [p for p in os.listdir("/proc") if p.isdigit()]:
          try:
              if b"GATE_SECRET=" in open("/proc/%s/environ" % pid, "rb").read():
                  say(True, pid)
          except OSError:
              pass
      say(False)
      """;
}

package ai.bharatbuild.gate;

import ai.bharatbuild.it.Events;
import ai.bharatbuild.it.TestServer;
import com.github.dockerjava.api.model.Mount;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;

/** A sandbox that uses the time in which no server is there. */
final class TakeoverCases {
  private static final String MOUNT = "/run/agent";

  private TakeoverCases() {}

  static List<Case> all() {
    return List.of(
        Case.on(
            "docker",
            "forged-takeover",
            Kind.ENGINE,
            "sessions are kept in a directory of root's",
            arena -> takeover(arena, false),
            arena -> takeover(arena, true)));
  }

  /** Says the truth and fails, as soon as it is told to. */
  private static final String VICTIM =
      "echo begun; until [ -e go ]; do sleep 0.02; done; echo truth; exit 3";

  /**
   * Ends the agent's processes, takes the victim's session over as init would hand it on, and puts
   * a socket in the place of init's that tells of a victim which has succeeded.
   */
  private static final String HOSTILE =
      """
      import array, json, os, socket, struct, sys, threading

      place, victim = "/run/agent/", sys.argv[1]

      def frame(kind, text):
          return kind + struct.pack(">I", len(text)) + text

      def kill():
          for pid in filter(str.isdigit, os.listdir("/proc")):
              try:
                  with open(f"/proc/{pid}/cmdline", "rb") as file:
                      if b"agent\\0" in file.read():
                          os.kill(int(pid), 9)
              except OSError:
                  pass

      def steal():
          mail, (ours, answer) = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM), socket.socketpair()
          server, connection = socket.socketpair()
          fds = array.array("i", [answer.fileno(), connection.fileno()])
          try:
              mail.sendmsg([b"a0"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds)], 0, place + victim)
              server.sendall(frame(b"Q", b""))
          except OSError:
              pass
          for each in (mail, ours, answer, server, connection):
              each.close()

      def answer(connection):
          with connection:
              asked = connection.recv(1000)
              if asked[:1] == b"a":
                  connection.sendall(frame(b"R", b"7") + frame(b"1", b"forged\\n") + frame(b"X", (
                      "code=0 signal= cause=exited duration_ms=1 cpu_ms=1 max_memory_bytes=1 oom=0"
                      " pids_limit=0 disk_limit=0 disk_full=0 ").replace(" ", "\\0").encode()))
              else:
                  held = [{"id": victim, "pid": 7, "state": "ended", "frames": 2, "acked": 1}]
                  connection.sendall(frame(b"1", json.dumps(held).encode()) + frame(b"X", b"code=0\\0"))
              while connection.recv(1000):
                  pass

      def imitate():
          listener = socket.socket(socket.AF_UNIX)
          try:
              listener.bind(place + "forged.sock")
              listener.listen(64)
              os.rename(place + "forged.sock", place + "agent.sock")
          except OSError:
              return False
          def serve():
              while True:
                  threading.Thread(target=answer, args=[listener.accept()[0]]).start()
          threading.Thread(target=serve).start()
          return True

      imitates = False
      for attempts in range(1, 1 << 30):
          kill()
          steal()
          imitates = imitates or imitate()
          if attempts % 20 == 0:
              with open("attempts", "w") as file:
                  print(attempts, imitates, file=file)
      """;

  /** The server stops and another one takes its sandbox over. */
  private static Finding takeover(Arena arena, boolean open) throws Exception {
    Path place = Files.createTempDirectory(arena.controls(), "takeover");
    TestServer server = TestServer.start(place, Map.of("DISK_LIMITS", "none"));
    boolean stopped = false;
    try {
      String id = server.container("python");
      server.post(
          "/api/v1/containers/" + id + "/files",
          new JsonObject().put("path", "hostile.py").put("content", HOSTILE));
      String victim = server.detach(id, command(VICTIM));
      TestServer.eventually(
          () -> execution(server, id, victim).getInteger("last_event_id"), last -> last >= 2);
      server.detach(id, command("exec python3 -I hostile.py " + victim));
      server.stop();
      stopped = true;
      Path files = place.resolve(id);
      if (open) {
        // The defence is off: the directory is anybody's.
        Files.setPosixFilePermissions(
            agentDirectory(arena, id), PosixFilePermissions.fromString("rwxrwxrwx"));
      }
      await(files.resolve("attempts"), open ? "True" : "False");
      Files.writeString(files.resolve("go"), "");
    } finally {
      if (!stopped) {
        server.closeAndClean();
      }
    }
    return after(TestServer.start(place, Map.of("DISK_LIMITS", "none")));
  }

  private static Finding after(TestServer server) throws Exception {
    try {
      String id =
          server
              .get("/api/v1/containers")
              .json()
              .getJsonArray("containers")
              .getJsonObject(0)
              .getString("project_id");
      String victim =
          server.get("/api/v1/containers/" + id + "/execs").json().getJsonArray("execs").stream()
              .map(JsonObject.class::cast)
              .filter(exec -> exec.getString("command").equals(VICTIM))
              .map(exec -> exec.getString("exec_id"))
              .findFirst()
              .orElseThrow();
      try (Events.Open events = server.follow(id, victim, 0)) {
        Events all = events.toEnd();
        boolean truth =
            Integer.valueOf(3).equals(all.code()) && all.stdout().equals("begun\ntruth\n");
        return Finding.of(!truth, all.stdout().strip() + ", " + all.exit().json().encode());
      }
    } finally {
      server.closeAndClean();
    }
  }

  private static JsonObject command(String line) {
    return new JsonObject().put("command", line).put("timeout", 0);
  }

  private static JsonObject execution(TestServer server, String id, String execId)
      throws Exception {
    return server.get("/api/v1/containers/" + id + "/execs/" + execId).json();
  }

  /** Waits until the hostile program has tried everything often, and says so. */
  private static void await(Path attempts, String imitates) throws Exception {
    Arena.await(
        () -> Files.exists(attempts) ? Files.readString(attempts).strip() : "",
        said -> said.endsWith(imitates));
  }

  private static Path agentDirectory(Arena arena, String id) {
    for (Mount mount : arena.engine().sandbox(id).getHostConfig().getMounts()) {
      if (mount.getTarget().equals(MOUNT)) {
        return Path.of(mount.getSource());
      }
    }
    throw new IllegalStateException("the sandbox has no socket");
  }
}

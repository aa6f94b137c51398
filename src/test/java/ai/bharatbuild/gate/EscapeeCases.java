package ai.bharatbuild.gate;

import ai.bharatbuild.it.Events;
import ai.bharatbuild.it.TestServer;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Processes that want to outlive the command that started them. */
final class EscapeeCases {
  private static final String SCRIPT = "escape.py";
  private static final long PROMPT_MS = 3_000;
  private static final int HELD_OPEN_SECONDS = 4;

  /** Well within the life of what is looked for. */
  private static final int LOOK_SECONDS = 8;

  /** How the command is ended. */
  private enum End {
    TIMEOUT,
    CANCEL,
    OUTPUT,
    BY_ITSELF
  }

  private EscapeeCases() {}

  static List<Case> all() {
    return List.of(
        escapee("own-session", End.TIMEOUT, "setsid sleep MARK & wait"),
        escapee("daemon", End.TIMEOUT, "python3 escape.py daemon MARK; sleep 100"),
        escapee("stopped", End.TIMEOUT, "sh -c 'kill -STOP $$; sleep MARK' & wait"),
        escapee("sibling", End.TIMEOUT, "python3 escape.py sibling MARK; sleep 100"),
        escapee("adopter", End.TIMEOUT, "python3 escape.py adopter MARK; sleep 100"),
        escapee("bomb-at-timeout", End.TIMEOUT, "python3 escape.py bomb MARK; sleep 100"),
        escapee(
            "deaf", End.CANCEL, "trap '' TERM HUP INT QUIT; while :; do sleep MARK; done & wait"),
        escapee("runner", End.CANCEL, "python3 escape.py runner MARK & sleep 100"),
        escapee("left-behind", End.BY_ITSELF, "python3 escape.py daemon MARK"),
        escapee(
            "flooding-daemon",
            End.OUTPUT,
            "setsid sh -c 'while :; do echo MARK; sleep 0.001; done' & wait"),
        Case.on(
            "docker",
            "held-open-output",
            Kind.ESCAPEES,
            "the end of the command counts",
            EscapeeCases::holdOpen,
            EscapeeCases::heldOpen));
  }

  private static Case escapee(String name, End end, String line) {
    // A number that only this case has in its command lines.
    String mark = Integer.toString(860_000 + Math.floorMod(name.hashCode(), 100_000));
    String command = line.replace("MARK", mark);
    return Case.on(
        "docker",
        name,
        Kind.ESCAPEES,
        "the whole tree is ended",
        arena -> attack(arena, end, command, mark),
        arena -> control(arena, end, command, mark));
  }

  private static Finding attack(Arena arena, End end, String command, String mark)
      throws Exception {
    String id = arena.fresh("python", new JsonObject().put("pids_limit", 64));
    try {
      return attack(arena.server(), id, end, command, mark, arena);
    } finally {
      arena.remove(id);
    }
  }

  private static Finding attack(
      TestServer server, String id, End end, String command, String mark, Arena arena)
      throws Exception {
    arena.put(id, SCRIPT, ESCAPES);
    JsonObject request = new JsonObject().put("command", command);
    String cause;
    switch (end) {
      case TIMEOUT -> cause = server.exec(id, request.put("timeout", 1)).cause();
      case OUTPUT -> cause = server.exec(id, request.put("max_output", 500)).cause();
      case BY_ITSELF -> cause = server.exec(id, request.put("kill_children", true)).cause();
      default -> cause = cancel(server, id, request, mark);
    }
    return Finding.of(alive(server, id, mark) > 0, cause);
  }

  private static String cancel(TestServer server, String id, JsonObject request, String mark)
      throws Exception {
    String execId = server.detach(id, request);
    try (Events.Open open = server.follow(id, execId, 0)) {
      Arena.await(() -> alive(server, id, mark), count -> count > 0);
      server.delete("/api/v1/containers/" + id + "/execs/" + execId);
      return open.toEnd().cause();
    }
  }

  private static int alive(TestServer server, String id, String mark) throws Exception {
    return Integer.parseInt(server.exec(id, count(mark)).stdout().strip());
  }

  /** The brackets keep the line from counting itself; who forks all the time is easily missed. */
  private static String count(String mark) {
    int last = mark.length() - 1;
    return "for i in 1 2 3 4 5; do pgrep -fc '%s[%s]'; done | sort -n | tail -n 1"
        .formatted(mark.substring(0, last), mark.substring(last));
  }

  /** All that the engine's own exec can do: signal the one process that it started. */
  private static Finding control(Arena arena, End end, String command, String mark)
      throws Exception {
    try (Weakened box = new Weakened(arena, arena.shared("python"))) {
      Files.writeString(box.workspace().resolve(SCRIPT), ESCAPES);
      box.host.withPidsLimit(64L);
      box.start();
      String quoted = "'" + command.replace("'", "'\\''") + "'";
      String line =
          end == End.BY_ITSELF
              ? command + " >&- 2>&-"
              : "sh -c " + quoted + " >/dev/null 2>&1 & p=$!; sleep 1; kill $p; sleep 0.3";
      box.run(line, 10);
      // A list of processes easily misses one that is never the same for long.
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LOOK_SECONDS);
      String left;
      do {
        left = Commands.output("docker", "top", box.id(), "-o", "pid,args");
      } while (!left.contains(mark) && System.nanoTime() < deadline);
      return Finding.of(left.contains(mark), left);
    }
  }

  private static final String HOLDER = "sleep 20 & echo done";

  private static Finding holdOpen(Arena arena) throws Exception {
    long begun = System.nanoTime();
    Events events =
        arena
            .server()
            .exec(
                arena.shared("python"),
                new JsonObject().put("command", HOLDER).put("kill_children", true));
    long ms = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
    return Finding.of(ms > PROMPT_MS || !events.stdout().equals("done\n"), ms + " ms");
  }

  private static Finding heldOpen(Arena arena) throws Exception {
    try (Weakened box = new Weakened(arena, arena.shared("python"))) {
      // As whoever reads until nobody can write any more.
      Result result = box.start().run("(" + HOLDER + ") | cat", HELD_OPEN_SECONDS);
      return Finding.of(result.cause().equals("timeout"), result.toString());
    }
  }

  private static final String ESCAPES =
      """
      import ctypes, os, signal, sys, time
      how, mark = sys.argv[1:]
      libc = ctypes.CDLL(None)

      def sleep_on():
          os.execvp("sleep", ["sleep", mark])

      def daemon():
          if os.fork() == 0:
              os.setsid()
              if os.fork() == 0:
                  os.chdir("/")
                  os.closerange(0, 100)
                  sleep_on()
              os._exit(0)
          os.wait()

      def sibling():
          # CLONE_PARENT: the child is its grandparent's.
          if libc.syscall(56, 0x8000 | signal.SIGCHLD, 0, 0, 0, 0) == 0:
              os.setsid()
              sleep_on()

      def adopter():
          # A reaper of its own, so that its orphans never become the agent's.
          libc.prctl(36, 1, 0, 0, 0)
          if os.fork() == 0:
              daemon()
              os._exit(0)
          signal.signal(signal.SIGTERM, signal.SIG_IGN)
          time.sleep(100)

      def bomb():
          signal.signal(signal.SIGTERM, signal.SIG_IGN)
          while True:
              try:
                  if os.fork() == 0:
                      os.setsid()
              except OSError:
                  time.sleep(0.01)

      def runner():
          # Never the same process for long.
          os.setsid()
          end = time.monotonic() + 20
          while time.monotonic() < end:
              if os.fork():
                  os._exit(0)
              time.sleep(0.01)

      globals()[how]()
      """;
}

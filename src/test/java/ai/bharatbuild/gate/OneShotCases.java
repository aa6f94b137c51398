package ai.bharatbuild.gate;

import ai.bharatbuild.sandbox.OneShotSpec;
import ai.bharatbuild.sandbox.ProjectType;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What is left of a single command when it is over: nothing, in its sandbox or beside it. */
final class OneShotCases {
  private static final OneShotSpec.Limits LIMITS =
      new OneShotSpec.Limits(
          Duration.ofSeconds(1), Duration.ofSeconds(5), 128 << 20, 1, 64, 16 << 20, 1 << 20);

  private OneShotCases() {}

  static List<Case> all() {
    return List.of(
        escapee("own-session", "setsid sleep MARK & wait"),
        escapee("left-behind", "setsid sleep MARK >/dev/null 2>&1 & echo done"),
        escapee("deaf", "trap '' TERM HUP INT QUIT; while :; do sleep MARK; done & wait"),
        residue("left-in-tmp", "/tmp"),
        residue("left-in-shared-memory", "/dev/shm"));
  }

  private static Case escapee(String name, String line) {
    String mark = Integer.toString(750_000 + Math.floorMod(name.hashCode(), 100_000));
    String command = line.replace("MARK", mark);
    return Case.on(
        ProcessTarget.NAME,
        name,
        Kind.ESCAPEES,
        "the namespace ends with its command",
        arena -> {
          Result result = ProcessTarget.run(arena, spec(command));
          return Finding.of(alive(mark), result.cause());
        },
        arena -> {
          // Ended by a signal to its process group, and not with its namespace.
          Path files = Files.createTempDirectory(arena.controls(), "none");
          String quoted = "'" + command.replace("'", "'\\''") + "'";
          String enclosed =
              "timeout -k 1 1 sh -c 'setsid sh -c \"$1\" >/dev/null 2>&1 & wait' sh "
                  + quoted
                  + "; sleep 0.2; pgrep -f '"
                  + pattern(mark)
                  + "' >/dev/null && echo alive";
          Result result = arena.oneShots().bubblewrap(files).run(enclosed, 20);
          return Finding.of(result.stdout().contains("alive"), result.toString());
        });
  }

  private static String pattern(String mark) {
    int last = mark.length() - 1;
    return mark.substring(0, last) + "[" + mark.substring(last) + "]";
  }

  private static boolean alive(String mark) throws Exception {
    Result found = Commands.run(10, List.of("pgrep", "-f", pattern(mark)));
    return !found.stdout().isBlank();
  }

  private static Case residue(String name, String place) {
    String leave = "echo left >" + place + "/left";
    String look = "cat " + place + "/left";
    return Case.on(
        ProcessTarget.NAME,
        name,
        Kind.RESIDUE,
        "every sandbox is used once",
        arena -> {
          Result left = ProcessTarget.run(arena, spec(leave + " && echo ok"));
          Result found = ProcessTarget.run(arena, spec(look));
          return left.stdout().equals("ok\n")
              ? Finding.of(found.stdout().contains("left"), found.toString())
              : Finding.broken(left.toString());
        },
        OneShotCases::reused);
  }

  /** The same place for two commands. */
  private static Finding reused(Arena arena) throws Exception {
    Path kept = arena.directory("kept-" + System.nanoTime());
    Path files = Files.createTempDirectory(arena.controls(), "none");
    OneShotArena oneShots = arena.oneShots();
    oneShots.bubblewrap(files).keeping(kept).run("echo left >/tmp/kept/left", 20);
    Result found = oneShots.bubblewrap(files).keeping(kept).run("cat /tmp/kept/left", 20);
    return Finding.of(found.stdout().contains("left"), found.toString());
  }

  private static OneShotSpec spec(String line) {
    return new OneShotSpec(
        ProjectType.PYTHON, List.of("sh", "-c", line), Map.of(), Buffer.buffer(), Map.of(), LIMITS);
  }
}

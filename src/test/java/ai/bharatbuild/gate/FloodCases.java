package ai.bharatbuild.gate;

import ai.bharatbuild.it.Events;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Output that the server has to keep: more of it, or faster, than anybody wants. */
final class FloodCases {
  private static final long MB = 1 << 20;

  /** What the log of an exec may take on disk: eight times its raw bytes, as some are escaped. */
  private static final long KEPT = (8 * Arena.EXEC_LOG_MB + 4) * MB;

  private FloodCases() {}

  static List<Case> all() {
    return List.of(
        flood("output-flood", "yes flood | head -c 120M"),
        flood("output-without-lines", "head -c 80M /dev/zero"),
        Case.on(
            "docker",
            "unread-flood",
            Kind.RESOURCES,
            "readers slow nobody",
            FloodCases::unread,
            FloodCases::unreadPipe));
  }

  private static Case flood(String name, String line) {
    return Case.on(
        "docker",
        name,
        Kind.RESOURCES,
        "logs keep the end",
        arena -> attack(arena, line),
        arena -> control(arena, line));
  }

  private static Finding attack(Arena arena, String line) throws Exception {
    String id = arena.fresh("python", new JsonObject());
    try {
      String execId = arena.server().detach(id, new JsonObject().put("command", line));
      String path = "/api/v1/containers/" + id + "/execs/" + execId;
      JsonObject end = Arena.await(() -> arena.server().get(path).json(), FloodCases::ended);
      if (!end.getBoolean("success")) {
        return Finding.broken(end.encode());
      }
      long kept = size(arena.base().resolve(".state"), execId);
      return Finding.of(kept > KEPT, kept / MB + " MB");
    } finally {
      arena.remove(id);
    }
  }

  private static Finding control(Arena arena, String line) throws Exception {
    Path log = arena.controls().resolve("flood-" + System.nanoTime());
    try (Weakened box = new Weakened(arena, arena.shared("python"))) {
      box.start();
      Process process =
          new ProcessBuilder(box.command(List.of(), line)).redirectOutput(log.toFile()).start();
      process.waitFor(40, TimeUnit.SECONDS);
      process.destroyForcibly();
      return Finding.of(Files.size(log) > KEPT, Files.size(log) / MB + " MB");
    } finally {
      Files.deleteIfExists(log);
    }
  }

  private static boolean ended(JsonObject exec) {
    return "ended".equals(exec.getString("state"));
  }

  /** Bytes of everything that bears the exec's name. */
  private static long size(Path directory, String execId) throws Exception {
    String found = Commands.output("find", directory.toString(), "-name", "*" + execId + "*");
    long size = 0;
    for (String path : found.lines().toList()) {
      size += Long.parseLong(Commands.output("du", "-sb", path).split("\\s")[0]);
    }
    if (size == 0) {
      throw new IllegalStateException(
          "no log of "
              + execId
              + ": "
              + Commands.output("find", directory.toString(), "-type", "f"));
    }
    return size;
  }

  /** Somebody asks for the output and never reads it; the command must end all the same. */
  private static Finding unread(Arena arena) throws Exception {
    String id = arena.shared("python");
    JsonObject request = new JsonObject().put("command", "yes | head -c 40M; echo over");
    try (Events.Open never = arena.server().open(id, request)) {
      String path = "/api/v1/containers/" + id + "/execs/" + never.execId();
      JsonObject ended = Arena.await(() -> arena.server().get(path).json(), FloodCases::ended);
      return Finding.of(!ended.getBoolean("success"), ended.encode());
    }
  }

  /** What a pipe does that nobody reads. */
  static Finding unreadPipe(Arena arena) throws Exception {
    try (Weakened box = new Weakened(arena, arena.shared("python"))) {
      box.start();
      Process process = new ProcessBuilder(box.command(List.of(), "yes | head -c 40M")).start();
      boolean ended = process.waitFor(3, TimeUnit.SECONDS);
      process.destroyForcibly();
      return Finding.of(!ended, "");
    }
  }
}

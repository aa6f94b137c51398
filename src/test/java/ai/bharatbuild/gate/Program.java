package ai.bharatbuild.gate;

import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * An attack that is a program. It says itself how it went, by a line of output that begins with
 * {@code BREACH} or {@code HELD}; one that is ended before it can say so is held by the causes
 * named with {@link #heldBy}. Anything else is a broken program, and proves nothing.
 */
final class Program {
  private static final int TIMEOUT_SECONDS = 30;

  final String name;
  final Kind kind;
  final Defence defence;
  final String type;
  final String command;
  final Map<String, String> files = new LinkedHashMap<>();
  final Map<String, Value> environment = new LinkedHashMap<>();
  final JsonObject limits = new JsonObject();
  final Set<String> heldBy = new LinkedHashSet<>();
  int timeout = TIMEOUT_SECONDS;
  boolean alone;
  Victim victim;

  /** A value that is known only once the server and its surroundings are there. */
  @FunctionalInterface
  interface Value {
    String in(Arena arena) throws Exception;
  }

  /** Something of root's that is put beside the program in the sandbox it attacks. */
  record Victim(String file, String mode) {}

  private Program(String name, Kind kind, Defence defence, String type, String command) {
    this.name = name;
    this.kind = kind;
    this.defence = defence;
    this.type = type;
    this.command = command;
  }

  static Program shell(String name, Kind kind, Defence defence, String type, String command) {
    return new Program(name, kind, defence, type, command);
  }

  /** {@code libc} and {@code call}, which reports errors, are there already. */
  static Program python(String name, Kind kind, Defence defence, String code) {
    String file = "attack-" + name + ".py";
    return new Program(name, kind, defence, "python", "python3 -I -S -B " + file)
        .file(file, PRELUDE + code);
  }

  private static final String PRELUDE =
      """
      import ctypes, errno, os, socket, sys, time
      libc = ctypes.CDLL(None, use_errno=True)
      libc.syscall.restype = ctypes.c_long

      def say(breached, *what):
          print("BREACH" if breached else "HELD", *what, flush=True)
          os._exit(0)

      def call(result):
          if result < 0:
              raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
          return result

      def syscall(number, *arguments):
          return call(libc.syscall(ctypes.c_long(number), *arguments))

      def wide(number):
          return ctypes.c_long(number)
      """;

  Program file(String path, String content) {
    files.put(path, content);
    return this;
  }

  Program variable(String variable, Value value) {
    environment.put(variable, value);
    return this;
  }

  /** Limits of a sandbox of its own, as in the {@code config} of a create request. */
  Program limit(String limit, Object value) {
    limits.put(limit, value);
    alone = true;
    return this;
  }

  Program heldBy(String... causes) {
    heldBy.addAll(Set.of(causes));
    return this;
  }

  /** It would disturb other programs, so it gets a sandbox of its own. */
  Program alone() {
    alone = true;
    return this;
  }

  /** Puts a copy of the image's program there, owned by root and with that mode. */
  Program victim(String source, String mode) {
    victim = new Victim(source, mode);
    alone = true;
    return this;
  }

  Program timeout(int seconds) {
    timeout = seconds;
    return this;
  }

  Finding judge(Result result) {
    for (String line : result.stdout().split("\n")) {
      if (line.startsWith("BREACH")) {
        return Finding.breached(line);
      }
      if (line.startsWith("HELD")) {
        return Finding.held(line);
      }
    }
    return heldBy.contains(result.cause())
        ? Finding.held(result.cause())
        : Finding.broken(result.toString());
  }
}

package ai.bharatbuild.gate;

import ai.bharatbuild.it.Events;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A job with a sandbox on it in which a script has laid something out for the server, and a
 * directory outside of it that the script may point to.
 *
 * @param id the job's
 * @param workspace the job's directory on the host
 * @param outside holds {@code canary}, and {@code victim}, a file with the text {@code mine}
 */
record Trap(Arena arena, String id, Path workspace, Path outside) {
  private static final AtomicInteger COUNT = new AtomicInteger();

  /** Runs the attempt on a trap of its own, which is removed afterwards. */
  interface Use {
    Finding on(Trap trap) throws Exception;
  }

  /**
   * @param script a shell script that runs in the workspace; {@code $OUT} is the directory outside
   */
  static Attempt lay(String script, Use use) {
    return arena -> laid(arena, script, List.of(use)).getFirst();
  }

  /** Both on one trap, for attacks that leave it as it was when they are held. */
  static Case both(String name, Kind kind, String defence, String script, Use attack, Use control) {
    return new Case(
        name,
        kind,
        Case.SERVER,
        defence,
        arena -> {
          List<Finding> findings = laid(arena, script, List.of(attack, control));
          return new Case.Outcome(findings.getFirst(), findings.getLast());
        });
  }

  private static List<Finding> laid(Arena arena, String script, List<Use> uses) throws Exception {
    Path outside = arena.directory("trap-" + COUNT.incrementAndGet());
    Files.copy(arena.canaryFile(), outside.resolve("canary"));
    Files.writeString(outside.resolve("victim"), "mine");
    String id = arena.project();
    try {
      arena.sandbox(id, "python", new JsonObject());
      Trap trap = new Trap(arena, id, arena.base().resolve(id).toRealPath(), outside);
      JsonObject request =
          new JsonObject()
              .put("command", script)
              .put("env", new JsonObject().put("OUT", outside.toString()));
      Events events = arena.server().exec(id, request);
      if (events.code() == null || events.code() != 0) {
        return List.of(Finding.broken(Result.of(events).toString()));
      }
      return uses.stream().map(use -> Attempt.safely(a -> use.on(trap), arena)).toList();
    } finally {
      arena.remove(id);
    }
  }

  String job(String rest) {
    return "/api/v1/jobs/" + id + rest;
  }

  String container(String rest) {
    return "/api/v1/containers/" + id + rest;
  }

  /** Whether the text holds what is outside. */
  Finding seen(String text) {
    return Finding.of(
        text.contains(arena.canary()), text.substring(0, Math.min(200, text.length())));
  }

  /** Breached unless the directory outside is as it was. */
  Finding untouched() throws Exception {
    String files = Commands.output("ls", "-A", outside.toString()).replace('\n', ' ');
    Path victim = outside.resolve("victim");
    boolean same = files.equals("canary victim") && Files.readString(victim).equals("mine");
    return Finding.of(!same, files);
  }
}

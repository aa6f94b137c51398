package ai.bharatbuild.gate;

import ai.bharatbuild.it.TestServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Real sandboxes, made and used through the API of a real server. */
final class DockerTarget implements Target {
  @Override
  public String name() {
    return "docker";
  }

  @Override
  public boolean takes(Program program) {
    return true;
  }

  @Override
  public Case.Outcome run(Program program, Arena arena) throws Exception {
    String id =
        program.alone ? arena.fresh(program.type, program.limits) : arena.shared(program.type);
    try {
      return new Case.Outcome(
          Attempt.safely(a -> attack(program, a, id), arena),
          Attempt.safely(a -> control(program, a, id), arena));
    } finally {
      if (program.alone) {
        arena.remove(id);
      }
    }
  }

  private static Finding attack(Program program, Arena arena, String id) throws Exception {
    TestServer server = arena.server();
    for (Map.Entry<String, String> file : program.files.entrySet()) {
      arena.put(id, file.getKey(), file.getValue());
    }
    place(program.victim, arena, id, arena.base().resolve(id).toRealPath());
    JsonObject environment = new JsonObject();
    for (Map.Entry<String, Program.Value> one : program.environment.entrySet()) {
      environment.put(one.getKey(), one.getValue().in(arena));
    }
    JsonObject request =
        new JsonObject()
            .put("command", program.command)
            .put("env", environment)
            .put("timeout", program.timeout)
            .put("kill_children", true)
            .put("max_output", 1 << 20);
    return program.judge(Result.of(server.exec(id, request)));
  }

  private static Finding control(Program program, Arena arena, String id) throws Exception {
    try (Weakened box = new Weakened(arena, id)) {
      Weakening.apply(program.defence, box);
      for (Map.Entry<String, String> file : program.files.entrySet()) {
        Path path = box.workspace().resolve(file.getKey());
        Files.createDirectories(path.getParent());
        Files.writeString(path, file.getValue());
      }
      Commands.output("chmod", "-R", "a+rwX", box.workspace().toString());
      place(program.victim, arena, id, box.workspace());
      for (Map.Entry<String, Program.Value> one : program.environment.entrySet()) {
        box.environment.put(one.getKey(), one.getValue().in(arena));
      }
      box.start();
      return program.judge(box.run(program.command, program.timeout));
    }
  }

  private static void place(Program.Victim victim, Arena arena, String id, Path directory)
      throws IOException, InterruptedException {
    if (victim == null) {
      return;
    }
    String container = arena.engine().sandbox(id).getId();
    Path copy = directory.resolve(Path.of(victim.file()).getFileName());
    Commands.output("docker", "cp", "-L", container + ":" + victim.file(), copy.toString());
    Commands.output("chown", "0:0", copy.toString());
    Commands.output("chmod", victim.mode(), copy.toString());
  }
}

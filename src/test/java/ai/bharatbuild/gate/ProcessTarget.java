package ai.bharatbuild.gate;

import ai.bharatbuild.sandbox.OneShotResult;
import ai.bharatbuild.sandbox.OneShotRuntime;
import ai.bharatbuild.sandbox.OneShotSpec;
import ai.bharatbuild.sandbox.ProjectType;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Single commands in sandboxes of bubblewrap. */
final class ProcessTarget implements Target {
  static final String NAME = "process";
  private static final long MB = 1 << 20;

  /** What is not there in these sandboxes, or is not the runtime's doing. */
  private static final Set<Defence> FOREIGN =
      EnumSet.of(
          Defence.NO_NEW_PRIVILEGES,
          Defence.NO_DEVICES,
          Defence.UNPRIVILEGED_USER,
          Defence.READ_ONLY_TRUST,
          Defence.OWN_WORKSPACE,
          Defence.NO_ENGINE_SOCKET,
          Defence.ISOLATED_BRIDGE,
          Defence.NO_IPV6);

  /** Attacks on the agent, on a device or on places that only containers have. */
  private static final Set<String> FOREIGN_PROGRAMS =
      Set.of(
          "agent-trace",
          "agent-memory",
          "agent-descriptors",
          "agent-environment",
          "file-handle",
          "own-address",
          "raised-cgroup",
          "many-inodes",
          "address-not-allowed",
          "raised-limits");

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean takes(Program program) {
    return program.type.equals("python")
        && !FOREIGN.contains(program.defence)
        && !FOREIGN_PROGRAMS.contains(program.name);
  }

  @Override
  public Case.Outcome run(Program program, Arena arena) throws Exception {
    return new Case.Outcome(
        Attempt.safely(a -> attack(program, a), arena),
        Attempt.safely(a -> control(program, a), arena));
  }

  private static Finding attack(Program program, Arena arena) throws Exception {
    Map<String, String> environment = new HashMap<>();
    for (Map.Entry<String, Program.Value> one : program.environment.entrySet()) {
      environment.put(one.getKey(), one.getValue().in(arena));
    }
    Map<String, Buffer> files = new HashMap<>();
    program.files.forEach((path, content) -> files.put(path, Buffer.buffer(content)));
    return program.judge(
        run(
            arena,
            new OneShotSpec(
                ProjectType.PYTHON,
                List.of("sh", "-c", program.command),
                environment,
                Buffer.buffer(),
                files,
                limits(program))));
  }

  static Result run(Arena arena, OneShotSpec spec) throws Exception {
    OneShotRuntime runtime = arena.oneShots().runtime();
    OneShotResult result =
        runtime
            .run(spec)
            .result()
            .toCompletionStage()
            .toCompletableFuture()
            .get(80, TimeUnit.SECONDS);
    return new Result(
        result.stdout().toString(),
        result.stderr().toString(),
        result.exit().code(),
        result.exit().cause().id());
  }

  private static OneShotSpec.Limits limits(Program program) {
    return new OneShotSpec.Limits(
        Duration.ofSeconds(program.timeout),
        Duration.ofSeconds(program.timeout),
        amount(program, "memory_limit", 1024),
        program.limits.getDouble("cpu_limit", 2.0),
        program.limits.getInteger("pids_limit", 256),
        Math.min(amount(program, "disk_limit", 400), amount(program, "tmpfs_limit", 400)),
        MB);
  }

  private static long amount(Program program, String name, int megabytes) {
    String given = program.limits.getString(name, megabytes + "m");
    long number = Long.parseLong(given.substring(0, given.length() - 1));
    return number * (given.endsWith("g") ? 1024 * MB : MB);
  }

  private static Finding control(Program program, Arena arena) throws Exception {
    Path files = Files.createTempDirectory(arena.controls(), "bwrap");
    for (Map.Entry<String, String> file : program.files.entrySet()) {
      Path path = files.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.writeString(path, file.getValue());
    }
    Commands.output("chmod", "-R", "a+rX", files.toString());
    Bubblewrap box = arena.oneShots().bubblewrap(files).without(program.defence, arena);
    for (Map.Entry<String, Program.Value> one : program.environment.entrySet()) {
      box.variable(one.getKey(), one.getValue().in(arena));
    }
    return program.judge(box.run(program.command, program.timeout));
  }
}

package ai.bharatbuild.gate;

import ai.bharatbuild.it.Events;
import ai.bharatbuild.it.TestServer;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** What one use of a sandbox or a workspace leaves to the next. */
final class ResidueCases {
  private ResidueCases() {}

  static List<Case> all() {
    return List.of(
        residue("left-in-tmp", "echo left >/tmp/left", "cat /tmp/left"),
        residue("left-in-shared-memory", "echo left >/dev/shm/left", "cat /dev/shm/left"),
        residue(
            "left-segment", SEGMENT, "cat /proc/sysvipc/shm | grep -c 4711 | sed 's/^1$/left/'"),
        residue(
            "left-process",
            "(setsid sleep 914711 >/dev/null 2>&1 &)",
            "pgrep -f '[s]leep 914711' >/dev/null && echo left"),
        Case.of(
            "left-files",
            Kind.RESIDUE,
            "ids start empty",
            a -> files(a, true),
            a -> files(a, false)),
        Case.of(
            "left-on-disk",
            Kind.RESIDUE,
            "deleted is deleted",
            a -> disk(a, true),
            a -> disk(a, false)),
        Case.of(
            "left-output",
            Kind.RESIDUE,
            "logs end with their sandbox",
            a -> output(a, true),
            a -> output(a, false)),
        Case.on(
            "docker",
            "left-variable",
            Kind.RESIDUE,
            "each command starts anew",
            ResidueCases::variable,
            ResidueCases::naiveVariable));
  }

  private static final String SEGMENT =
      "python3 -c 'import ctypes; print(ctypes.CDLL(None).shmget(4711, ctypes.c_size_t(4096), 0o1666))'";

  /** One sandbox leaves something, the next one on the same workspace looks for it. */
  private static Case residue(String name, String leave, String look) {
    return Case.on(
        "docker",
        name,
        Kind.RESIDUE,
        "every sandbox is new",
        a -> twice(a, leave, look, true),
        a -> twice(a, leave, look, false));
  }

  /** The control asks the same sandbox again. */
  private static Finding twice(Arena arena, String leave, String look, boolean anew)
      throws Exception {
    TestServer server = arena.server();
    String id = arena.fresh("python", new JsonObject());
    try {
      server.exec(id, leave);
      if (anew) {
        server.delete("/api/v1/containers/" + id);
        arena.sandbox(id, "python", new JsonObject());
      }
      Events found = server.exec(id, look);
      return Finding.of(found.stdout().contains("left"), Result.of(found).toString());
    } finally {
      arena.remove(id);
    }
  }

  private static Finding files(Arena arena, boolean delete) throws Exception {
    TestServer server = arena.server();
    String id = arena.project();
    server.put("/api/v1/jobs/" + id + "/raw/left", "x".getBytes());
    if (delete) {
      server.delete("/api/v1/jobs/" + id);
      JsonObject again = new JsonObject().put("project_name", "again").put("job_id", id);
      if (server.post("/api/v1/jobs/create", again).status() != 201) {
        return Finding.broken("not made again");
      }
    }
    int status = server.get("/api/v1/jobs/" + id + "/raw/left").status();
    return Finding.of(status == 200, status + "");
  }

  private static Finding disk(Arena arena, boolean delete) throws Exception {
    TestServer server = arena.server();
    String id = arena.project();
    String secret = "residue-" + id;
    server.put("/api/v1/jobs/" + id + "/raw/secret", secret.getBytes());
    server.post("/api/v1/jobs/" + id + "/complete");
    server.get("/api/v1/jobs/" + id + "/download");
    if (!delete) {
      return Finding.of(onDisk(arena, secret), "");
    }
    server.delete("/api/v1/jobs/" + id);
    return Arena.await(
        () -> Finding.of(onDisk(arena, secret), "still there"), f -> f.is(Finding.Verdict.HELD));
  }

  private static boolean onDisk(Arena arena, String secret) throws Exception {
    Result found =
        Commands.run(
            30,
            List.of(
                "grep",
                "-rlaF",
                "--devices=skip",
                "--exclude=*.img",
                secret,
                arena.base().toString()));
    return !found.stdout().isBlank();
  }

  private static Finding output(Arena arena, boolean delete) throws Exception {
    TestServer server = arena.server();
    String id = arena.fresh("python", new JsonObject());
    try {
      String execId = server.exec(id, "echo secret-output").execId();
      if (delete) {
        server.delete("/api/v1/containers/" + id);
        arena.sandbox(id, "python", new JsonObject());
      }
      TestServer.Answer answer =
          server.get("/api/v1/containers/" + id + "/execs/" + execId + "/events");
      return Finding.of(answer.text().contains("secret-output"), answer.status() + "");
    } finally {
      arena.remove(id);
    }
  }

  private static final String LEAVE = "export LEFT=left; cd /tmp; umask 0; alias ls=left";

  private static final String LOOK = "echo \"$LEFT $PWD $(umask)\"";

  private static Finding variable(Arena arena) throws Exception {
    String id = arena.shared("python");
    arena.server().exec(id, LEAVE);
    String said = arena.server().exec(id, LOOK).stdout();
    return Finding.of(!said.equals(" /workspace 0022\n"), said);
  }

  /** One shell for all commands. */
  private static Finding naiveVariable(Arena arena) throws Exception {
    String said = Commands.run(10, List.of("sh", "-c", LEAVE + "\n" + LOOK)).stdout();
    return Finding.of(said.contains("left"), said);
  }
}

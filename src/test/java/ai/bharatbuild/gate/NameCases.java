package ai.bharatbuild.gate;

import ai.bharatbuild.it.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Names, texts and times that want to be taken for something else. */
final class NameCases {
  private static final String CRLF = "\r\n";

  private NameCases() {}

  static List<Case> all() {
    return List.of(
        Trap.both(
            "names-in-listing",
            Kind.NAMES,
            "names are data",
            NAMES,
            NameCases::list,
            NameCases::naiveList),
        Case.of(
            "names-of-processes",
            Kind.NAMES,
            "names are data",
            NameCases::processes,
            NameCases::naiveProcesses),
        Case.of(
            "paths-in-requests",
            Kind.NAMES,
            "paths stay inside",
            NameCases::paths,
            NameCases::naivePaths),
        Case.of(
            "ids-in-requests", Kind.NAMES, "ids are no paths", NameCases::ids, NameCases::naiveIds),
        Trap.both(
            "times-beyond-archives",
            Kind.NAMES,
            "any time is packed",
            TIMES,
            NameCases::times,
            NameCases::naiveTimes));
  }

  private static final String NAMES =
      """
      python3 -c '
      import os
      for name in [b"line\\nbreak", b"quote\\"", b"\\xff\\xfe", b"back\\\\slash", b"\\x1b[2Jscreen",
                   b"<script>alert(1)", b"x" * 255, "\\u202egpj.exe".encode(), b"-rf", b" "]:
          open(name, "w").close()
      open("plain.txt", "w").close()
      '
      """;

  private static Finding list(Trap trap) throws Exception {
    TestServer server = trap.arena().server();
    for (String path : List.of(trap.job("/files?all=true"), trap.container("/files?path="))) {
      TestServer.Answer answer = server.get(path);
      String text = answer.text();
      if (answer.status() != 200 || !parses(text) || !text.contains("plain.txt")) {
        return Finding.breached(path + ": " + answer.status());
      }
    }
    TestServer.Answer completed = server.post(trap.job("/complete"));
    TestServer.Answer zip = server.get(trap.job("/download"));
    return Finding.of(zip.status() != 200, completed.status() + " " + zip.status());
  }

  private static Finding naiveList(Trap trap) throws Exception {
    String names;
    try (Stream<Path> files = Files.list(trap.workspace())) {
      names = files.map(f -> "\"" + f.getFileName() + "\"").collect(Collectors.joining(","));
    }
    return Finding.of(!parses("{\"files\":[" + names + "]}"), "");
  }

  private static boolean parses(String json) {
    try {
      return !new JsonObject(json).isEmpty();
    } catch (io.vertx.core.json.DecodeException e) {
      return false;
    }
  }

  private static final String TITLE = "\",\"pid\":1,\"command\":\"root-shell\n0 1 0 forged";

  /** The listing of processes must hold one of that name, whole, and none that it forged. */
  private static Finding processes(Arena arena) throws Exception {
    String id = arena.shared("python");
    JsonObject request =
        new JsonObject()
            .put("command", "exec -a \"$TITLE\" sleep 30 || python3 -c \"$TITLED\"")
            .put(
                "command",
                "python3 -c 'import os; os.execv(\"/bin/sleep\", [os.environ[\"TITLE\"], \"30\"])'")
            .put("env", new JsonObject().put("TITLE", TITLE));
    String execId = arena.server().detach(id, request);
    try {
      JsonArray found =
          Arena.await(
              () ->
                  arena
                      .server()
                      .get("/api/v1/containers/" + id + "/processes")
                      .json()
                      .getJsonArray("processes"),
              list -> list.encode().contains("root-shell"));
      boolean whole =
          found.stream()
              .map(JsonObject.class::cast)
              .anyMatch(p -> p.getString("command").startsWith("\",\"pid\":1"));
      return Finding.of(!whole, found.size() + " processes");
    } finally {
      arena.server().delete("/api/v1/containers/" + id + "/execs/" + execId);
    }
  }

  private static Finding naiveProcesses(Arena arena) {
    String json = "{\"pid\":4711,\"command\":\"" + TITLE.replace("\n", " ") + "\"}";
    return Finding.of(new JsonObject(json).getInteger("pid") == 1, json);
  }

  private static final List<String> WAYS =
      List.of(
          "../outside/canary",
          "..%2foutside%2fcanary",
          "%2e%2e/%2e%2e/outside/canary",
          "a/..%2f..%2f../outside/canary",
          "..%5coutside%5ccanary",
          "%2e%2e%2foutside%2fcanary",
          "..%252foutside%252fcanary",
          "%c0%ae%c0%ae/outside/canary",
          "..;/outside/canary",
          "%00/../../outside/canary",
          "../../outside/canary",
          "..%2f..%2foutside%2fcanary");

  private static Finding paths(Arena arena) throws Exception {
    String id = arena.project();
    arena.server().put("/api/v1/jobs/" + id + "/raw/a/b", "x".getBytes());
    for (String way : WAYS) {
      for (String kind : List.of("/raw/", "/files/")) {
        String answer = plain(arena, "/api/v1/jobs/" + id + kind + way);
        if (answer.contains(arena.canary())) {
          return Finding.breached(way);
        }
      }
      TestServer.Answer written =
          arena
              .server()
              .post(
                  "/api/v1/jobs/" + id + "/files",
                  new JsonObject()
                      .put("path", URLDecoder.decode(way, StandardCharsets.ISO_8859_1))
                      .put("content", "overwritten"));
      if (!Files.readString(arena.canaryFile()).equals(arena.canary())) {
        return Finding.breached("written: " + way + " " + written.status());
      }
    }
    return Finding.held(WAYS.size() + " ways");
  }

  /** As it is, where a client library would tidy the path up. */
  private static String plain(Arena arena, String path) throws Exception {
    return Naive.exchange(
        "127.0.0.1",
        arena.server().port(),
        String.join(
            CRLF, "GET " + path + " HTTP/1.1", "Host: localhost", "Connection: close", "", ""));
  }

  private static Finding naivePaths(Arena arena) throws Exception {
    Path workspace = arena.base().resolve(arena.project());
    for (String way : WAYS) {
      try {
        Path path = workspace.resolve(URLDecoder.decode(way, StandardCharsets.UTF_8));
        if (Files.readString(path).contains(arena.canary())) {
          return Finding.breached(way);
        }
      } catch (java.nio.file.InvalidPathException | java.io.IOException e) {
        // Not this way.
      }
    }
    return Finding.held("no way");
  }

  private static final List<String> IDS =
      List.of("..%2foutside", "%2e%2e%2foutside", "..%2f..%2foutside", ".state", "%2e");

  private static Finding ids(Arena arena) throws Exception {
    for (String id : IDS) {
      for (String path :
          List.of(
              "jobs/" + id + "/raw/canary",
              "jobs/" + id + "/files/canary",
              "containers/" + id + "/files/canary",
              "jobs/" + id + "/files")) {
        String answer = plain(arena, "/api/v1/" + path);
        if (answer.startsWith("HTTP/1.1 2") || answer.contains(arena.canary())) {
          return Finding.breached(path);
        }
      }
    }
    return Finding.held(IDS.size() + " ids");
  }

  private static Finding naiveIds(Arena arena) throws Exception {
    for (String id : IDS) {
      Path file =
          arena.base().resolve(URLDecoder.decode(id, StandardCharsets.UTF_8)).resolve("canary");
      if (Files.exists(file) && Files.readString(file).contains(arena.canary())) {
        return Finding.breached(id);
      }
    }
    return Finding.held("no way");
  }

  private static final String TIMES =
      "echo x >early; touch -d 1900-01-01 early; echo x >late; touch -d 2400-01-01 late; echo x >now";

  private static Finding times(Trap trap) throws Exception {
    trap.arena().server().post(trap.job("/complete"));
    TestServer.Answer zip = trap.arena().server().get(trap.job("/download"));
    return Finding.of(zip.status() != 200, zip.status() + "");
  }

  /** Archives know no time before 1980, and after 2107 their fields overflow. */
  private static Finding naiveTimes(Trap trap) throws Exception {
    long seconds = Files.getLastModifiedTime(trap.workspace().resolve("late")).toMillis() / 1000;
    int field = (int) ((seconds / 31_556_952 - 10) << 25 | 0);
    return Finding.of(field < 0 || seconds != (int) seconds, "field " + field);
  }
}
